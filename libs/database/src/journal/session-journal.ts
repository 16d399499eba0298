/**
 * The requests of open sessions, in the order in which they were acknowledged: rows of packed chunks, without gaps from
 * request 1 on. What `append` has resolved is on disk.
 *
 * A busy session leaves a row per request (or batch); `compact` merges them when nobody is in a hurry. A finished
 * session's requests are in the trace of its run, and `read` finds them there.
 */
import { concatChunks, packChunk, sliceChunk, unpackChunk, CHUNK_EVENTS } from '@heapcast/trace';
import { Injectable } from '@nestjs/common';
import { SessionNotOpenError } from '../errors.js';
import { PrismaService } from '../prisma.service.js';
import type { Prisma } from '../generated/client.js';
import { GroupCommit } from './group-commit.js';
import type { JournalEntry, KeptKey } from './journal-entry.js';

/** Consecutive requests as they are stored; `first` is the 0-based index of the first one. */
export interface StoredRequests {
  readonly first: number;
  readonly packed: Uint8Array;
}

export interface Compaction {
  readonly rowsBefore: number;
  readonly rowsAfter: number;
}

/** Bounds of one answer of `read`. */
const READ_ROWS = 2048;
const READ_BYTES = 1 << 20;

const READ = `
SELECT first_seq, count, data FROM (
  SELECT first_seq, count, data, sum(octet_length(data)) OVER (ORDER BY first_seq) - octet_length(data) AS before
    FROM (SELECT first_seq, count, data FROM session_journal
           WHERE session_id = $1
             AND first_seq >= (SELECT max(first_seq) FROM session_journal WHERE session_id = $1 AND first_seq <= $2)
           ORDER BY first_seq LIMIT ${READ_ROWS}) AS page
) AS measured WHERE before < ${READ_BYTES} ORDER BY first_seq`;

const READ_FINISHED = `
SELECT c.idx, c.events, c.data FROM sessions s JOIN runs r ON r.id = s.run_id JOIN trace_chunks c ON c.trace_id = r.trace_id
 WHERE s.id = $1 AND s.status = 'finished' AND c.idx = $2`;

@Injectable()
export class SessionJournal {
  readonly #commit: GroupCommit;

  constructor(private readonly prisma: PrismaService) {
    this.#commit = new GroupCommit(prisma.pool);
  }

  /**
   * Resolves when the entry is on disk. Entries of one session must be appended in order.
   * @throws SequenceConflictError, SessionNotOpenError, IdempotencyConflictError: nothing was written
   * @throws JournalUnavailableError: whether it was written is not known until the journal can be read again
   */
  append(entry: JournalEntry): Promise<void> {
    return this.#commit.append(entry);
  }

  /** Resolves when everything that was appended so far is settled. */
  drained(): Promise<void> {
    return this.#commit.drained();
  }

  /** From now on `listener` is told how many seconds each commit took. */
  watchCommits(listener: (seconds: number) => void): void {
    this.#commit.onCommit = listener;
  }

  /** How many commits carried how many entries since the start. */
  get statistics(): { readonly commits: number; readonly entries: number } {
    return this.#commit.statistics;
  }

  /** What an idempotency key of a session stands for; `null`: it was not used (or so long ago that it was forgotten). */
  async findKey(sessionId: string, key: string): Promise<KeptKey | null> {
    const { rows } = await this.prisma.pool.query<{ first_seq: string; count: number; body_hash: Buffer }>({
      name: 'journal-key',
      text: 'SELECT first_seq, count, body_hash FROM session_keys WHERE session_id = $1 AND key = $2',
      values: [sessionId, key],
    });
    const [row] = rows;
    return row ? { firstSeq: Number(row.first_seq), count: row.count, bodyHash: row.body_hash } : null;
  }

  /** Forgets idempotency keys that were used before `time`. Returns how many. */
  async forgetKeys(time: Date): Promise<number> {
    const { count } = await this.prisma.client.sessionKey.deleteMany({ where: { createdAt: { lt: time } } });
    return count;
  }

