/**
 * Carries out what is to be measured. Measurements replay with a playhead of their own, so the timeline's other questions
 * are answered meanwhile; a thread does one measurement after the other, so that their tables never add up.
 */
import type { MappingEvent } from '@heapcast/allocators';
import { BlockLives, type LifeListener } from './block-lives.js';
import { blocksBeside } from './blocks-beside.js';
import { tellStory } from './block-story.js';
import { searchEvents } from './event-search.js';
import { curveWindow, ExtremesPyramid } from './curve-window.js';
import { Flows } from './flows.js';
import { Growth } from './growth.js';
import type { MeasureQuery, MeasureReply, PinsQuery, PinsReply } from './measures.js';
import { LifeMap } from './life-map.js';
import { Lifetimes } from './lifetimes.js';
import { liveTally } from './live-tally.js';
import { findMarks } from './marks.js';
import { findPins } from './pins.js';
import type { Playhead } from './playhead.js';
import { RegionPeaks } from './region-peaks.js';
import { ReplayError } from './replay-error.js';
import type { Timeline } from './timeline.js';
import { tintsOf } from './tints.js';

export type AnyMeasure = MeasureReply<MeasureQuery>;
/** What a look at one position answers. */
type LookQuery = Extract<MeasureQuery, { readonly kind: 'live' | 'beside' | 'tints' }>;
/** Short work with a playhead of its own, or with none: it waits for no measurement. */
type ShortQuery = Extract<MeasureQuery, { readonly kind: 'search' | 'marks' }>;

const KINDS: ReadonlySet<string> = new Set([
  'live',
  'flows',
  'lifetimes',
  'growth',
  'pins',
  'story',
  'beside',
  'window',
  'life-map',
  'search',
  'marks',
  'tints',
]);

export function isMeasure(query: { readonly kind: string }): query is MeasureQuery {
  return KINDS.has(query.kind);
}

export class Measurements {
  #last: Promise<unknown> = Promise.resolve();
  readonly #pyramids = new WeakMap<Timeline, ExtremesPyramid>();

  /**
   * @param cancelled asked between pieces of work
   * @throws ReplayError `out-of-range`, `aborted`, `not-open` when the timeline was closed meanwhile
   */
  measure(
    timeline: Timeline,
    at: number | 'head',
    query: MeasureQuery,
    cancelled: () => boolean = () => false,
  ): Promise<AnyMeasure> {
    const goOn = (): void => {
      mustBeOpen(timeline);
      if (cancelled()) throw new ReplayError('aborted', `what was asked of ${timeline.key} was cancelled`);
    };
    if (query.kind === 'live' || query.kind === 'beside' || query.kind === 'tints') {
      return timeline.inTurn(() => this.#look(timeline, at, query, goOn));
    }
    if (query.kind === 'search' || query.kind === 'marks') return this.#short(timeline, at, query);
    const work = async (): Promise<AnyMeasure> => {
      try {
        goOn();
        return await this.#measure(timeline, at === 'head' ? timeline.events : at, query, goOn);
      } catch (error) {
        mustBeOpen(timeline);
        throw error;
      }
    };
    const turn = this.#last.then(work, work);
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #look(timeline: Timeline, at: number | 'head', query: LookQuery, goOn: () => void): Promise<AnyMeasure> {
    goOn();
    const playhead = await timeline.seek(at === 'head' ? timeline.events : at, goOn);
    if (query.kind === 'tints') return tintsOf(playhead, query);
    return query.kind === 'live' ? liveTally(playhead, query.countAlike) : blocksBeside(playhead, query);
  }

  async #short(timeline: Timeline, at: number | 'head', query: ShortQuery): Promise<AnyMeasure> {
    mustBeOpen(timeline);
    const end = at === 'head' ? timeline.events : at;
    timeline.check(end);
    try {
      return query.kind === 'marks' ? await findMarks(timeline, end, query) : await searchEvents(timeline, end, query);
    } catch (error) {
      mustBeOpen(timeline);
      throw error;
    }
  }

