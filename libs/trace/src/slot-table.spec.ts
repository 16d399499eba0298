import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { SlotTable } from './slot-table.js';

describe('SlotTable', () => {
  it('takes the slot that was given back last', () => {
    const slots = new SlotTable();
    expect([slots.take(), slots.take(), slots.take()]).toEqual([0, 1, 2]);
    slots.release(0);
    slots.release(2);
    expect([slots.take(), slots.take(), slots.take()]).toEqual([2, 0, 3]);
    expect(slots.highWater).toBe(4);
  });

  it('never gives a slot that is taken, and needs no more slots than were ever taken at once', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100), { maxLength: 400 }), (steps) => {
        const slots = new SlotTable();
        const taken: number[] = [];
        let peak = 0;
        for (const step of steps) {
          if (step % 2 === 0 || taken.length === 0) {
            const slot = slots.take();
            expect(taken).not.toContain(slot);
            taken.push(slot);
          } else {
            slots.release(taken.splice(step % taken.length, 1)[0]);
          }
          peak = Math.max(peak, taken.length);
          expect(slots.taken).toBe(taken.length);
        }
        expect(slots.highWater).toBe(peak);
      }),
    );
  });

  it('goes on after restore exactly as it would have gone on', () => {
    const slots = new SlotTable();
    for (let count = 0; count < 200; count++) slots.take();
    for (const slot of [7, 150, 3]) slots.release(slot);
    const copy = new SlotTable();
    copy.restore(slots.save());
    for (let count = 0; count < 5; count++) expect(copy.take()).toBe(slots.take());
    expect(copy.highWater).toBe(slots.highWater);
  });
});