  /** Number of the last request of a session, whether it is open or finished; 0 = none. */
  async lastSeq(sessionId: string): Promise<number> {
    const { rows } = await this.prisma.pool.query<{ last: string | null }>({
      name: 'journal-end',
      text: `SELECT coalesce((SELECT first_seq + count - 1 FROM session_journal
                               WHERE session_id = $1 ORDER BY first_seq DESC LIMIT 1),
                             (SELECT last_seq FROM sessions WHERE id = $1)) AS last`,
      values: [sessionId],
    });
    return Number(rows[0]?.last ?? 0);
  }

  /**
   * The stored rows from the one that holds request `fromEvent` (0-based) on, in order, about 1 MiB of them; empty when
   * there is no such request.
   */
  async read(sessionId: string, fromEvent: number): Promise<StoredRequests[]> {
    const { rows } = await this.prisma.pool.query<{ first_seq: string; count: number; data: Buffer }>({
      name: 'journal-read',
      text: READ,
      values: [sessionId, fromEvent + 1],
    });
    const stored = rows
      .map((row) => ({ first: Number(row.first_seq) - 1, count: row.count, packed: row.data }))
      .filter(({ first, count }) => first + count > fromEvent);
    if (stored.length > 0) return stored.map(({ first, packed }) => ({ first, packed }));
    return this.#readFinished(sessionId, fromEvent);
  }

  /**
   * Merges consecutive rows into rows of up to 64 Ki requests. Readers and writers may go on meanwhile.
   * Rewriting costs as much as what is rewritten: worth it when many rows have gathered.
   */
  async compact(sessionId: string): Promise<Compaction> {
    let rowsBefore = 0;
    let rowsAfter = 0;
    let from = 1n;
    for (;;) {
      const page = await this.prisma.client.sessionJournal.findMany({
        where: { sessionId, firstSeq: { gte: from } },
        orderBy: { firstSeq: 'asc' },
        select: { firstSeq: true, count: true },
        take: CHUNK_EVENTS,
      });
      if (page.length === 0) return { rowsBefore, rowsAfter };
      // One by one: never more than one merged row in memory.
      for (const group of groupsOf(page)) {
        rowsBefore += group.length;
        rowsAfter += group.length > 1 ? await this.#merge(sessionId, group) : 1;
      }
      const last = page.at(-1);
      if (page.length < CHUNK_EVENTS || !last) return { rowsBefore, rowsAfter };
      from = last.firstSeq + BigInt(last.count);
    }
  }

  /**
   * Gives the session `to`, whose journal is empty, the first `upTo` requests of the session `from`, open or finished.
   * @param upTo not more than `from` has
   */
  async copy(from: string, to: string, upTo: number, tx: Prisma.TransactionClient): Promise<void> {
    const whole = await tx.$executeRaw`
      INSERT INTO session_journal (session_id, first_seq, count, data)
      SELECT ${to}::uuid, first_seq, count, data FROM session_journal
       WHERE session_id = ${from}::uuid AND first_seq + count - 1 <= ${upTo}`;
    const moved = await tx.$executeRaw`
      INSERT INTO session_journal (session_id, first_seq, count, data)
      SELECT ${to}::uuid, c.idx::bigint * ${CHUNK_EVENTS} + 1, c.events, c.data
        FROM sessions s JOIN runs r ON r.id = s.run_id JOIN trace_chunks c ON c.trace_id = r.trace_id
       WHERE s.id = ${from}::uuid AND s.status = 'finished' AND c.idx::bigint * ${CHUNK_EVENTS} + c.events <= ${upTo}`;
    const end = whole + moved === 0 ? 0 : await endOf(tx, to);
    if (end === upTo) return;
    const [boundary] = await tx.$queryRaw<{ count: number; data: Uint8Array }[]>`
      SELECT count, data FROM session_journal WHERE session_id = ${from}::uuid AND first_seq = ${end + 1}
      UNION ALL
      SELECT c.events, c.data
        FROM sessions s JOIN runs r ON r.id = s.run_id JOIN trace_chunks c ON c.trace_id = r.trace_id
       WHERE s.id = ${from}::uuid AND s.status = 'finished' AND c.idx::bigint * ${CHUNK_EVENTS} = ${end}`;
    if (!boundary || end + boundary.count < upTo) throw new SessionNotOpenError(from);
    const part = packChunk(sliceChunk(unpackChunk(boundary.data), 0, upTo - end));
    await tx.sessionJournal.createMany({
      data: [{ sessionId: to, firstSeq: BigInt(end + 1), count: upTo - end, data: Buffer.from(part) }],
    });
  }

