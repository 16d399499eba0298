import { describe, expect, it } from '@jest/globals';
import type { SessionEvent } from '@heapcast/contracts';
import { RecentEvents } from './recent-events.js';

function marks(from: number, count: number): SessionEvent[] {
  const nowhere = { address: null, arena: null, pool: null, index: null, blockSize: 0 };
  return Array.from({ length: count }, (_, i) => {
    return { seq: from + i, op: 'mark', outcome: 'none', block: 0, size: 0, ...nowhere };
  });
}

describe('recent events', () => {
  it('are kept as far back as the capacity, and not much further', () => {
    const recent = new RecentEvents(10);
    for (let seq = 1; seq < 200; seq += 3) {
      recent.push(marks(seq, 3));
      const last = seq + 2;
      if (last > 10)
        expect(recent.from(last - 9, 99).map((event) => event.seq)).toEqual(marks(last - 9, 10).map((e) => e.seq));
      expect(recent.from(last - 25, 99)).toEqual([]);
      expect(recent.from(last + 1, 99)).toEqual([]);
    }
  });

  it('are the last ones of a push that is larger than the capacity', () => {
    const recent = new RecentEvents(4);
    recent.push(marks(1, 100));
    expect(recent.from(97, 2).map(({ seq }) => seq)).toEqual([97, 98]);
    expect(recent.from(96, 2)).toEqual([]);
  });
});
