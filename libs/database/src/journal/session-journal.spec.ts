import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { CHUNK_EVENTS, concatChunks, Op, packChunk, sliceChunk, type TraceChunk, unpackChunk } from '@heapcast/trace';
import {
  IdempotencyConflictError,
  JournalUnavailableError,
  SequenceConflictError,
  SessionNotOpenError,
} from '../errors.js';
import { PrismaService } from '../prisma.service.js';
import { RunStore } from '../run.store.js';
import { SessionStore } from '../session.store.js';
import { TraceStore } from '../trace.store.js';
import type { JournalEntry } from './journal-entry.js';
import { SessionSites } from './session-sites.js';
import { SessionJournal } from './session-journal.js';

const CONFIG = { model: 'pymalloc', profile: 'cpython-3.11', options: {}, modelVersion: 1 };

let prisma: PrismaService;
let journal: SessionJournal;
let sessions: SessionStore;
let traces: TraceStore;

beforeAll(async () => {
  prisma = await PrismaService.open({ directory: process.env.DATA_DIR! });
  journal = new SessionJournal(prisma);
  traces = new TraceStore(prisma);
  sessions = new SessionStore(prisma, journal, new SessionSites(prisma), traces, new RunStore(prisma));
});
afterAll(() => prisma.close());

/** Requests `from` (0-based) to `to` of an endless program that marks its steps: request i says i. */
function marks(from: number, to: number): TraceChunk {
  const length = to - from;
  return {
    length,
    op: new Uint8Array(length).fill(Op.mark),
    size: Uint32Array.from({ length }, (_, index) => from + index),
    slot: new Int32Array(length).fill(-1),
    site: null,
    time: null,
    names: null,
  };
}

/** Requests whose sizes do not compress: a packed chunk of them is large. */
function noise(length: number): TraceChunk {
  return { ...marks(0, length), size: Uint32Array.from({ length }, () => Math.trunc(Math.random() * 2 ** 32)) };
}

function entry(sessionId: string, firstSeq: number, count: number): JournalEntry {
  return { sessionId, firstSeq, count, packed: packChunk(marks(firstSeq - 1, firstSeq - 1 + count)) };
}

async function open(): Promise<string> {
  return (await sessions.create({ config: CONFIG })).id;
}