  async #measure(
    timeline: Timeline,
    at: number,
    query: Exclude<MeasureQuery, LookQuery | ShortQuery>,
    goOn: () => void,
  ): Promise<AnyMeasure> {
    timeline.check(at);
    const lives = new BlockLives();
    const pass = { timeline, lives, goOn };
    switch (query.kind) {
      case 'flows': {
        const flows = new Flows(lives, query.churnWithin);
        await follow(pass, at, flows);
        return flows.finish(at);
      }
      case 'lifetimes': {
        const lifetimes = new Lifetimes(lives, query.groups, query.groupCount);
        await follow(pass, at, lifetimes);
        return lifetimes.finish(at);
      }
      case 'life-map': {
        const map = new LifeMap(lives, at, query.columns);
        await follow(pass, at, map);
        return map.finish();
      }
      case 'growth': {
        const growth = new Growth(lives);
        const { samples, sampledTo } = query;
        const positions = Array.from({ length: samples }, (_, k) => Math.floor((sampledTo * (k + 1)) / samples));
        const playhead = timeline.makePlayhead();
        for (const position of positions) {
          await follow(pass, Math.min(at, position), growth, playhead);
          growth.sample();
        }
        await follow(pass, at, growth, playhead);
        return growth.finish(at, positions);
      }
      case 'pins':
        return pins(pass, at, query);
      case 'story':
        return tellStory(timeline, timeline.playheadBefore(query.number), query.number, goOn);
      case 'window':
        timeline.check(query.from);
        if (query.from > at) throw new ReplayError('out-of-range', `a window from ${query.from} to ${at} has no end`);
        return curveWindow(pass, this.#pyramid(timeline), query.from, at, query.buckets);
      default:
        throw new ReplayError('internal', 'a measurement that nobody carries out');
    }
  }

  #pyramid(timeline: Timeline): ExtremesPyramid {
    let pyramid = this.#pyramids.get(timeline);
    if (!pyramid) this.#pyramids.set(timeline, (pyramid = new ExtremesPyramid()));
    return pyramid;
  }
}

interface Pass {
  readonly timeline: Timeline;
  readonly lives: BlockLives;
  /** Throws when the timeline was closed, or nobody waits any more. */
  readonly goOn: () => void;
}

/**
 * Replays up to `at` and tells the listener of every life; goes on with `playhead` if there is one.
 * @param passed told after every piece of the way: what was mapped in it, and whether its chunk is done
 */
async function follow(
  { timeline, lives, goOn }: Pass,
  at: number,
  listener: LifeListener,
  playhead = timeline.makePlayhead(),
  passed?: (mappings: readonly MappingEvent[], isWhole: boolean) => void,
): Promise<Playhead> {
  await timeline.walk(playhead, at, ({ chunk, first }, from, to) => {
    goOn();
    const out = timeline.scratch.columns(chunk.length);
    playhead.advance(chunk, from, to, out);
    const mappings = playhead.takeMappings();
    lives.follow(chunk, first, from, to, out, listener);
    passed?.(mappings, to === chunk.length);
  });
  return playhead;
}

/** Goes on from the nearest mark, and leaves marks on its way: the next question costs the way from there. */
async function pins(pass: Pass, at: number, query: PinsQuery): Promise<PinsReply> {
  const { timeline, lives, goOn } = pass;
  const marks = timeline.regionMarks;
  const mark = marks.before(at);
  const playhead = mark ? await timeline.playheadAt(mark.position) : timeline.makePlayhead();
  if (mark) lives.resume(playhead.model);
  const peaks = new RegionPeaks(lives, mark);
  await follow(pass, at, peaks, playhead, (mappings, isWhole) => {
    peaks.map(mappings);
    if (isWhole && marks.due(playhead.position)) marks.add(peaks.save(playhead.position));
  });
  const breathe = (): Promise<void> => {
    goOn();
    return timeline.breathe();
  };
  return findPins({ playhead, regions: peaks.mapped(), breathe }, query);
}

function mustBeOpen(timeline: Timeline): void {
  if (timeline.closed) throw new ReplayError('not-open', `${timeline.key} was closed while it was measured`);
}
