/**
 * The largest totals of a run, each with the first position that reached it. While the run goes by, the model tells only
 * the largest value of each window; afterwards the windows that held the peaks are replayed in ever smaller steps.
 */
import type { Extremes } from '@heapcast/allocators';
import type { Playhead } from './playhead.js';
import type { Peak, RunSummary } from './run-summary.js';
import type { Timeline } from './timeline.js';

type PeakName = keyof RunSummary['peaks'];

const MAXIMUM: Readonly<Record<PeakName, (extremes: Extremes) => number>> = {
  requestedBytes: ({ requestedMax }) => requestedMax,
  allocatedBytes: ({ allocatedMax }) => allocatedMax,
  mappedBytes: ({ mappedMax }) => mappedMax,
  liveBlocks: ({ liveBlocksMax }) => liveBlocksMax,
  rawBytes: ({ rawBytesMax }) => rawBytesMax,
};
/** The mapped bytes last: their peak is looked at afterwards. */
const NAMES: readonly PeakName[] = ['requestedBytes', 'allocatedBytes', 'liveBlocks', 'rawBytes', 'mappedBytes'];

interface Window {
  value: number;
  /** The peak was reached after more than `from` and at most `to` requests. */
  from: number;
  to: number;
}

export class Peaks {
  readonly #windows = new Map<PeakName, Window>(NAMES.map((name) => [name, { value: 0, from: 0, to: 0 }]));

  /** The extremes of the requests [from, to), windows in order. */
  follow(extremes: Extremes, from: number, to: number): void {
    for (const name of NAMES) {
      const value = MAXIMUM[name](extremes);
      if (value > (this.#windows.get(name)?.value ?? 0)) this.#windows.set(name, { value, from, to });
    }
  }

  /** Finds the positions by seeking to each window, the one of the mapped bytes last. */
  async find(timeline: Timeline): Promise<RunSummary['peaks']> {
    const found = new Map<PeakName, Peak>();
    for (const [name, { value, from, to }] of this.#windows) {
      const at = to - from <= 1 ? to : await narrow(timeline, MAXIMUM[name], value, from, to);
      found.set(name, { value, at });
    }
    const peak = (name: PeakName): Peak => found.get(name) ?? { value: 0, at: 0 };
    return {
      requestedBytes: peak('requestedBytes'),
      allocatedBytes: peak('allocatedBytes'),
      mappedBytes: peak('mappedBytes'),
      liveBlocks: peak('liveBlocks'),
      rawBytes: peak('rawBytes'),
    };
  }
}

/** The first position in (from, to] whose total is `value`: first by steps of √window, then by single requests. */
async function narrow(
  timeline: Timeline,
  maximum: (extremes: Extremes) => number,
  value: number,
  from: number,
  to: number,
): Promise<number> {
  const playhead = await timeline.cursorAt(from);
  const start = playhead.save();
  const coarse = Math.ceil(Math.sqrt(to - from));
  const upTo = await firstReach(timeline, playhead, maximum, value, to, coarse);
  if (coarse === 1 || upTo - from === 1) return upTo;
  playhead.restore(start);
  await timeline.walk(playhead, Math.max(from, upTo - coarse));
  return firstReach(timeline, playhead, maximum, value, upTo, 1);
}

/** Walks on by `step` requests at a time; returns the position after the first step in which `value` was reached. */
async function firstReach(
  timeline: Timeline,
  playhead: Playhead,
  maximum: (extremes: Extremes) => number,
  value: number,
  to: number,
  step: number,
): Promise<number> {
  playhead.model.takeExtremes();
  while (playhead.position < to) {
    await timeline.walk(playhead, Math.min(to, playhead.position + step));
    if (maximum(playhead.model.takeExtremes()) === value) break;
  }
  return playhead.position;
}
