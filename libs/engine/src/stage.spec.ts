/** A program in its thread, without the thread: carried out, replayed, looked back at. */
import { describe, expect, it } from '@jest/globals';
import type { ProgramCommand, ProgramState } from '@heapcast/contracts';
import { resolveProgramChoice } from '@heapcast/program';
import { concatChunks, packChunk, sliceChunk, type TraceChunk } from '@heapcast/trace';
import { CheckpointShelf } from './checkpoints.js';
import type { PackedRows } from './protocol.js';
import { Stage } from './stage.js';

const PYTHON = resolveProgramChoice({ ownership: 'cpython', version: '3.11' });
const STATE = { kind: 'state' } as const;

function stageOf(choice = PYTHON, shelf = new CheckpointShelf(64 << 20)): Stage {
  return new Stage(choice, shelf);
}

/** Grows a list of dicts, drops some, makes a cycle now and then. */
function workload(commands: number): ProgramCommand[] {
  return Array.from({ length: commands }, (_, i): ProgramCommand => {
    if (i % 7 === 6) return { op: 'unset', place: `v${(i * 5) % 50}` };
    if (i % 7 === 5) return { op: 'assign', to: `v${(i - 1) % 50}.self`, value: { ref: `v${(i - 1) % 50}` } };
    return { op: 'new', to: `v${i % 50}`, type: 'dict', line: (i % 30) + 1 };
  });
}

async function applied(stage: Stage, commands: readonly ProgramCommand[], batch = 10): Promise<TraceChunk> {
  const chunks: TraceChunk[] = [];
  for (let at = 0; at < commands.length; at += batch) {
    chunks.push((await stage.apply(commands.slice(at, at + batch))).chunk);
  }
  return concatChunks(chunks);
}

/** The journal of a session, in rows of `length` requests. */
function rowsOf(chunk: TraceChunk, length: number): PackedRows[] {
  const rows: PackedRows[] = [];
  for (let first = 0; first < chunk.length; first += length) {
    rows.push({ first, packed: packChunk(sliceChunk(chunk, first, first + length)) });
  }
  return rows;
}

async function stateAt(stage: Stage, at: number, rows: readonly PackedRows[]): Promise<ProgramState> {
  for (let tries = 0; tries < 3; tries++) {
    const looked = stage.look(at, STATE);
    if ('answer' in looked) return looked.answer as ProgramState;
    await stage.feedCursor(
      rows.filter(({ first }, i) => (rows[i + 1]?.first ?? Infinity) > looked.needs || first >= looked.needs),
      at,
    );
  }
  throw new Error(`no state at ${at}`);
}

describe('a program in its thread', () => {
  it('puts a mark with the event before what each command asked, and says where both are', async () => {
    const { firstSeq, events, seqs, chunk, growth, liveBytes } = await stageOf().apply([
      { op: 'new', to: 'a', type: 'dict', line: 3 },
      { op: 'unset', place: 'a', line: 4 },
    ]);
    expect([firstSeq, seqs, chunk.length]).toEqual([1, [1, 3], 4]);
    expect(events.map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
    expect(JSON.parse(chunk.names?.get(0) ?? '')).toEqual(events[0]);
    expect(JSON.parse(chunk.names?.get(2) ?? '')).toEqual(events[1]);
    expect(liveBytes).toEqual([chunk.size[1], 0]);
    expect(growth?.first).toBe(1);
    expect(growth?.sites.at((chunk.site?.[1] ?? 0) - 1)).toMatchObject({ line: 3 });
  });

  it.each([1, 3, 1000])('is the same when it was read from its journal, in rows of %i', async (length) => {
    const live = stageOf();
    const rows = rowsOf(await applied(live, workload(500)), length);
    const again = stageOf();
    const fed = await again.feed(rows);
    expect(fed.diverged).toBeUndefined();
    expect([again.missing, fed.seq + 1]).toEqual([0, (await live.apply([])).firstSeq]);
    const next: ProgramCommand[] = [{ op: 'new', to: 'x', type: 'list', line: 99 }, { op: 'collect' }];
    expect(await again.apply(next)).toEqual({ ...(await live.apply(next)), weight: expect.any(Number) });
  });

  it('says where a journal that another engine wrote differs', async () => {
    const chunk = await applied(stageOf(), workload(20));
    const other = { ...chunk, size: chunk.size.slice() };
    const at = chunk.op.findIndex((op, i) => i > 10 && op === 1);
    other.size[at] += 16;
    const { diverged } = await stageOf().feed(rowsOf(other, 5));
    expect(diverged).toMatchObject({ seq: at + 1 });
    expect(diverged?.what).toContain(`size ${chunk.size[at] + 16}`);
  });

  it('says how much is missing of a journal that ends within a command', async () => {
    const stage = stageOf();
    const chunk = await applied(stage, [{ op: 'new', to: 'a', type: 'dict' }]);
    const again = stageOf();
    const { seq } = await again.feed(rowsOf(sliceChunk(chunk, 0, chunk.length - 1), 5));
    expect([again.missing, seq]).toEqual([1, chunk.length - 1]);
  });

  it('shows the program after any event, whatever was looked at before', async () => {
    const commands = workload(1200);
    const live = stageOf();
    const chunk = await applied(live, commands);
    const rows = rowsOf(chunk, 100);
    // What it was at every event, by carrying out one command after the other.
    const reference = stageOf();
    const expected: ProgramState[] = [];
    const atHead = async (at: number): Promise<ProgramState> => stateAt(reference, at, []);
    expected.push(await atHead(0));
    for (const command of commands) {
      const { firstSeq, chunk: part } = await reference.apply([command]);
      const state = await atHead(firstSeq);
      for (let i = 0; i < part.length; i++) expected.push(state);
    }
    for (const at of [0, 1, 2, 700, 699, 5, chunk.length, chunk.length - 1, 1300, 1301, 1302, 3, 0]) {
      expect([at, await stateAt(live, at, rows)]).toEqual([at, expected[at]]);
    }
  });

  it('keeps its checkpoints within the budget, and still finds every moment', async () => {
    const budget = 200_000;
    const shelf = new CheckpointShelf(budget);
    const live = stageOf(PYTHON, shelf);
    const rows = rowsOf(await applied(live, workload(6000)), 1000);
    expect(shelf.byteLength).toBeGreaterThan(0);
    expect(shelf.byteLength).toBeLessThanOrEqual(budget);
    expect((await stateAt(live, 4, rows)).commands).toBe(2);
    live.close();
    expect(shelf.byteLength).toBe(0);
  });
});
