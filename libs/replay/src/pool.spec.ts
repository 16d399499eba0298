/** The pool with real worker threads; they load the built files. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { createModel, resolveConfig, type ResolvedConfig } from '@heapcast/allocators';
import {
  CHUNK_EVENTS,
  formats,
  sliceChunk,
  TraceHasher,
  unpackChunk,
  UNKNOWN_ORIGIN,
  type TraceChunk,
  type TraceHeader,
} from '@heapcast/trace';
import { readFrom, sampleTrace, storeTrace } from '../test/sample-trace.js';
import { makePlacements } from './placements.js';
import { ReplayPool } from './pool.js';
import type { ReplayPoolOptions } from './pool-options.js';
import type { ChunkReader, StoredChunk } from './stored-chunk.js';

const environment = { arenaMisalignment: new Uint8Array(0) };
const answered = resolveConfig({ model: 'pymalloc' });
if ('problems' in answered) throw new Error('no default');
const config: ResolvedConfig = answered.resolved;

const pools: ReplayPool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.shutdown()));
});

const nothing: ChunkReader = async () => null;

function poolOf(options: Partial<ReplayPoolOptions> = {}): ReplayPool {
  const pool = new ReplayPool({ read: nothing, threads: 2, ...options });
  pools.push(pool);
  return pool;
}

function from(stores: Readonly<Record<string, readonly StoredChunk[]>>): ChunkReader {
  return async (key, event) => readFrom(stores[key] ?? [], event);
}

function headerOf(trace: TraceChunk): TraceHeader {
  const slots = trace.slot.reduce((most, slot) => Math.max(most, slot + 1), 0);
  const placing = trace.op.filter((op) => [1, 2, 5, 6].includes(op & 15)).length;
  return {
    events: trace.length,
    blocks: placing,
    slots,
    origin: UNKNOWN_ORIGIN,
    sites: [],
    hasSites: false,
    hasTimes: false,
    hasNames: trace.names !== null,
  };
}

async function written(trace: TraceChunk, format: 'ndjson' | 'columns'): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  async function* chunks(): AsyncGenerator<TraceChunk> {
    for (let first = 0; first < trace.length; first += CHUNK_EVENTS)
      yield sliceChunk(trace, first, first + CHUNK_EVENTS);
  }
  for await (const piece of formats[format].writer(headerOf(trace), chunks)) pieces.push(piece.slice());
  return Buffer.concat(pieces);
}

function idOf(trace: TraceChunk): string {
  const hasher = new TraceHasher();
  hasher.add(trace);
  return hasher.digest(headerOf(trace));
}

/** A promise and the means to settle it. */
function gate(): { readonly passed: Promise<void>; open: () => void } {
  const signal = new AbortController();
  const passed = new Promise<void>((resolve) => signal.signal.addEventListener('abort', () => resolve()));
  return { passed, open: () => signal.abort() };
}

const session = { config, environment, events: 0, keepHead: true };