/** Everything that a session holds, as a replay would read it. */
async function readAll(sessionId: string): Promise<number[]> {
  const chunks: TraceChunk[] = [];
  for (let at = 0; ;) {
    const rows = await journal.read(sessionId, at);
    if (rows.length === 0) return [...concatChunks(chunks).size];
    for (const { first, packed } of rows) {
      const chunk = unpackChunk(packed);
      chunks.push(sliceChunk(chunk, at - first, chunk.length));
      at = first + chunk.length;
    }
  }
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

async function rowsOf(sessionId: string): Promise<{ first: number; count: number }[]> {
  const rows = await prisma.client.sessionJournal.findMany({ where: { sessionId }, orderBy: { firstSeq: 'asc' } });
  return rows.map(({ firstSeq, count }) => ({ first: Number(firstSeq), count }));
}

describe('appending', () => {
  it('keeps what it acknowledged, in order', async () => {
    const id = await open();
    await journal.append(entry(id, 1, 1));
    await journal.append(entry(id, 2, 10));
    await journal.append(entry(id, 12, 1));
    expect(await readAll(id)).toEqual(upTo(12));
    expect(await journal.lastSeq(id)).toBe(12);
  });

  it('writes what many sessions wait for in few commits', async () => {
    const ids = await Promise.all(Array.from({ length: 50 }, open));
    const before = journal.statistics;
    // Each session appends two entries without waiting: the second follows on the first.
    await Promise.all(ids.flatMap((id) => [journal.append(entry(id, 1, 3)), journal.append(entry(id, 4, 1))]));
    const after = journal.statistics;
    expect(after.entries - before.entries).toBe(100);
    expect(after.commits - before.commits).toBeLessThanOrEqual(2);
    for (const id of ids) expect(await readAll(id)).toEqual(upTo(4));
  });

  it('takes 64 Ki requests at once', async () => {
    const id = await open();
    await journal.append(entry(id, 1, CHUNK_EVENTS));
    expect((await readAll(id)).length).toBe(CHUNK_EVENTS);
  });

  it('writes more entries than one commit may hold', async () => {
    const id = await open();
    await Promise.all(Array.from({ length: 2500 }, (_, index) => journal.append(entry(id, index + 1, 1))));
    expect(await readAll(id)).toEqual(upTo(2500));
  });
});

describe('refusing', () => {
  it.each([
    ['repeats', 3],
    ['overlaps', 5],
    ['leaves a gap', 7],
  ])('an entry that %s, and nobody else’s', async (_, firstSeq) => {
    const [bad, good] = [await open(), await open()];
    await journal.append(entry(bad, 1, 5));
    const outcomes = await Promise.allSettled([
      journal.append(entry(bad, firstSeq, 2)),
      journal.append(entry(good, 1, 2)),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(outcomes[0]).toHaveProperty('reason', expect.any(SequenceConflictError));
    expect(await readAll(bad)).toEqual(upTo(5));
    expect(await readAll(good)).toEqual(upTo(2));
  });

  it('everything of a session behind an entry that failed', async () => {
    const id = await open();
    const outcomes = await Promise.allSettled([
      journal.append(entry(id, 2, 1)),
      journal.append(entry(id, 3, 1)),
      journal.append(entry(id, 1, 1)),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(await readAll(id)).toEqual([]);
    await journal.append(entry(id, 1, 1));
    expect(await readAll(id)).toEqual([0]);
  });

  it('requests of sessions that are finished or never were', async () => {
    const [finished, good] = [await open(), await open()];
    await sessions.finish(finished);
    const outcomes = await Promise.allSettled([
      journal.append(entry(finished, 1, 1)),
      journal.append(entry(randomUUID(), 1, 1)),
      journal.append(entry(good, 1, 1)),
    ]);
    expect(outcomes[0]).toHaveProperty('reason', expect.any(SessionNotOpenError));
    expect(outcomes[1]).toHaveProperty('reason', expect.any(SessionNotOpenError));
    expect(outcomes[2]).toHaveProperty('status', 'fulfilled');
  });

  it('what the tables do not allow, without harm to the others in the same commit', async () => {
    const [bad, good] = [await open(), await open()];
    const outcomes = await Promise.allSettled([
      // More than one command can ask for.
      journal.append({ ...entry(bad, 1, 1), count: 2 ** 22 + 1 }),
      journal.append(entry(good, 1, 1)),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(await readAll(good)).toEqual([0]);
  });
});

describe('idempotency keys', () => {
  const bodyHash = new Uint8Array(32).fill(7);

  it('stand for the requests that they were written with', async () => {
    const id = await open();
    expect(await journal.findKey(id, 'a')).toBeNull();
    await journal.append(entry(id, 1, 2));
    await journal.append({ ...entry(id, 3, 4), idempotency: { key: 'a', bodyHash } });
    const kept = await journal.findKey(id, 'a');
    expect(kept).toMatchObject({ firstSeq: 3, count: 4 });
    expect(new Uint8Array(kept!.bodyHash)).toEqual(bodyHash);
    expect(await journal.findKey(await open(), 'a')).toBeNull();
  });

  it('are taken once: the second entry is not written', async () => {
    const [id, other] = [await open(), await open()];
    await journal.append({ ...entry(id, 1, 1), idempotency: { key: 'a', bodyHash } });
    const outcomes = await Promise.allSettled([
      journal.append({ ...entry(id, 2, 1), idempotency: { key: 'a', bodyHash } }),
      journal.append({ ...entry(other, 1, 1), idempotency: { key: 'a', bodyHash } }),
    ]);
    expect(outcomes[0]).toHaveProperty('reason', expect.any(IdempotencyConflictError));
    expect(outcomes[1]).toHaveProperty('status', 'fulfilled');
    expect(await readAll(id)).toEqual([0]);
  });

  it('are not kept for an entry that was not written', async () => {
    const id = await open();
    await expect(journal.append({ ...entry(id, 9, 1), idempotency: { key: 'a', bodyHash } })).rejects.toThrow(
      SequenceConflictError,
    );
    expect(await journal.findKey(id, 'a')).toBeNull();
  });

  it('are forgotten when they are old', async () => {
    const id = await open();
    await journal.append({ ...entry(id, 1, 1), idempotency: { key: 'a', bodyHash } });
    expect(await journal.forgetKeys(new Date(Date.now() - 60_000))).toBe(0);
    expect(await journal.findKey(id, 'a')).not.toBeNull();
    expect(await journal.forgetKeys(new Date(Date.now() + 60_000))).toBeGreaterThan(0);
    expect(await journal.findKey(id, 'a')).toBeNull();
  });
});

describe('reading', () => {
  it('begins with the row that holds the wanted request', async () => {
    const id = await open();
    await journal.append(entry(id, 1, 5));
    await journal.append(entry(id, 6, 5));
    await journal.append(entry(id, 11, 5));
    const firsts = async (at: number): Promise<number[]> => (await journal.read(id, at)).map(({ first }) => first);
    expect(await firsts(0)).toEqual([0, 5, 10]);
    expect(await firsts(4)).toEqual([0, 5, 10]);
    expect(await firsts(5)).toEqual([5, 10]);
    expect(await firsts(14)).toEqual([10]);
    expect(await firsts(15)).toEqual([]);
  });

  it('answers with about a MiB at a time', async () => {
    const id = await open();
    for (let row = 0; row < 12; row += 1) {
      const packed = packChunk(noise(CHUNK_EVENTS));
      await journal.append({ sessionId: id, firstSeq: row * CHUNK_EVENTS + 1, count: CHUNK_EVENTS, packed });
    }
    const rows = await journal.read(id, 0);
    const bytes = rows.reduce((sum, { packed }) => sum + packed.length, 0);
    expect(rows.length).toBeLessThan(12);
    expect(bytes - rows.at(-1)!.packed.length).toBeLessThan(1 << 20);
  });
});

describe('compacting', () => {
  it('merges rows into rows of at most 64 Ki requests and changes nothing that is read', async () => {
    const id = await open();
    let seq = 1;
    for (const count of [1, 1, 1, 60_000, 5_000, 600, 1]) {
      await journal.append(entry(id, seq, count));
      seq += count;
    }
    expect(await journal.compact(id)).toEqual({ rowsBefore: 7, rowsAfter: 2 });
    expect(await rowsOf(id)).toEqual([
      { first: 1, count: 65_003 },
      { first: 65_004, count: 601 },
    ]);
    expect(await readAll(id)).toEqual(upTo(seq - 1));
    await journal.append(entry(id, seq, 1));
    expect(await journal.lastSeq(id)).toBe(seq);
  });

  it('goes on while requests arrive and others compact', async () => {
    const id = await open();
    const append = async (): Promise<void> => {
      for (let seq = 1; seq <= 300; seq += 1) await journal.append(entry(id, seq, 1));
    };
    const compact = async (): Promise<void> => {
      for (let turn = 0; turn < 10; turn += 1) await journal.compact(id);
    };
    await Promise.all([append(), compact(), compact()]);
    await journal.compact(id);
    expect(await readAll(id)).toEqual(upTo(300));
    expect(await rowsOf(id)).toEqual([{ first: 1, count: 300 }]);
  });

  it('leaves a single row and an empty journal alone', async () => {
    const id = await open();
    expect(await journal.compact(id)).toEqual({ rowsBefore: 0, rowsAfter: 0 });
    await journal.append(entry(id, 1, 7));
    expect(await journal.compact(id)).toEqual({ rowsBefore: 1, rowsAfter: 1 });
  });
});

describe('when the database goes away', () => {
  it('rejects what was on its way, and takes requests again when the database is back', async () => {
    const id = await open();
    await journal.append(entry(id, 1, 1));
    // The write hangs behind a lock until its connection is cut: it can neither succeed nor be answered.
    const other = await prisma.pool.connect();
    await other.query('BEGIN');
    await other.query('LOCK TABLE session_journal IN ACCESS EXCLUSIVE MODE');
    const outcome = journal.append(entry(id, 2, 1)).catch((error: unknown) => error);
    const stuck = `FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%session_journal%'`;
    // Asked outside the transaction: inside, the first look at pg_stat_activity would be repeated for ever.
    for (let cut = 0; cut === 0;) {
      cut = (await prisma.pool.query(`SELECT pg_terminate_backend(pid) ${stuck}`)).rowCount ?? 0;
    }
    expect(await outcome).toBeInstanceOf(JournalUnavailableError);
    await other.query('ROLLBACK');
    other.release();

    expect(await readAll(id)).toEqual([0]);
    await journal.append(entry(id, 2, 1));
    expect(await readAll(id)).toEqual([0, 1]);
  });
});
