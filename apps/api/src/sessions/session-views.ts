/** Looks into a session at any of its events, the last one included: the heap, statistics, the events themselves. */
import { findModel } from '@heapcast/allocators';
import type { SessionEvent } from '@heapcast/contracts';
import { describeState, fragmentation } from '@heapcast/insight';
import type { HeapReply, StatsReply } from '@heapcast/replay';
import { Injectable } from '@nestjs/common';
import { Configuration } from '../configuration/configuration.js';
import { invalid, ProblemException } from '../problems/index.js';
import type { HeapQueryDto } from '../runs/positions.dto.js';
import type { LiveSession } from './live-session.js';
import { noSuchEvent } from './session-problems.js';

/** Events that are listed at once: short pieces, so that others have their turn. */
const PIECE = 4096;

@Injectable()
export class SessionViews {
  constructor(private readonly configuration: Configuration) {}

  async stats(session: LiveSession, at: number | undefined): Promise<StatsReply & Record<string, unknown>> {
    const reply = await session.inspect(at, { kind: 'stats' });
    const { totals, ledger } = reply;
    return { ...reply, fragmentation: fragmentation(ledger), sentence: describeState({ totals, ledger }) };
  }

  async heap(session: LiveSession, query: HeapQueryDto): Promise<HeapReply> {
    const { at, detail = 'regions', arena, pool, limit = 1000, offset = 0 } = query;
    const most = this.configuration.heapItemsLimit;
    if (limit > most) throw invalid('limit', `must be at most ${most} (HEAP_ITEMS_LIMIT)`);
    if (pool !== undefined && arena === undefined) throw invalid('arena', 'must be given when pool is');
    return session.inspect(at, {
      kind: 'heap',
      detail: detail === 'arenas' ? 'regions' : detail,
      limit,
      offset,
      ...(arena === undefined ? {} : { region: arena }),
      ...(pool === undefined ? {} : { pool }),
    });
  }

  /** @throws ProblemException `not-offered-by-model` */
  async debugMallocStats(session: LiveSession, at: number | undefined): Promise<string> {
    const { text } = await session.inspect(at, { kind: 'debugmallocstats' });
    if (text !== null) return text;
    const { model } = session.record.config;
    throw new ProblemException(
      'not-offered-by-model',
      `sys._debugmallocstats() is pymalloc's own; the model ${findModel(model)?.title ?? model} has no such text. Its statistics are at /stats.`,
    );
  }

  /** The events after event `from`, at most `limit`, in pieces. */
  async *events(session: LiveSession, from: number, limit: number): AsyncGenerator<readonly SessionEvent[]> {
    const most = this.configuration.eventsPageLimit;
    if (limit > most) throw invalid('limit', `must be at most ${most} (EVENTS_PAGE_LIMIT)`);
    if (from > session.seq) throw noSuchEvent('from', from, session.seq);
    const end = Math.min(session.seq, from + limit);
    for (let at = from; at < end;) {
      const events = await session.read(at + 1, Math.min(end - at, PIECE));
      if (events.length === 0) return;
      yield events;
      at += events.length;
    }
  }
}
