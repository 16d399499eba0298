import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash, randomUUID } from 'node:crypto';
import {
  CHUNK_EVENTS,
  concatChunks,
  Op,
  packChunk,
  sliceChunk,
  type TraceChunk,
  TraceHasher,
  type TraceHeader,
  UNKNOWN_ORIGIN,
  unpackChunk,
} from '@heapcast/trace';
import { InvalidCursorError, RunInUseError, SessionNotOpenError, TraceInUseError } from './errors.js';
import { SessionJournal } from './journal/session-journal.js';
import { SessionSites } from './journal/session-sites.js';
import { PrismaService } from './prisma.service.js';
import { RunStore } from './run.store.js';
import { type SessionRecord, SessionStore } from './session.store.js';
import { TokenStore } from './token.store.js';
import { type TraceRecord, TraceStore } from './trace.store.js';

const CONFIG = {
  model: 'pymalloc',
  profile: 'cpython-3.11',
  options: { arenaSize: 262_144, reclaim: 'address', misalignment: [1, 2], limit: null },
  modelVersion: 3,
};

let prisma: PrismaService;
let journal: SessionJournal;
let traces: TraceStore;
let runs: RunStore;
let sites: SessionSites;
let sessions: SessionStore;
let tokens: TokenStore;

beforeAll(async () => {
  prisma = await PrismaService.open({ directory: process.env.DATA_DIR! });
  journal = new SessionJournal(prisma);
  traces = new TraceStore(prisma);
  runs = new RunStore(prisma);
  sites = new SessionSites(prisma);
  sessions = new SessionStore(prisma, journal, sites, traces, runs);
  tokens = new TokenStore(prisma);
});
afterAll(() => prisma.close());
beforeEach(async () => {
  await prisma.pool.query('TRUNCATE traces, runs, sessions CASCADE');
});

/** Blocks that are placed one after the other and never freed: the i-th asks for i bytes. */
function mallocs(from: number, to: number): TraceChunk {
  const length = to - from;
  return {
    length,
    op: new Uint8Array(length).fill(Op.malloc),
    size: Uint32Array.from({ length }, (_, index) => from + index),
    slot: Int32Array.from({ length }, (_, index) => from + index),
    site: null,
    time: null,
    names: null,
  };
}

function headerOf(events: number, part: Partial<TraceHeader> = {}): TraceHeader {
  const flags = { hasSites: false, hasTimes: false, hasNames: false };
  return { events, blocks: events, slots: events, origin: UNKNOWN_ORIGIN, sites: [], ...flags, ...part };
}

/** A content id as good as any. */
const idOf = (text: string): string => createHash('sha256').update(text).digest('hex');

async function upload(text: string, options: Parameters<TraceStore['complete']>[3] = {}): Promise<TraceRecord> {
  const key = await traces.begin();
  await traces.addChunk(key, 0, 2, packChunk(mallocs(0, 2)));
  return (await traces.complete(key, idOf(text), headerOf(2), options)).trace;
}

async function openSession(events: number, visibility: 'public' | 'private' = 'public'): Promise<SessionRecord> {
  const { id } = await sessions.create({ config: CONFIG, name: 'a class', visibility, owner: 'Ada' });
  for (let at = 0; at < events;) {
    const count = Math.min(50_000, events - at);
    await journal.append({ sessionId: id, firstSeq: at + 1, count, packed: packChunk(mallocs(at, at + count)) });
    at += count;
  }
  return (await sessions.find(id))!;
}

/** All requests of a session as its journal or trace tells them. */
async function requestsOf(sessionId: string): Promise<TraceChunk> {
  const chunks: TraceChunk[] = [];
  for (let at = 0; ;) {
    const rows = await journal.read(sessionId, at);
    if (rows.length === 0) return concatChunks(chunks);
    for (const { first, packed } of rows) {
      const chunk = unpackChunk(packed);
      chunks.push(sliceChunk(chunk, at - first, chunk.length));
      at = first + chunk.length;
    }
  }
}

