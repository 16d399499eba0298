import { describe, expect, it } from '@jest/globals';
import { stepAt, stopAt, stopsOfSteps } from './stops.js';

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
