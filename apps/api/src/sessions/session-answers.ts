/** Stored and live sessions -> what REST answers of them. */
import type { SessionDetail, SessionSummary, Snapshot } from '@heapcast/contracts';
import type { HeapDetail } from '@heapcast/allocators';
import type { SessionRecord } from '@heapcast/database';
import type { LiveSession } from './live-session.js';

/** @param seq of a live session; the stored one is behind it */
export function describeSession(record: SessionRecord, seq = record.lastSeq): SessionSummary {
  const { id, name, visibility, status, kind, settings, owner, config, runId, forkedFrom } = record;
  return {
    id,
    name,
    visibility,
    status,
    kind,
    settings,
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

/** Longer texts of a session's settings, such as the source of its program, are cut in lists. */
const LONG_TEXT = 200;

/** The same for a list of many. */
export function briefly(summary: SessionSummary): SessionSummary {
  if (!summary.settings) return summary;
  const settings: SessionSummary['settings'] = JSON.parse(JSON.stringify(summary.settings), (_, value: unknown) =>
    typeof value === 'string' && value.length > LONG_TEXT ? `${value.slice(0, LONG_TEXT)}…` : value,
  );
  return { ...summary, settings };
}

export async function describeLive(session: LiveSession): Promise<SessionDetail> {
  const { at, totals, ledger } = await session.inspect(undefined, { kind: 'stats' });
  return { ...describeSession(session.record, at), totals, ledger, presence: session.audience?.size ?? 0 };
}

/** Everything that one who comes now needs to know. */
export async function snapshotOf(session: LiveSession, detail: HeapDetail, limit: number): Promise<Snapshot> {
  const at = session.seq;
  const [{ totals, ledger }, { heap }] = await Promise.all([
    session.inspect(at, { kind: 'stats' }),
    session.inspect(at, { kind: 'heap', detail, limit, offset: 0 }),
  ]);
  return { seq: at, totals, ledger, heap };
}
