/**
 * What waits in a session -> rows of its journal. Neighbours become one row, which is cheaper to write and to read; a
 * batch with an idempotency key keeps a row of its own, because the key names it.
 */
import type { JournalEntry, SiteGrowth } from '@heapcast/database';
import { CHUNK_EVENTS, concatChunks, packChunk, type TraceChunk } from '@heapcast/trace';
import type { KeyedBody } from './idempotency.js';

export interface Batch {
  /** Number of its first request. */
  readonly firstSeq: number;
  readonly chunk: TraceChunk;
  readonly keyed: KeyedBody | undefined;
  /** Call sites that its requests are the first to point at. */
  readonly sites: SiteGrowth | undefined;
}

export interface JournalRow {
  readonly entry: Omit<JournalEntry, 'sessionId'>;
  /** How many batches are in it. */
  readonly batches: number;
}

/** Most requests in one row. */
export const ROW_LIMIT = CHUNK_EVENTS;

/** What the site table needs before `batches` may be stored; `null`: nothing. */
export function growthOf(batches: readonly Batch[]): SiteGrowth | null {
  const growths = batches.flatMap(({ sites }) => (sites && sites.sites.length > 0 ? [sites] : []));
  if (growths.length === 0) return null;
  return { first: growths[0].first, sites: growths.flatMap(({ sites }) => sites) };
}

/** @param batches consecutive ones, none larger than `ROW_LIMIT` */
export function journalRows(batches: readonly Batch[]): JournalRow[] {
  const rows: JournalRow[] = [];
  let at = 0;
  while (at < batches.length) {
    const begin = at;
    const { keyed, firstSeq } = batches[at];
    let count = batches[at++].chunk.length;
    if (!keyed) {
      while (at < batches.length && !batches[at].keyed && count + batches[at].chunk.length <= ROW_LIMIT) {
        count += batches[at++].chunk.length;
      }
    }
    const chunks = batches.slice(begin, at).map(({ chunk }) => chunk);
    const packed = packChunk(chunks.length === 1 ? chunks[0] : concatChunks(chunks));
    rows.push({ entry: { firstSeq, count, packed, idempotency: keyed }, batches: at - begin });
  }
  return rows;
}
