import type { SessionEvent } from '@heapcast/contracts';
import { describe, expect, it } from '@jest/globals';
import { framesOfSite, LineStops } from './line-stops.js';

const event = (seq: number, more: Partial<SessionEvent>): SessionEvent => ({
  seq,
  op: 'mark',
  outcome: 'none',
  block: 0,
  size: 0,
  address: null,
  arena: null,
  pool: null,
  index: null,
  blockSize: 0,
  ...more,
});
const frames = (name: string) => JSON.stringify({ frames: [{ function: name, locals: [] }] });
const SITES = [
  { index: 1, function: '<module>', line: 4, parent: 0 },
  { index: 2, function: 'foo', line: 2, parent: 1 },
];
const siteOf = (index: number) => SITES[index - 1];

function read(...pieces: readonly (readonly SessionEvent[])[]): LineStops {
  const lines = new LineStops(siteOf, true);
  for (const events of pieces) lines.take(events);
  return lines;
}

describe('the lines of a snippet', () => {
  it('are one stop each with their frames, with the bytes that were asked for by then', () => {
    const events = [
      event(1, { site: 1 }),
      event(2, { site: 2 }),
      event(3, { site: 1, label: frames('<module>') }),
      event(4, { site: 2, label: frames('foo') }),
      event(5, { op: 'malloc', outcome: 'placed', block: 1, size: 40 }),
      event(6, { op: 'realloc', outcome: 'moved', block: 1, size: 100 }),
      event(7, { site: 1 }),
      event(8, { op: 'free', outcome: 'freed', block: 1 }),
    ];
    const { stops } = read(events);
    // However they come: at once, or one by one while it runs.
    expect(read(...events.map((each) => [each])).stops).toEqual(stops);
    expect(stops.map(({ line, end, reachable }) => [line, end, reachable])).toEqual([
      [4, 1, 0],
      [2, 6, 100],
      [4, 8, 0],
    ]);
    expect(stops.map((stop) => stop.frames?.[0]?.function)).toEqual(['<module>', 'foo', undefined]);
  });

  it('whose label is no frames are lines all the same', () => {
    expect(read([event(1, { site: 2, label: '{"frames":' })]).stops).toMatchObject([{ line: 2, frames: null }]);
  });

  it('say where the blocks lie that are alive', () => {
    const place = { op: 'malloc', outcome: 'placed', size: 40, arena: 0, pool: 3, blockSize: 48 } as const;
    const { places } = read([
      event(1, { ...place, block: 1, address: 4096, index: 0 }),
      event(2, { ...place, block: 2, address: 4144, index: 1 }),
      event(3, { op: 'free', outcome: 'freed', block: 1 }),
    ]);
    expect([...places]).toEqual([[2, { address: 4144, arena: 0, pool: 3, index: 1, bytes: 48 }]]);
  });

  it('of which the beginning was not read do not claim to know what is alive', () => {
    const lines = new LineStops(siteOf, false);
    lines.take([event(9, { site: 1 }), event(10, { op: 'malloc', outcome: 'placed', block: 7, size: 40, site: 2 })]);
    expect(lines.last).toMatchObject({ line: 4, reachable: null });
    expect(framesOfSite(lines.site, siteOf).map((frame) => [frame.function, frame.line])).toEqual([
      ['foo', 2],
      ['<module>', 4],
    ]);
  });
});