describe('a live session in the pool', () => {
  it('gets every placement, as the model gives it', async () => {
    const pool = poolOf();
    const trace = sampleTrace({ events: 500, seed: 1, named: true });
    const opened = await pool.open('session:a', session);
    expect(opened).toMatchObject({ events: 0, blocks: 0, unit: 16 });

    const model = createModel(config, environment);
    const out = makePlacements(500);
    for (let first = 0; first < 500; first += 50) {
      model.apply(trace, first, first + 50, out);
      const applied = await pool.append('session:a', first, sliceChunk(trace, first, first + 50));
      expect(applied.first).toBe(first);
      expect(applied.placements.outcome).toEqual(out.outcome.slice(first, first + 50));
      expect(applied.placements.offset).toEqual(out.offset.slice(first, first + 50));
      expect(applied.totals).toEqual(model.totals());
      expect(applied.mappings).toEqual(model.takeMappings());
    }
    const stats = await pool.inspect('session:a', 'head', { kind: 'stats' });
    expect(stats).toMatchObject({ at: 500, totals: model.totals(), ledger: model.ledger() });
  });

  it('answers many sessions in one turn, each with its own', async () => {
    const pool = poolOf();
    const keys = Array.from({ length: 40 }, (_, i) => `session:${i}`);
    await Promise.all(keys.map((key) => pool.open(key, session)));
    const traces = keys.map((_, seed) => sampleTrace({ events: 20, seed, live: 8, named: seed % 2 === 0 }));
    const applied = await Promise.all(
      keys.flatMap((key, i) => [
        pool.append(key, 0, sliceChunk(traces[i], 0, 1)),
        pool.append(key, 1, sliceChunk(traces[i], 1, 20)),
      ]),
    );
    for (const [i, trace] of traces.entries()) {
      const model = createModel(config, environment);
      const out = makePlacements(20);
      model.apply(trace, 0, 20, out);
      expect([...applied[2 * i].placements.outcome, ...applied[2 * i + 1].placements.outcome]).toEqual([
        ...out.outcome,
      ]);
      expect(applied[2 * i + 1].totals).toEqual(model.totals());
      const marks = [...(trace.names ?? [])].filter(([index]) => index > 0 && (trace.op[index] & 15) === 7);
      for (const [index, label] of marks) expect(applied[2 * i + 1].names.get(index - 1)).toBe(label);
    }
  });

  it('is brought up from its journal, also of many small rows, with appends already waiting', async () => {
    const trace = sampleTrace({ events: 6000, seed: 2 });
    const pool = poolOf({
      read: async (key, event) =>
        readFrom(
          storeTrace(trace, [1, 40, 300]).filter(({ first }) => first < 5000),
          event,
          20,
        ),
    });
    const journal = storeTrace(trace, [1, 40, 300]);
    const stored = journal.findLast(({ first }) => first < 5000)!;
    const events = stored.first + unpackChunk(stored.packed).length;
    const opening = pool.open('session:a', { ...session, events });
    const applied = await Promise.all([
      opening,
      pool.append('session:a', events, sliceChunk(trace, events, events + 10)),
      pool.append('session:a', events + 10, sliceChunk(trace, events + 10, 6000)),
      pool.inspect('session:a', 100, { kind: 'stats' }),
    ]);
    const model = createModel(config, environment);
    model.apply(trace, 0, 6000, makePlacements(6000));
    expect(applied[0].events).toBe(events);
    expect(applied[2].totals).toEqual(model.totals());
    expect(applied[3].at).toBe(100);
  });

  it('is asked after cheaply', async () => {
    await expect(poolOf().ping()).resolves.toBeUndefined();
  });

  it('stays on its thread, and threads share the keys', async () => {
    const pool = poolOf();
    const { memory } = await spread(pool, 10);
    expect(memory.size).toBe(10);
    expect([...memory.values()].every((bytes) => bytes > 0)).toBe(true);
  });

  it('is gone when it is closed, and begins anew when it is opened again', async () => {
    const pool = poolOf();
    await pool.open('session:a', session);
    const trace = sampleTrace({ events: 10, seed: 3 });
    const last = pool.append('session:a', 0, trace);
    await Promise.all([pool.close('session:a'), pool.close('session:a')]);
    expect((await last).first).toBe(0);
    expect(pool.has('session:a')).toBe(false);
    await expect(pool.append('session:a', 10, trace)).rejects.toMatchObject({ code: 'not-open' });
    expect((await pool.open('session:a', session)).events).toBe(0);
  });

  it('takes only the next requests, and is none the worse for a refusal', async () => {
    const pool = poolOf();
    await pool.open('session:a', session);
    const trace = sampleTrace({ events: 20, seed: 4 });
    await pool.append('session:a', 0, sliceChunk(trace, 0, 10));
    await expect(pool.append('session:a', 0, sliceChunk(trace, 0, 10))).rejects.toMatchObject({ code: 'out-of-step' });
    expect((await pool.append('session:a', 10, sliceChunk(trace, 10, 20))).totals.events).toBe(20);
  });
});

