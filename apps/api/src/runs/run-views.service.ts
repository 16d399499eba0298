/** Looks into a finished run at any position: the heap, statistics, events, the text CPython would print. */
import type { SessionEvent } from '@heapcast/contracts';
import type { RunDetail } from '@heapcast/database';
import { describeState, downsample, fragmentation, type WindowCurve, windowCurve } from '@heapcast/insight';
import type { Curve, HeapReply, InspectQuery, InspectReply, RunSummary, StatsReply } from '@heapcast/replay';
import { CHUNK_EVENTS } from '@heapcast/trace';
import { Injectable } from '@nestjs/common';
import { Configuration } from '../configuration/configuration.js';
import { invalid, ProblemException } from '../problems/index.js';
import { listEvents } from '../sessions/event-listing.js';
import { requireSameModel } from './model-version.js';
import type { CurveQueryDto, HeapQueryDto } from './positions.dto.js';
import { RunTimelines } from './run-timelines.js';

/** Points of the curve in the summary; all of them are at `/curve`. */
const SUMMARY_POINTS = 200;

@Injectable()
export class RunViews {
  constructor(
    private readonly timelines: RunTimelines,
    private readonly configuration: Configuration,
  ) {}

  /** The stored summary with what follows from it, and a curve that is short enough to be read with it. */
  summary(run: RunDetail): Record<string, unknown> | null {
    const summary = summaryOf(run);
    if (!summary) return null;
    const { end, peak, curve, ...rest } = summary;
    return { ...rest, end: withInsight(end), peak: withInsight(peak), curve: downsample(curve, SUMMARY_POINTS) };
  }

  curve(run: RunDetail, points: number | undefined): Curve {
    const summary = summaryOf(run);
    if (!summary) throw new ProblemException('run-not-finished', 'The run has no curve yet.');
    return points === undefined ? summary.curve : downsample(summary.curve, points);
  }

  /** Exact between any two positions. */
  async window(run: RunDetail, { from = 0, to, buckets = 200, points }: CurveQueryDto): Promise<WindowCurve> {
    if (points !== undefined) throw invalid('points', 'is for the whole run; say how many buckets');
    if (from > run.trace.events) throw beyond('from', from, run.trace.events);
    if (from > (to ?? run.trace.events)) throw invalid('from', 'must not be after to');
    return windowCurve(await this.#inspect(run, to, { kind: 'window', from, buckets }, 'to'));
  }

  async stats(run: RunDetail, at: number | undefined): Promise<StatsReply & Record<string, unknown>> {
    const reply = await this.#inspect(run, at, { kind: 'stats' });
    const { totals, ledger } = reply;
    return { ...reply, fragmentation: fragmentation(ledger), sentence: describeState({ totals, ledger }) };
  }

  async heap(run: RunDetail, query: HeapQueryDto): Promise<HeapReply> {
    const { at, detail = 'regions', arena, pool, limit = 1000, offset = 0 } = query;
    const most = this.configuration.heapItemsLimit;
    if (limit > most) throw invalid('limit', `must be at most ${most} (HEAP_ITEMS_LIMIT)`);
    if (pool !== undefined && arena === undefined) throw invalid('arena', 'must be given when pool is');
    return this.#inspect(run, at, {
      kind: 'heap',
      detail: detail === 'arenas' ? 'regions' : detail,
      limit,
      offset,
      ...(arena === undefined ? {} : { region: arena }),
      ...(pool === undefined ? {} : { pool }),
    });
  }

  /** @throws ProblemException `not-offered-by-model` */
  async debugMallocStats(run: RunDetail, at: number | undefined): Promise<string> {
    const { text } = await this.#inspect(run, at, { kind: 'debugmallocstats' });
    if (text !== null) return text;
    throw new ProblemException(
      'not-offered-by-model',
      `sys._debugmallocstats() is pymalloc's own; the model ${run.config.model} has no such text. Its statistics are at /stats.`,
    );
  }

  /** Events from index `from` on, in pieces of at most a chunk: never more than one is in memory. */
  async *events(run: RunDetail, from: number, limit: number): AsyncGenerator<SessionEvent[]> {
    const most = this.configuration.eventsPageLimit;
    if (limit > most) throw invalid('limit', `must be at most ${most} (EVENTS_PAGE_LIMIT)`);
    const end = Math.min(run.trace.events, from + limit);
    if (from > run.trace.events) throw beyond('from', from, run.trace.events);
    for (let at = from; at < end;) {
      const reply = await this.#inspect(run, at, { kind: 'events', limit: Math.min(end - at, CHUNK_EVENTS) });
      if (reply.requests.length === 0) return;
      yield listEvents({ requests: reply.requests, placed: reply });
      at += reply.requests.length;
    }
  }

  async #inspect<Q extends InspectQuery>(
    run: RunDetail,
    at: number | undefined,
    query: Q,
    path = 'at',
  ): Promise<InspectReply<Q>> {
    requireSameModel(run);
    const position = at ?? run.trace.events;
    if (position > run.trace.events) throw beyond(path, position, run.trace.events);
    return this.timelines.inspect(run, position, query);
  }
}

function withInsight(moment: RunSummary['end']): Record<string, unknown> {
  const { totals, ledger } = moment;
  return { ...moment, fragmentation: fragmentation(ledger), sentence: describeState({ totals, ledger }) };
}

function beyond(name: string, position: number, events: number): ProblemException {
  return new ProblemException(
    'invalid-position',
    `${name}=${position} is beyond the last event: the run has ${events}.`,
    {
      errors: [{ path: name, message: `must be at most ${events}` }],
    },
  );
}

/** What `execute` gave and the database kept. */
function summaryOf(run: RunDetail): RunSummary | null {
  return isSummary(run.summary) ? run.summary : null;
}

function isSummary(value: unknown): value is RunSummary {
  return typeof value === 'object' && value !== null && 'events' in value && 'curve' in value;
}
