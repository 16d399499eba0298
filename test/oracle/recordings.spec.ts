/** Real CPythons placed these blocks; the model places them in the same place, event for event. */
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { createModel, resolveConfig, type AllocatorModel, type PlacementColumns } from '@heapcast/allocators';
import { concatChunks, type TraceChunk, type TraceHeader } from '@heapcast/trace';
import { compare } from '../../apps/cli/src/verify-oracle/comparison.js';
import { readDebugMallocStats, readOracle, readTrace } from '../../apps/cli/src/verify-oracle/recording.js';

const FIXTURES = fileURLToPath(new URL('../fixtures/oracle/', import.meta.url));
const recordings = readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.trace.gz'))
  .map((name) => name.slice(0, -'.trace.gz'.length))
  .sort();

const VERSIONS = ['2.7.18', '3.6.15', '3.7.16', '3.8.18', '3.9.18', '3.10.13', '3.11.7', '3.12.1', '3.13.0'];

describe('the recordings', () => {
  it('are of every version', () => {
    expect(new Set(recordings.map((name) => name.split('/')[0]))).toEqual(new Set(VERSIONS));
  });

  it.each(recordings)('%s is placed as CPython placed it, and prints what CPython printed', async (name) => {
    const texts = `${FIXTURES}${name}.debugmallocstats.txt`;
    const comparison = compare(
      await readTrace(`${FIXTURES}${name}.trace.gz`),
      await readOracle(`${FIXTURES}${name}.oracle.gz`),
      existsSync(texts) ? await readDebugMallocStats(texts) : undefined,
    );
    expect(comparison.difference).toBeNull();
    expect(comparison.profile).toBe(`cpython-${/^\d+\.\d+/.exec(name)?.[0]}`);
    expect(comparison.events).toBeGreaterThan(10_000);
    expect(comparison.texts.compared).toBe(name.endsWith('/mix') ? 14 : 0);
  });
});

function modelOf(header: TraceHeader, profile: string): AllocatorModel {
  const answer = resolveConfig({ model: 'pymalloc', profile });
  if ('problems' in answer) throw new Error(`no profile ${profile}`);
  return createModel(answer.resolved, header.origin);
}

function columns(length: number): PlacementColumns {
  return { outcome: new Uint8Array(length), region: new Int32Array(length), offset: new Int32Array(length) };
}

/** Index of the first request that was placed otherwise; -1 = none. */
function firstDifference(a: PlacementColumns, b: PlacementColumns): number {
  return a.outcome.findIndex(
    (outcome, i) => outcome !== b.outcome[i] || a.region[i] !== b.region[i] || a.offset[i] !== b.offset[i],
  );
}

describe.each([
  ['2.7.18/stress', 'cpython-2.7'],
  ['3.11.7/mix', 'cpython-3.11'],
])('on %s', (name, profile) => {
  let header: TraceHeader;
  let trace: TraceChunk;
  let out: PlacementColumns;
  beforeAll(async () => {
    const read = await readTrace(`${FIXTURES}${name}.trace.gz`);
    header = read.header;
    trace = concatChunks(read.chunks);
    out = columns(trace.length);
  });

  it('the ledger sums to the mapped bytes after every event', () => {
    const model = modelOf(header, profile);
    let wrong = 0;
    for (let event = 0; event < trace.length; event++) {
      model.apply(trace, event, event + 1, out);
      const { mapped, entries } = model.ledger();
      let sum = 0;
      for (const bytes of Object.values(entries)) sum += bytes < 0 ? Number.NaN : bytes;
      if (sum !== mapped) wrong++;
    }
    expect(wrong).toBe(0);
    expect(model.ledger().mapped).toBe(model.totals().mappedBytes);
  });

  it('a restored state goes on as if it had never been left', () => {
    const never = modelOf(header, profile);
    never.apply(trace, 0, trace.length, out);
    const end = { totals: never.totals(), statistics: never.statistics(), text: never.debugMallocStats() };
    const third = Math.floor(trace.length / 3);
    const left = modelOf(header, profile);
    const again = columns(trace.length);
    left.apply(trace, 0, third, again);
    const state = structuredClone(left.save());
    left.apply(trace, third, 2 * third, again);
    for (const model of [left, modelOf(header, profile)]) {
      again.outcome.fill(255, third);
      model.restore(state);
      model.apply(trace, third, trace.length, again);
      expect(firstDifference(again, out)).toBe(-1);
      expect({ totals: model.totals(), statistics: model.statistics(), text: model.debugMallocStats() }).toEqual(end);
    }
  });
});