async function spread(pool: ReplayPool, keys: number): Promise<{ memory: ReadonlyMap<string, number> }> {
  await Promise.all(Array.from({ length: keys }, (_, i) => pool.open(`session:${i}`, session)));
  return { memory: (await pool.memory()).keys };
}

describe('a run in the pool', () => {
  const trace = sampleTrace({ events: 4 * CHUNK_EVENTS + 100, seed: 5, live: 3000 });
  const read = from({ 'run:1': storeTrace(trace, [CHUNK_EVENTS]) });
  const run = { config, environment, events: trace.length, keepHead: false };

  it('is executed with progress and summed up, and can then be looked at anywhere', async () => {
    const pool = poolOf({ read });
    await pool.open('run:1', run);
    const summary = await pool.execute('run:1', { curvePoints: 100 });
    expect(summary.events).toBe(trace.length);
    expect(summary.curve.mappedMax.length).toBeLessThanOrEqual(100);
    const at = 2 * CHUNK_EVENTS + 7;
    const model = createModel(config, environment);
    model.apply(trace, 0, at, makePlacements(at));
    expect((await pool.inspect('run:1', at, { kind: 'stats' })).totals).toEqual(model.totals());
    expect((await pool.inspect('run:1', at, { kind: 'debugmallocstats' })).text).toBe(model.debugMallocStats());
    const events = await pool.inspect('run:1', at, { kind: 'events', limit: 5 });
    expect(events.requests.op).toEqual(trace.op.slice(at, at + 5));
    await expect(pool.inspect('run:1', trace.length + 1, { kind: 'stats' })).rejects.toMatchObject({
      code: 'out-of-range',
    });
    await expect(pool.append('run:1', 0, trace)).rejects.toMatchObject({ code: 'wrong-kind' });
  });

  it('is cancelled by its signal', async () => {
    const entered = gate();
    const go = gate();
    const pool = poolOf({
      read: async (key, event) => {
        entered.open();
        await go.passed;
        return read(key, event);
      },
    });
    await pool.open('run:1', run);
    const controller = new AbortController();
    const running = pool.execute('run:1', { signal: controller.signal });
    await entered.passed;
    controller.abort();
    go.open();
    await expect(running).rejects.toMatchObject({ code: 'aborted' });
    await expect(pool.execute('run:1', { signal: controller.signal })).rejects.toMatchObject({ code: 'aborted' });
    expect((await pool.execute('run:1')).events).toBe(trace.length);
  });

  it.each([
    { kind: 'flows', churnWithin: 5 },
    { kind: 'lifetimes', groups: new Uint32Array(1), groupCount: 1 },
    { kind: 'growth', samples: 4, sampledTo: 200_000 },
    { kind: 'pins', below: 1, full: 0, regions: 1, blocks: 1, sites: 1 },
    { kind: 'story', number: 150_000 },
    { kind: 'window', from: 0, buckets: 5 },
    { kind: 'live', countAlike: false },
  ] as const)('stops measuring when nobody waits any more: $kind', async (query) => {
    const trace = sampleTrace({ events: 200_000, seed: 4 });
    const read = from({ 'run:1': storeTrace(trace, [CHUNK_EVENTS]) });
    const [entered, go] = [gate(), gate()];
    let reads = 0;
    const pool = poolOf({
      read: async (key, event) => {
        reads++;
        entered.open();
        await go.passed;
        return read(key, event);
      },
    });
    await pool.open('run:1', { config, environment, events: trace.length, keepHead: false });
    const controller = new AbortController();
    const asked = pool.inspect('run:1', trace.length, query, controller.signal);
    await entered.passed;
    controller.abort();
    go.open();
    await expect(asked).rejects.toMatchObject({ code: 'aborted' });
    expect(reads).toBeLessThan(Math.ceil(trace.length / CHUNK_EVENTS));
    // The timeline is as good as before.
    expect((await pool.inspect('run:1', trace.length, { kind: 'live', countAlike: false })).at).toBe(trace.length);
  });

  it('stays within its budgets however long it is', async () => {
    const checkpointBytes = 1 << 20;
    const chunkCacheBytes = 1 << 19;
    // Frees what it places, so that it may follow on itself.
    const part = sampleTrace({ events: CHUNK_EVENTS / 2, seed: 21, live: 3000 });
    const live = new Set<number>();
    part.op.forEach((op, i) => {
      if ([1, 2, 5, 6].includes(op & 15)) live.add(part.slot[i]);
      else if ((op & 15) === 4) live.delete(part.slot[i]);
    });
    const op = new Uint8Array(CHUNK_EVENTS).fill(4);
    const size = new Uint32Array(CHUNK_EVENTS);
    const slot = new Int32Array(CHUNK_EVENTS).fill(-1);
    op.set(part.op);
    size.set(part.size);
    slot.set([...part.slot, ...live]);
    const [{ packed }] = storeTrace({ ...part, length: CHUNK_EVENTS, op, size, slot }, [CHUNK_EVENTS]);
    const events = 40 * CHUNK_EVENTS;
    const pool = poolOf({
      checkpointBytes,
      chunkCacheBytes,
      read: async (_key, event) => ({ first: event - (event % CHUNK_EVENTS), packed }),
    });
    await pool.open('run:1', { ...run, events });
    const summary = await pool.execute('run:1');
    expect(summary.end.totals).toMatchObject({ events, liveBlocks: 0, requestedBytes: 0 });
    const memory = await pool.memory();
    expect(memory.checkpointBytes).toBeLessThanOrEqual(checkpointBytes);
    expect(memory.chunkCacheBytes).toBeLessThanOrEqual(chunkCacheBytes);
    expect(memory.checkpointBytes).toBeGreaterThan(0);
    expect((await pool.inspect('run:1', 33 * CHUNK_EVENTS + 5, { kind: 'stats' })).totals.events).toBe(
      33 * CHUNK_EVENTS + 5,
    );
  });

  it('rejects with the very error of the reader', async () => {
    class AwayError extends Error {}
    const away = new AwayError('the database is away');
    const pool = poolOf({ read: () => Promise.reject(away) });
    await pool.open('run:1', run);
    await expect(pool.execute('run:1')).rejects.toBe(away);
    await expect(pool.inspect('run:1', 5, { kind: 'stats' })).rejects.toBe(away);
  });

  it('does not keep a corrupt chunk from being named, nor other keys from being served', async () => {
    const stored = storeTrace(trace, [CHUNK_EVENTS]);
    const broken = stored.map(({ first, packed }) => ({
      first,
      packed: first === CHUNK_EVENTS ? packed.slice(0, 99) : packed,
    }));
    const pool = poolOf({ threads: 1, read: from({ 'run:bad': broken, 'run:good': stored }) });
    await Promise.all([pool.open('run:bad', run), pool.open('run:good', run)]);
    const [bad, good] = await Promise.allSettled([pool.execute('run:bad'), pool.execute('run:good')]);
    expect(bad).toMatchObject({ status: 'rejected', reason: { name: 'TraceFormatError' } });
    expect(good).toMatchObject({ status: 'fulfilled' });
    expect((await pool.inspect('run:bad', 1000, { kind: 'stats' })).at).toBe(1000);
  });
});