describe('TraceStore', () => {
  it('gives back the chunks and the header that it was given', async () => {
    const key = await traces.begin();
    const chunks = [packChunk(mallocs(0, CHUNK_EVENTS)), packChunk(mallocs(CHUNK_EVENTS, CHUNK_EVENTS + 5))];
    await traces.addChunk(key, 0, CHUNK_EVENTS, chunks[0]);
    await traces.addChunk(key, 1, 5, chunks[1]);
    const header = headerOf(CHUNK_EVENTS + 5, {
      origin: {
        recordedOn: 'cpython-3.11.7',
        arenaSize: 262_144,
        poolSize: 4096,
        arenaMisalignment: Uint8Array.of(0, 3, 255),
      },
      sites: [
        { function: '<module>', file: 'a\0b.py', line: 0, parent: 0 },
        { function: 'f', file: 'a.py', line: 7, parent: 1 },
      ],
      hasSites: true,
    });
    const { trace, created } = await traces.complete(key, idOf('a'), header, { name: 'listdict' });
    expect(created).toBe(true);
    expect(trace).toMatchObject({
      id: idOf('a'),
      name: 'listdict',
      events: CHUNK_EVENTS + 5,
      sites: 2,
      hasSites: true,
    });
    expect(trace.storedBytes).toBe(chunks[0].length + chunks[1].length);
    expect(await traces.header(trace.key)).toEqual(header);
    expect(await traces.find(idOf('a'))).toEqual(trace);
    expect(unpackChunk((await traces.readChunk(trace.key, 1))!).size[0]).toBe(CHUNK_EVENTS);
    expect(await traces.read(trace.key, CHUNK_EVENTS + 4)).toMatchObject({ first: CHUNK_EVENTS });
    expect(await traces.readChunk(trace.key, 2)).toBeNull();
  });

  it('does not show an upload before it is complete, and forgets those that nobody completed', async () => {
    const key = await traces.begin();
    await traces.addChunk(key, 0, 2, packChunk(mallocs(0, 2)));
    const kept = await upload('kept');
    expect((await traces.list({})).items).toEqual([kept]);
    expect(await traces.findByKey(key)).toBeNull();
    expect(await traces.header(key)).toBeNull();
    expect(await traces.purgeUploads()).toBe(1);
    expect(await traces.readChunk(key, 0)).toBeNull();
    await traces.discard(kept.key);
    expect(await traces.find(kept.id)).toEqual(kept);
  });

  it('stores the same content once, also when two uploads of it end together', async () => {
    const keys = await Promise.all(Array.from({ length: 6 }, () => traces.begin()));
    for (const key of keys) await traces.addChunk(key, 0, 2, packChunk(mallocs(0, 2)));
    const done = await Promise.all(keys.map((key) => traces.complete(key, idOf('same'), headerOf(2))));
    expect(done.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(done.map(({ trace }) => trace.key)).size).toBe(1);
    expect(await prisma.client.trace.count()).toBe(1);
    expect(await prisma.client.traceChunk.count()).toBe(1);
  });

  it('makes a private trace public when somebody uploads the same content', async () => {
    expect((await upload('x', { visibility: 'private' })).visibility).toBe('private');
    expect((await traces.list({})).items).toHaveLength(0);
    expect((await traces.list({ visibility: 'any' })).items).toHaveLength(1);
    expect((await upload('x', { visibility: 'private' })).visibility).toBe('private');
    expect((await upload('x', { name: 'known' })).visibility).toBe('public');
    expect((await upload('x', { visibility: 'private' })).visibility).toBe('public');
    expect((await traces.find(idOf('x')))!.name).toBe('known');
  });

  it('refuses to delete what a run replays', async () => {
    const trace = await upload('t');
    const run = await runs.create({ traceKey: trace.key, config: CONFIG });
    await expect(traces.delete(trace.id)).rejects.toThrow(TraceInUseError);
    await runs.delete(run.id);
    expect(await traces.delete(trace.id)).toBe(true);
    expect(await traces.delete(trace.id)).toBe(false);
    expect(await prisma.client.traceChunk.count()).toBe(0);
  });
});

