/**
 * The largest totals of a run, each with the first position that reached it. While the run goes by, the model tells only
 * the largest value of each window; afterwards the windows that held the peaks are replayed in ever smaller steps.
 */
import type { Extremes } from '@heapcast/allocators';
import { momentOf, type Checkpoint, type Playhead } from './playhead.js';
import type { Moment, Peak, RunSummary } from './run-summary.js';
import type { Timeline } from './timeline.js';

type PeakName = keyof RunSummary['peaks'];

type Maximum = (extremes: Extremes) => number;

const MAXIMUM: Readonly<Record<PeakName, Maximum>> = {
  requestedBytes: ({ requestedMax }) => requestedMax,
  allocatedBytes: ({ allocatedMax }) => allocatedMax,
  mappedBytes: ({ mappedMax }) => mappedMax,
  liveBlocks: ({ liveBlocksMax }) => liveBlocksMax,
  rawBytes: ({ rawBytesMax }) => rawBytesMax,
};
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

  /**
   * Finds the positions by seeking to each window, first things first, so that most of the way is gone once; and the
   * state at the peak of the mapped bytes.
   */
  async find(timeline: Timeline): Promise<{ readonly peaks: RunSummary['peaks']; readonly mapped: Moment }> {
    const found = new Map<PeakName, Peak>();
    let mapped: Moment | null = null;
    const search = new Search(timeline);
    for (const [name, window] of [...this.#windows].sort(([, a], [, b]) => a.from - b.from)) {
      const at = window.to - window.from <= 1 ? window.to : await search.narrow(MAXIMUM[name], window);
      found.set(name, { value: window.value, at });
      if (name === 'mappedBytes') mapped = momentOf(await timeline.cursorAt(at));
    }
    const peak = (name: PeakName): Peak => found.get(name) ?? { value: 0, at: 0 };
    const peaks = {
      requestedBytes: peak('requestedBytes'),
      allocatedBytes: peak('allocatedBytes'),
      mappedBytes: peak('mappedBytes'),
      liveBlocks: peak('liveBlocks'),
      rawBytes: peak('rawBytes'),
    };
    return { peaks, mapped: mapped ?? momentOf(await timeline.cursorAt(peaks.mappedBytes.at)) };
  }
}

/** Looks for positions on a timeline's cursor; remembers where it started last, for windows often are the same. */
class Search {
  #start: Checkpoint | null = null;

  constructor(private readonly timeline: Timeline) {}

  /** The first position in (from, to] whose total is `value`: first by steps of √window, then by single requests. */
  async narrow(maximum: Maximum, { value, from, to }: Window): Promise<number> {
    const playhead = await this.#standAt(from);
    const start = this.#start;
    const coarse = Math.ceil(Math.sqrt(to - from));
    const upTo = await this.#firstReach(playhead, maximum, value, to, coarse);
    if (coarse === 1 || upTo - from === 1 || !start) return upTo;
    playhead.restore(start);
    await this.timeline.walk(playhead, Math.max(from, upTo - coarse));
    return this.#firstReach(playhead, maximum, value, upTo, 1);
  }

  async #standAt(position: number): Promise<Playhead> {
    const known = this.timeline.cursor;
    if (known && this.#start?.position === position) {
      known.restore(this.#start);
      return known;
    }
    const playhead = await this.timeline.cursorAt(position);
    this.#start = playhead.save();
    return playhead;
  }

  /** Walks on by `step` requests at a time; returns the position after the first step in which `value` was reached. */
  async #firstReach(playhead: Playhead, maximum: Maximum, value: number, to: number, step: number): Promise<number> {
    playhead.model.takeExtremes();
    while (playhead.position < to) {
      await this.timeline.walk(playhead, Math.min(to, playhead.position + step));
      if (maximum(playhead.model.takeExtremes()) === value) break;
    }
    return playhead.position;
  }
}
