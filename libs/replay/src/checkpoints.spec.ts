import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { CheckpointBudget } from './checkpoints.js';
import type { Checkpoint } from './playhead.js';

function checkpoint(position: number, byteLength: number): Checkpoint {
  return {
    position,
    byteLength,
    model: { byteLength, data: null },
    owners: { blocks: 0, blocksBySlot: new Int32Array(0), sites: null, names: [], byteLength: 0 },
  };
}

describe('checkpoints', () => {
  it('never exceed their budget, and are found at or before a position', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2000 }),
        fc.array(fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 50 }), fc.nat({ max: 400 })), { maxLength: 100 }),
        (bytes, saves) => {
          const budget = CheckpointBudget.alone(bytes, 10);
          const tracks = [budget.track(), budget.track(), budget.track()];
          for (const [which, step, size] of saves) {
            const position = step * 10;
            if (tracks[which].due(position)) tracks[which].add(checkpoint(position, size));
            expect(budget.used).toBeLessThanOrEqual(bytes);
            expect(budget.used).toBe(tracks.reduce((sum, track) => sum + track.byteLength, 0));
            expect(tracks[which].before(position)?.position ?? 0).toBeLessThanOrEqual(position);
          }
          for (const track of tracks) track.clear();
          expect(budget.used).toBe(0);
        },
      ),
    );
  });

  it('stay spread over the whole way when they are thinned', () => {
    const budget = CheckpointBudget.alone(800, 10);
    const track = budget.track();
    for (let position = 10; position <= 640; position += 10)
      if (track.due(position)) track.add(checkpoint(position, 100));
    const kept = [...new Set(Array.from({ length: 641 }, (_, at) => track.before(at)?.position ?? 0))];
    expect(kept.length).toBeGreaterThanOrEqual(5);
    for (const [i, position] of kept.entries()) expect(position - (kept[i - 1] ?? 0)).toBeLessThanOrEqual(160);
  });

  it('are taken from the timeline that nobody looked at for longest', () => {
    const budget = CheckpointBudget.alone(1000, 10);
    const [old, recent, saving] = [budget.track(), budget.track(), budget.track()];
    for (const track of [old, recent]) for (const position of [10, 20, 30, 40]) track.add(checkpoint(position, 100));
    old.before(40);
    recent.before(40);
    for (const position of [10, 20, 30]) saving.add(checkpoint(position, 100));
    expect([old.size, recent.size, saving.size]).toEqual([2, 4, 3]);
  });

  it('share one budget between threads: each may always hold its share, the rest goes to whoever needs it', () => {
    const tally = new Int32Array(2);
    const KIB = 1024;
    let pressed = 0;
    const [left, right] = [0, 1].map(
      (index) =>
        new CheckpointBudget({ bytes: 10 * KIB, share: 5 * KIB, tally, index, onPressure: () => pressed++ }, 10),
    );
    const [a, b] = [left.track(), right.track()];
    for (let position = 10; position <= 200; position += 10) if (a.due(position)) a.add(checkpoint(position, KIB));
    expect([left.used, pressed]).toEqual([10 * KIB, 0]);
    for (let position = 10; position <= 40; position += 10) b.add(checkpoint(position, KIB));
    expect([right.used, pressed]).toEqual([4 * KIB, 4]);
    left.fit();
    expect([left.used, right.used]).toEqual([5 * KIB, 4 * KIB]);
    a.clear();
    b.clear();
    expect([...tally]).toEqual([0, 0]);
  });

  it('are not kept at all where one is larger than the budget', () => {
    const track = CheckpointBudget.alone(10, 10).track();
    track.add(checkpoint(10, 11));
    expect(track.before(100)).toBeNull();
  });
});