describe('lists', () => {
  it('show every row once, newest first, whatever is added meanwhile', async () => {
    const ids: string[] = [];
    // Several have the same millisecond.
    for (let index = 0; index < 25; index += 1) ids.push((await upload(`t${index}`)).id);
    const seen: string[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await traces.list({ limit: 7, cursor });
      seen.push(...page.items.map(({ id }) => id));
      await upload(`late ${seen.length}`);
      if (page.next === null) break;
      cursor = page.next;
    }
    expect(seen).toEqual(ids.reverse());
  });

  it('tell rows of the same moment apart', async () => {
    const trace = await upload('t');
    await Promise.all(Array.from({ length: 9 }, () => runs.create({ traceKey: trace.key, config: CONFIG })));
    await prisma.client.run.updateMany({ data: { createdAt: new Date(1_700_000_000_000) } });
    const first = await runs.list({ limit: 5 });
    const second = await runs.list({ limit: 5, cursor: first.next! });
    expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(9);
    expect(second.next).toBeNull();
  });

  it.each(['', 'x', '%%%', Buffer.from('1 2 3').toString('base64url'), Buffer.from('1 ’').toString('base64url')])(
    'refuse the cursor %j',
    async (cursor) => {
      await expect(runs.list({ cursor })).rejects.toThrow(InvalidCursorError);
    },
  );

  it('hold at most 200 rows', async () => {
    await prisma.pool.query(
      `INSERT INTO sessions (id, config, model, profile) SELECT gen_random_uuid(), '{}', 'm', 'p' FROM generate_series(1, 250)`,
    );
    expect((await sessions.list({ limit: 10_000 })).items).toHaveLength(200);
    expect((await sessions.list({ limit: 0 })).items).toHaveLength(1);
  });
});

describe('RunStore', () => {
  it('keeps the configuration, the summary and the problem as they were', async () => {
    const trace = await upload('t');
    const run = await runs.create({ traceKey: trace.key, config: CONFIG, name: 'first' });
    expect(run).toMatchObject({ config: CONFIG, status: 'pending', name: 'first', trace: { id: trace.id, events: 2 } });
    expect(await runs.start(run.id)).toBe(true);
    expect(await runs.progress(run.id, 1)).toBe(true);
    const summary = { zebra: 1, apple: [1.5, null], text: 'a\0b' };
    expect(await runs.finish(run.id, 2, summary)).toBe(true);
    const done = (await runs.find(run.id))!;
    expect(done).toMatchObject({ status: 'done', progress: 2, summary });
    expect(JSON.stringify(done.summary)).toBe(JSON.stringify(summary));
    expect(await runs.find(randomUUID())).toBeNull();
  });

  it('ends a run once', async () => {
    const trace = await upload('t');
    const { id } = await runs.create({ traceKey: trace.key, config: CONFIG });
    expect(await runs.finish(id, 2, {})).toBe(false);
    await runs.start(id);
    const ends = await Promise.all([runs.finish(id, 2, {}), runs.cancel(id), runs.fail(id, { title: 'no' })]);
    expect(ends.filter(Boolean)).toHaveLength(1);
    expect(await runs.start(id)).toBe(false);
    expect(await runs.progress(id, 1)).toBe(false);
  });

  it('finds what a service that ended left behind, and lists by what is asked for', async () => {
    const [a, b] = [await upload('a'), await upload('b')];
    const first = await runs.create({ traceKey: a.key, config: CONFIG, name: 'One Hundred' });
    const second = await runs.create({ traceKey: b.key, config: { ...CONFIG, model: 'freelist', profile: 'c' } });
    await runs.start(second.id);
    const third = await runs.create({ traceKey: b.key, config: CONFIG });
    await runs.cancel(third.id);
    expect((await runs.unfinished()).map(({ id }) => id)).toEqual([first.id, second.id]);
    const ids = async (filter: Parameters<RunStore['list']>[0]): Promise<string[]> =>
      (await runs.list(filter)).items.map(({ id }) => id).sort();
    expect(await ids({ status: 'running' })).toEqual([second.id]);
    expect(await ids({ traceId: b.id })).toEqual([second.id, third.id].sort());
    expect(await ids({ model: 'freelist' })).toEqual([second.id]);
    expect(await ids({ name: 'one h' })).toEqual([first.id]);
    expect(await ids({ name: '%' })).toEqual([]);
    expect(await runs.count({ status: 'cancelled' })).toBe(1);
  });

  it('shows runs of private sessions only where they are asked for', async () => {
    const secret = await openSession(3, 'private');
    const { run } = await sessions.finish(secret.id);
    expect((await runs.list({})).items).toHaveLength(0);
    expect((await runs.list({ visibility: 'any' })).items.map(({ id }) => id)).toEqual([run.id]);
    expect((await runs.list({ visibility: 'private', sessionId: secret.id })).items).toHaveLength(1);
    expect((await runs.find(run.id))!.session).toEqual({ id: secret.id, visibility: 'private' });
    await sessions.change(secret.id, { visibility: 'public' });
    expect((await runs.list({})).items).toHaveLength(1);
    expect((await traces.list({})).items).toHaveLength(1);
  });
});

