import type { SessionEvent } from '@heapcast/contracts';
import { describe, expect, it } from '@jest/globals';
import { stepAt, stopAt, stopsOfMarks, stopsOfSteps } from './stops.js';

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
  { index: 1, function: '<module>', line: 4 },
  { index: 2, function: 'foo', line: 2 },
];

describe('the lines of a snippet', () => {
  it('are one stop each with their frames, with the bytes that were asked for by then', () => {
    const stops = stopsOfMarks(
      [
        event(1, { site: 1 }),
        event(2, { site: 2 }),
        event(3, { site: 1, label: frames('<module>') }),
        event(4, { site: 2, label: frames('foo') }),
        event(5, { op: 'malloc', outcome: 'placed', block: 1, size: 40 }),
        event(6, { op: 'realloc', outcome: 'moved', block: 1, size: 100 }),
        event(7, { site: 1 }),
        event(8, { op: 'free', outcome: 'freed', block: 1 }),
      ],
      SITES,
    );
    expect(stops.map(({ line, end, reachable }) => [line, end, reachable])).toEqual([
      [4, 1, 0],
      [2, 6, 100],
      [4, 8, 0],
    ]);
    expect(stops.map((stop) => stop.frames?.[0]?.function)).toEqual(['<module>', 'foo', undefined]);
  });

  it('whose label is no frames are lines all the same', () => {
    expect(stopsOfMarks([event(1, { site: 2, label: '{"frames":' })], SITES)).toMatchObject([
      { line: 2, frames: null },
    ]);
  });
});

describe('the steps of a scenario', () => {
  const step = (number: number, from: number | null) => ({
    step: number,
    sentence: `step ${number}`,
    line: number,
    isDone: from !== null,
    from,
  });
  const steps = [step(1, 1), step(2, 6), step(3, null)];

  it('end where the next one begins, the last one where the session does', () => {
    expect(stopsOfSteps(steps, 9).map(({ seq, end }) => [seq, end])).toEqual([
      [1, 5],
      [6, 9],
    ]);
  });

  it('are found by any of their events', () => {
    const stops = stopsOfSteps(steps, 9);
    expect([0, 1, 5, 6, 9].map((at) => stopAt(stops, at))).toEqual([-1, 0, 0, 1, 1]);
    expect([0, 5, 9].map((at) => stepAt(steps, at)?.step)).toEqual([undefined, 1, 2]);
  });
});