  /**
   * Gives the session `to`, whose journal is empty, the first `upTo` requests of a trace.
   * @throws SessionNotOpenError when the trace has fewer
   */
  async copyOfTrace(traceKey: number, to: string, upTo: number, tx: Prisma.TransactionClient): Promise<void> {
    const whole = Math.floor(upTo / CHUNK_EVENTS);
    const rest = upTo - whole * CHUNK_EVENTS;
    const copied = await tx.$executeRaw`
      INSERT INTO session_journal (session_id, first_seq, count, data)
      SELECT ${to}::uuid, idx::bigint * ${CHUNK_EVENTS} + 1, events, data
        FROM trace_chunks WHERE trace_id = ${traceKey} AND idx < ${whole} AND events = ${CHUNK_EVENTS}`;
    if (copied < whole) throw new SessionNotOpenError(to);
    if (rest === 0) return;
    const last = await tx.traceChunk.findUnique({ where: { traceId_index: { traceId: traceKey, index: whole } } });
    if (!last || last.events < rest) throw new SessionNotOpenError(to);
    const part = last.events === rest ? last.data : packChunk(sliceChunk(unpackChunk(last.data), 0, rest));
    await tx.sessionJournal.createMany({
      data: [{ sessionId: to, firstSeq: BigInt(upTo - rest + 1), count: rest, data: Buffer.from(part) }],
    });
  }

  async #readFinished(sessionId: string, fromEvent: number): Promise<StoredRequests[]> {
    const index = Math.floor(fromEvent / CHUNK_EVENTS);
    const { rows } = await this.prisma.pool.query<{ idx: number; events: number; data: Buffer }>({
      name: 'journal-read-finished',
      text: READ_FINISHED,
      values: [sessionId, index],
    });
    return rows
      .filter(({ idx, events }) => idx * CHUNK_EVENTS + events > fromEvent)
      .map(({ idx, data }) => ({ first: idx * CHUNK_EVENTS, packed: data }));
  }

  /** Puts one row in the place of several. Returns how many rows there are now: nothing changes if they are gone. */
  async #merge(sessionId: string, group: readonly RowPlace[]): Promise<number> {
    const [first, last] = [group[0], group.at(-1)];
    if (!first || !last) return 0;
    return this.prisma.client.$transaction(async (tx) => {
      const rows = await tx.$queryRaw<{ data: Uint8Array }[]>`
        SELECT data FROM session_journal
         WHERE session_id = ${sessionId}::uuid AND first_seq BETWEEN ${first.firstSeq} AND ${last.firstSeq}
         ORDER BY first_seq FOR UPDATE`;
      // The session was finished or deleted, or somebody else merged: leave it alone.
      if (rows.length !== group.length) return group.length;
      const merged = packChunk(concatChunks(rows.map(({ data }) => unpackChunk(data))));
      await tx.sessionJournal.deleteMany({
        where: { sessionId, firstSeq: { gte: first.firstSeq, lte: last.firstSeq } },
      });
      const count = group.reduce((sum, row) => sum + row.count, 0);
      await tx.sessionJournal.createMany({
        data: [{ sessionId, firstSeq: first.firstSeq, count, data: Buffer.from(merged) }],
      });
      return 1;
    });
  }
}

interface RowPlace {
  readonly firstSeq: bigint;
  readonly count: number;
}

/** Consecutive rows that fit one chunk together. */
function groupsOf(rows: readonly RowPlace[]): RowPlace[][] {
  const groups: RowPlace[][] = [];
  let sum = 0;
  for (const row of rows) {
    const group = groups.at(-1);
    if (group && sum + row.count <= CHUNK_EVENTS) {
      group.push(row);
      sum += row.count;
    } else {
      groups.push([row]);
      sum = row.count;
    }
  }
  return groups;
}

async function endOf(tx: Prisma.TransactionClient, sessionId: string): Promise<number> {
  const last = await tx.sessionJournal.findFirst({
    where: { sessionId },
    orderBy: { firstSeq: 'desc' },
    select: { firstSeq: true, count: true },
  });
  return last ? Number(last.firstSeq) + last.count - 1 : 0;
}