describe('a worker that dies', () => {
  it('takes only its own keys with it, refuses what it owes, and is replaced', async () => {
    // Names are JavaScript strings: enough of them end a thread whose heap is small.
    const pool = poolOf({ threads: 2, maxHeapMiB: 24, read: nothing });
    await pool.open('session:a', session);
    await pool.open('session:b', session);
    const names = new Map(Array.from({ length: CHUNK_EVENTS }, (_, i) => [i, `${i} `.repeat(40)] as const));
    const trace = sampleTrace({ events: CHUNK_EVENTS, seed: 6 });
    const heavy: TraceChunk = {
      ...trace,
      op: new Uint8Array(CHUNK_EVENTS).fill(1),
      slot: new Int32Array(CHUNK_EVENTS).map((_, i) => i),
      names,
    };
    const owed: Promise<unknown>[] = [];
    for (let i = 0; pool.has('session:a') && i < 50; i++) {
      const next = { ...heavy, slot: heavy.slot.map((slot) => slot + i * CHUNK_EVENTS) };
      const sent = pool.append('session:a', i * CHUNK_EVENTS, next);
      owed.push(sent);
      await sent.catch(() => {});
    }
    expect(await Promise.allSettled(owed.slice(-1))).toMatchObject([
      { status: 'rejected', reason: { code: 'worker-lost' } },
    ]);
    expect(pool.has('session:a')).toBe(false);
    expect(pool.has('session:b')).toBe(true);
    expect((await pool.append('session:b', 0, sliceChunk(trace, 0, 5))).totals.events).toBe(5);
    expect((await pool.open('session:a', session)).events).toBe(0);
    expect((await pool.append('session:a', 0, sliceChunk(trace, 0, 5))).totals.events).toBe(5);
  });

  it('has its pending calls refused when the pool is closed', async () => {
    const go = gate();
    const pool = poolOf({ read: () => go.passed.then(() => null) });
    const opening = pool.open('session:a', { ...session, events: 10 });
    const asked = pool.memory();
    const refused = Promise.allSettled([opening, asked]);
    await pool.shutdown();
    go.open();
    for (const outcome of await refused) expect(outcome).toMatchObject({ reason: { code: 'pool-closed' } });
    await expect(pool.inspect('session:a', 0, { kind: 'stats' })).rejects.toMatchObject({ code: 'pool-closed' });
    expect(() => pool.ingest({ format: 'ndjson' })).toThrow('closed');
  });
});

