/**
 * The curve between any two positions, exact: wide buckets are put together from the extremes of short stretches that
 * are kept per timeline, narrow ones are replayed.
 *
 * A pyramid holds the extremes of every `stretch` requests, at most 2^16 of them; it is laid by one replay when it is
 * first needed and goes on from where it ended when a session has grown. Buckets that are wider than a stretch begin at
 * its multiples, so that at most the two ends of a window are replayed.
 */
import type { Extremes } from '@heapcast/allocators';
import type { WindowReply } from './measures.js';
import type { Playhead } from './playhead.js';
import type { Timeline } from './timeline.js';

const SHORTEST = 1024;
const MOST_STRETCHES = 1 << 16;

/** Extremes of a timeline, stretch by stretch: stretch i covers the positions i × stretch … (i + 1) × stretch. */
export class ExtremesPyramid {
  stretch = SHORTEST;
  #extremes: Extremes[] = [];

  /** Events that are covered. */
  get covered(): number {
    return this.stretch * this.#extremes.length;
  }

  /** Of the stretches [from, to), which are covered. */
  over(from: number, to: number): Extremes {
    let joined = this.#extremes[from];
    for (let i = from + 1; i < to; i++) joined = join(joined, this.#extremes[i]);
    return joined;
  }

  /** Covers every whole stretch of the first `events` events. */
  async cover(timeline: Timeline, events: number, goOn: () => void): Promise<void> {
    while (Math.floor(events / this.stretch) > MOST_STRETCHES) this.#halve();
    if (this.covered + this.stretch > events) return;
    const playhead = await timeline.playheadAt(this.covered);
    playhead.model.takeExtremes();
    const keep = (extremes: Extremes): unknown => this.#extremes.push(extremes);
    await walkInBuckets({ timeline, goOn }, playhead, this.#edges(events), keep);
  }

  *#edges(events: number): Generator<number> {
    for (let edge = this.covered + this.stretch; edge <= events; edge += this.stretch) yield edge;
  }

  #halve(): void {
    const pairs = Math.floor(this.#extremes.length / 2);
    this.#extremes = Array.from({ length: pairs }, (_, i) => join(this.#extremes[2 * i], this.#extremes[2 * i + 1]));
    this.stretch *= 2;
  }
}

/** Where a curve is followed, and what throws when it is not wanted any more. */
export interface CurvePass {
  readonly timeline: Timeline;
  readonly goOn: () => void;
}

/** `from` < `to` or equal; both are positions of the timeline. At most `buckets` + 2 buckets come back. */
export async function curveWindow(
  pass: CurvePass,
  pyramid: ExtremesPyramid,
  from: number,
  to: number,
  buckets: number,
): Promise<WindowReply> {
  const width = (to - from) / buckets;
  if (width <= pyramid.stretch) return replayed(pass, from, edgesOf(from, to, buckets));
  await pyramid.cover(pass.timeline, pass.timeline.events, pass.goOn);
  const { stretch } = pyramid;
  const first = Math.ceil(from / stretch);
  const last = Math.min(Math.floor(to / stretch), Math.floor(pyramid.covered / stretch));
  const step = Math.max(1, Math.ceil((last - first) / buckets));
  const edges = [from];
  const extremes: Extremes[] = [];
  if (first * stretch > from) {
    extremes.push(...(await replayed(pass, from, [from, first * stretch])).extremes);
    edges.push(first * stretch);
  }
  for (let i = first; i < last; i += step) {
    const end = Math.min(last, i + step);
    extremes.push(pyramid.over(i, end));
    edges.push(end * stretch);
  }
  if (last * stretch < to) {
    extremes.push(...(await replayed(pass, last * stretch, [last * stretch, to])).extremes);
    edges.push(to);
  }
  return { edges, extremes };
}

async function replayed(pass: CurvePass, from: number, edges: readonly number[]): Promise<WindowReply> {
  const playhead = await pass.timeline.playheadAt(from);
  playhead.model.takeExtremes();
  const extremes: Extremes[] = [];
  await walkInBuckets(pass, playhead, edges.slice(1), (found) => extremes.push(found));
  if (edges.length === 1) return { edges: [from, from], extremes: [playhead.model.takeExtremes()] };
  return { edges, extremes };
}

/** Walks from edge to edge and tells the extremes between them. */
async function walkInBuckets(
  { timeline, goOn }: CurvePass,
  playhead: Playhead,
  edges: Iterable<number>,
  tell: (extremes: Extremes) => void,
): Promise<void> {
  const rest = [...edges];
  const end = rest.at(-1);
  if (end === undefined) return;
  let next = 0;
  await timeline.walk(playhead, end, ({ chunk }, from, to) => {
    goOn();
    const out = timeline.scratch.columns(chunk.length);
    for (let at = from; at < to;) {
      const upTo = Math.min(to, at + rest[next] - playhead.position);
      playhead.advance(chunk, at, upTo, out);
      at = upTo;
      if (playhead.position !== rest[next]) continue;
      tell(playhead.model.takeExtremes());
      next++;
    }
    playhead.takeMappings();
  });
}

/** Equally wide buckets of at least one event; strictly ascending. */
function edgesOf(from: number, to: number, buckets: number): number[] {
  const count = Math.min(buckets, to - from);
  const edges = [from];
  for (let i = 1; i <= count; i++) edges.push(from + Math.floor(((to - from) * i) / count));
  return edges;
}

function join(one: Extremes, other: Extremes): Extremes {
  return {
    requestedMin: Math.min(one.requestedMin, other.requestedMin),
    requestedMax: Math.max(one.requestedMax, other.requestedMax),
    allocatedMin: Math.min(one.allocatedMin, other.allocatedMin),
    allocatedMax: Math.max(one.allocatedMax, other.allocatedMax),
    mappedMin: Math.min(one.mappedMin, other.mappedMin),
    mappedMax: Math.max(one.mappedMax, other.mappedMax),
    liveBlocksMax: Math.max(one.liveBlocksMax, other.liveBlocksMax),
    rawBytesMax: Math.max(one.rawBytesMax, other.rawBytesMax),
  };
}