describe('SessionStore', () => {
  it('tells where an open session’s journal ends', async () => {
    const session = await openSession(3);
    expect(session).toMatchObject({ status: 'open', lastSeq: 3, name: 'a class', owner: 'Ada', config: CONFIG });
    expect((await sessions.list({ status: 'open' })).items).toEqual([session]);
    expect((await sessions.list({ status: 'finished' })).items).toEqual([]);
    expect(await sessions.count({ status: 'open' })).toBe(1);
  });

  it('keeps what kind a session is, how it was set up, and lists by it', async () => {
    const settings = { program: { ownership: 'manual', nested: [1, null] }, engineVersion: 1 };
    const made = await sessions.create({ config: CONFIG, kind: 'program', settings });
    await sessions.create({ config: CONFIG });
    expect(made).toMatchObject({ kind: 'program', settings });
    expect((await sessions.list({ kind: 'program' })).items).toEqual([made]);
    expect((await sessions.list({ kind: 'allocator' })).items).toMatchObject([{ kind: 'allocator', settings: null }]);
  });

  it('lets a site table grow, and takes back what was written for requests that failed', async () => {
    const { id } = await openSession(1);
    const site = (line: number) => ({ function: 'f', file: 'a.py', line, parent: 0 });
    await sites.write(id, { first: 1, sites: [site(1), site(2)] });
    await sites.write(id, { first: 3, sites: [site(3), site(4), site(5)] });
    await sites.write(id, { first: 6, sites: [site(6)] });
    await sites.write(id, { first: 4, sites: [site(40)] });
    expect((await sites.read(id)).map(({ line }) => line)).toEqual([1, 2, 3, 40]);
    await sites.write(id, { first: 2, sites: [] });
    expect(await sites.read(id)).toHaveLength(4);
  });

  it('makes of a finished session the trace that the same requests would have made as an upload', async () => {
    const events = 2 * CHUNK_EVENTS + 777;
    const { id } = await openSession(events);
    const table = [{ function: 'f', file: 'a.py', line: 1, parent: 0 }];
    await sites.write(id, { first: 1, sites: table });
    const { run, traceCreated } = await sessions.finish(id);

    const hasher = new TraceHasher();
    hasher.add(mallocs(0, events));
    expect(traceCreated).toBe(true);
    expect(run.trace.id).toBe(hasher.digest({ origin: UNKNOWN_ORIGIN, sites: table }));
    expect(run).toMatchObject({ status: 'pending', config: CONFIG, name: 'a class', session: { id } });
    expect(await traces.header(run.trace.key)).toEqual(headerOf(events, { sites: table }));
    const counts = await prisma.client.traceChunk.findMany({ orderBy: { index: 'asc' }, select: { events: true } });
    expect(counts.map((chunk) => chunk.events)).toEqual([CHUNK_EVENTS, CHUNK_EVENTS, 777]);
    expect(await prisma.client.sessionJournal.count()).toBe(0);

    const session = (await sessions.find(id))!;
    expect(session).toMatchObject({ status: 'finished', runId: run.id, lastSeq: events });
    expect(await journal.lastSeq(id)).toBe(events);
    expect((await requestsOf(id)).size).toEqual(mallocs(0, events).size);
    expect(await journal.read(id, events)).toEqual([]);
    await expect(sessions.finish(id)).rejects.toThrow(SessionNotOpenError);
    await expect(runs.delete(run.id)).rejects.toThrow(RunInUseError);
  });

  it('lets sessions of the same requests share a trace', async () => {
    const [a, b, empty] = [await openSession(5), await openSession(5), await openSession(0)];
    const first = await sessions.finish(a.id);
    const second = await sessions.finish(b.id);
    expect([first.traceCreated, second.traceCreated]).toEqual([true, false]);
    expect(second.run.trace.key).toBe(first.run.trace.key);
    expect((await sessions.finish(empty.id)).run.trace.events).toBe(0);
    expect((await requestsOf(b.id)).length).toBe(5);
  });

  it.each([0, 1, 49_999, 50_000, 50_001, 100_000])('forks at request %i, open or finished', async (seq) => {
    const origin = await openSession(100_000);
    await sites.write(origin.id, { first: 1, sites: [{ function: 'f', file: 'a.py', line: 1, parent: 0 }] });
    const from = { sessionId: origin.id, seq };
    const early = await sessions.fork({ config: CONFIG, name: 'fork', from });
    await sessions.finish(origin.id);
    const late = await sessions.fork({ config: CONFIG, from });
    for (const fork of [early, late]) {
      expect(fork).toMatchObject({ status: 'open', lastSeq: seq, forkedFrom: from });
      expect((await requestsOf(fork.id)).size).toEqual(mallocs(0, seq).size);
      expect(await sites.read(fork.id)).toHaveLength(1);
      await journal.append({
        sessionId: fork.id,
        firstSeq: seq + 1,
        count: 1,
        packed: packChunk(mallocs(seq, seq + 1)),
      });
      expect(await journal.lastSeq(fork.id)).toBe(seq + 1);
    }
  });

  it('opens no fork of what is not there', async () => {
    const origin = await openSession(5);
    await expect(sessions.fork({ config: CONFIG, from: { sessionId: origin.id, seq: 6 } })).rejects.toThrow(
      SessionNotOpenError,
    );
    await expect(sessions.fork({ config: CONFIG, from: { sessionId: randomUUID(), seq: 0 } })).rejects.toThrow(
      SessionNotOpenError,
    );
    expect(await sessions.count()).toBe(1);
  });

  it('leaves the run of a deleted public session to everybody', async () => {
    const { id } = await openSession(5);
    const { run } = await sessions.finish(id);
    expect(await sessions.delete(id)).toBe(true);
    expect(await sessions.delete(id)).toBe(false);
    expect((await runs.find(run.id))!.session).toBeNull();
    expect((await runs.list({})).items).toHaveLength(1);
  });

  it('leaves nothing of a deleted private session', async () => {
    const { id } = await openSession(5, 'private');
    await tokens.create({ sessionId: id, role: 'owner', hash: new Uint8Array(32) });
    const { run } = await sessions.finish(id);
    expect(await traces.sessionsOf(run.trace.key)).toEqual([id]);
    await sessions.delete(id);
    for (const table of ['traces', 'trace_chunks', 'runs', 'sessions', 'session_journal', 'tokens']) {
      const { rows } = await prisma.pool.query(`SELECT count(*)::int AS n FROM ${table}`);
      expect({ table, ...rows[0] }).toEqual({ table, n: 0 });
    }
  });

  it('keeps a private trace that another private session replays', async () => {
    const [a, b] = [await openSession(5, 'private'), await openSession(5, 'private')];
    const { run } = await sessions.finish(a.id);
    await sessions.finish(b.id);
    expect((await traces.sessionsOf(run.trace.key)).sort()).toEqual([a.id, b.id].sort());
    await sessions.delete(a.id);
    expect((await requestsOf(b.id)).length).toBe(5);
    expect((await traces.find(run.trace.id))!.visibility).toBe('private');
  });
});

describe('TokenStore', () => {
  it('keeps hashes, and revokes once', async () => {
    const { id: sessionId } = await openSession(0);
    const hash = new Uint8Array(32).fill(9);
    const expiresAt = new Date('2030-01-01T00:00:00Z');
    const token = await tokens.create({ sessionId, role: 'editor', hash, label: 'projector', expiresAt });
    await tokens.create({ sessionId, role: 'owner', hash });
    const found = (await tokens.find(token.id))!;
    expect(found).toMatchObject({ role: 'editor', label: 'projector', expiresAt, revokedAt: null });
    expect(new Uint8Array(found.hash)).toEqual(hash);
    expect((await tokens.list(sessionId)).items).toHaveLength(2);
    expect(await tokens.revoke(randomUUID(), token.id)).toBe(false);
    expect(await tokens.revoke(sessionId, token.id)).toBe(true);
    expect(await tokens.revoke(sessionId, token.id)).toBe(false);
    expect((await tokens.find(token.id))!.revokedAt).toBeInstanceOf(Date);
  });
});