describe('an upload through the pool', () => {
  const trace = sampleTrace({ events: 5 * CHUNK_EVENTS + 1234, seed: 7, live: 2000 });

  it.each(['columns', 'ndjson'] as const)('comes out as canonical chunks with its content id: %s', async (format) => {
    for (const threads of [1, 2]) {
      const pool = poolOf({ threads });
      const upload = pool.ingest({ format });
      const chunks: TraceChunk[] = [];
      upload.onChunk(async (index, packed, count) => {
        expect(index).toBe(chunks.length);
        chunks.push(unpackChunk(packed));
        expect(chunks[index].length).toBe(count);
      });
      const bytes = await written(trace, format);
      for (let at = 0; at < bytes.length; at += 50_000) await upload.push(bytes.subarray(at, at + 50_000));
      const { id, header } = await upload.end();
      expect(id).toBe(idOf(trace));
      expect(header).toMatchObject({ events: trace.length, blocks: headerOf(trace).blocks });
      expect(Buffer.concat(chunks.map(({ op }) => op)).equals(trace.op)).toBe(true);
      expect(chunks.map(({ length }) => length)).toEqual([...Array.from({ length: 5 }, () => CHUNK_EVENTS), 1234]);
    }
  });

  it('holds the sender back while nobody takes the chunks', async () => {
    const pool = poolOf();
    const upload = pool.ingest({ format: 'columns' });
    const go = gate();
    let taken = 0;
    upload.onChunk(async () => {
      await go.passed;
      taken++;
    });
    const long = sampleTrace({ events: 40 * CHUNK_EVENTS, seed: 8 });
    const bytes = await written(long, 'columns');
    let pushed = 0;
    const pushing = (async () => {
      for (let at = 0; at < bytes.length; at += 1 << 18) {
        await upload.push(bytes.subarray(at, at + (1 << 18)));
        pushed++;
      }
      return upload.end();
    })();
    // Whatever the worker can do without credit is done when it has answered a later question, twice over.
    for (let calm = 0, before = -1; calm < 20; calm = pushed === before ? calm + 1 : 0) {
      before = pushed;
      await pool.memory();
    }
    expect(pushed * (1 << 18)).toBeLessThan(bytes.length / 2);
    expect(taken).toBe(0);
    go.open();
    expect((await pushing).header.events).toBe(long.length);
    expect(taken).toBe(40);
  });

  it('fails with line and reason, and leaves the pool fit for the next one', async () => {
    const pool = poolOf();
    const upload = pool.ingest({ format: 'ndjson' });
    await upload.push(Buffer.from('{"op":"malloc","size":1,"id":1}\n{"op":"malloc","size":-1,"id":2}\n'));
    await expect(upload.end()).rejects.toMatchObject({ name: 'TraceFormatError', where: { line: expect.any(Number) } });
    await expect(upload.push(new Uint8Array(1))).rejects.toMatchObject({ name: 'TraceFormatError' });
    const next = pool.ingest({ format: 'columns' });
    const bytes = await written(sliceChunk(trace, 0, 10), 'columns');
    await next.push(bytes);
    expect((await next.end()).header.events).toBe(10);
  });

  it('fails with the error of a listener that refuses a chunk', async () => {
    const pool = poolOf();
    const upload = pool.ingest({ format: 'columns' });
    const full = new Error('the disk is full');
    upload.onChunk(() => Promise.reject(full));
    const bytes = await written(trace, 'columns');
    const sent = (async () => {
      await upload.push(bytes);
      return upload.end();
    })();
    await expect(sent).rejects.toBe(full);
  });

  it('can be given up at any time', async () => {
    const pool = poolOf();
    const upload = pool.ingest({ format: 'columns' });
    await upload.push(new Uint8Array(10));
    upload.abort();
    upload.abort();
    await expect(upload.push(new Uint8Array(1))).rejects.toMatchObject({ code: 'aborted' });
    await expect(upload.end()).rejects.toMatchObject({ code: 'aborted' });
  });

  it('names a format that nobody knows', async () => {
    await expect(poolOf().ingest({ format: 'morse' }).end()).rejects.toMatchObject({ code: 'unknown-format' });
  });
});

