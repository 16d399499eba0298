/** Stored and live sessions -> what REST answers of them. */
import type { SessionDetail, SessionSummary } from '@heapcast/contracts';
import type { SessionRecord } from '@heapcast/database';
import type { LiveSession } from './live-session.js';

/** @param seq of a live session; the stored one is behind it */
export function describeSession(record: SessionRecord, seq = record.lastSeq): SessionSummary {
  const { id, name, visibility, status, owner, config, runId, forkedFrom } = record;
  return {
    id,
    name,
    visibility,
    status,
    owner,
    seq,
    allocator: config,
    createdAt: record.createdAt.toISOString(),
    updatedAt: record.updatedAt.toISOString(),
    finishedAt: record.finishedAt?.toISOString() ?? null,
    runId,
    forkedFrom,
  };
}

export async function describeLive(session: LiveSession): Promise<SessionDetail> {
  const { at, totals, ledger } = await session.inspect(undefined, { kind: 'stats' });
  return { ...describeSession(session.record, at), totals, ledger, presence: session.audience?.size ?? 0 };
}