describe('an export from the pool', () => {
  const trace = sampleTrace({ events: 3 * CHUNK_EVENTS + 5, seed: 9 });
  const read = from({ 'trace:1': storeTrace(trace, [CHUNK_EVENTS]) });

  it('is what the writer writes', async () => {
    const pool = poolOf({ read });
    const pieces: Uint8Array[] = [];
    for await (const piece of pool.exportTrace({ key: 'trace:1', format: 'ndjson', header: headerOf(trace) }))
      pieces.push(piece);
    expect(Buffer.concat(pieces).equals(await written(trace, 'ndjson'))).toBe(true);
    expect(pieces.length).toBeGreaterThan(10);
  });

  it('goes no further than a few pieces ahead of its reader, and ends when the reader leaves', async () => {
    let reads = 0;
    const long = sampleTrace({ events: 30 * CHUNK_EVENTS, seed: 10 });
    const stored = storeTrace(long, [CHUNK_EVENTS]);
    const pool = poolOf({
      read: async (_key, event) => {
        reads++;
        return readFrom(stored, event);
      },
    });
    for await (const piece of pool.exportTrace({ key: 'trace:1', format: 'ndjson', header: headerOf(long) })) {
      expect(piece.byteLength).toBeGreaterThan(0);
      for (let calm = 0, before = -1; calm < 20; calm = reads === before ? calm + 1 : 0) {
        before = reads;
        await pool.memory();
      }
      break;
    }
    expect(reads).toBeLessThan(10);
  });

  it('fails when the stored events end too soon, or when it is aborted', async () => {
    const pool = poolOf({ read });
    const all = async (options: object): Promise<void> => {
      const header = { ...headerOf(trace), events: trace.length + 1 };
      for await (const _ of pool.exportTrace({ key: 'trace:1', format: 'columns', header, ...options }));
    };
    await expect(all({})).rejects.toMatchObject({ code: 'source-ended' });
    await expect(all({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' });
    await expect(all({ format: 'morse' })).rejects.toMatchObject({ code: 'unknown-format' });
  });
});
