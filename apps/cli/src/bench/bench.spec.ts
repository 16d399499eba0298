import { describe, expect, it } from '@jest/globals';
import { formats, TraceHasher, type TraceChunk } from '@heapcast/trace';
import { richestRecordings, repeated, rolled, type BenchTrace } from './bench-traces.js';
import { atLeast, atMost, reached } from './figure.js';
import { reportOf, tableOf } from './report.js';
import { median, percentile } from './statistics.js';

async function idAfterReading(trace: BenchTrace): Promise<string> {
  const hasher = new TraceHasher();
  const reader = formats.columns.reader((chunk) => hasher.add(chunk));
  async function* chunks(): AsyncGenerator<TraceChunk> {
    yield* trace.chunks;
  }
  for await (const piece of formats.columns.writer(trace.header, chunks)) reader.push(piece);
  const header = reader.end();
  expect(header).toMatchObject({ events: trace.header.events, blocks: trace.header.blocks, slots: trace.header.slots });
  return hasher.digest(header);
}

describe('the traces of the benchmarks', () => {
  it('are canonical: written and read they are the same', async () => {
    const [recording] = richestRecordings(1);
    for (const trace of [repeated(recording, recording.header.events * 2 + 1000), rolled(200_000, 5000)]) {
      const hasher = new TraceHasher();
      for (const chunk of trace.chunks) hasher.add(chunk);
      expect(await idAfterReading(trace)).toBe(hasher.digest(trace.header));
    }
  });

  it('hold as many live blocks as they say', () => {
    const { header } = rolled(300_000, 20_000);
    expect(header.slots).toBeGreaterThan(15_000);
    expect(header.slots).toBeLessThan(30_000);
  });
});

describe('figures', () => {
  it('are reached or missed by their target, the target itself included', () => {
    const figure = { name: 'x', unit: 'ms' };
    expect([4, 5, 6].map((value) => reached({ ...figure, value, target: atMost(5) }))).toEqual([true, true, false]);
    expect([4, 5, 6].map((value) => reached({ ...figure, value, target: atLeast(5) }))).toEqual([false, true, true]);
    expect(reached({ ...figure, value: 1 })).toBeNull();
    expect(reached({ ...figure, value: NaN, target: atMost(5) })).toBe(false);
  });

  it('stand in the table beside their target, with what failed at the end', () => {
    const table = tableOf(
      reportOf(
        [{ name: 'seek p95', value: 61.234, unit: 'ms', target: atMost(50), beside: 'something', benchmark: 'replay' }],
        [{ benchmark: 'upload', message: 'the service is not built' }],
        false,
      ),
    );
    expect(table).toMatch(/seek p95 +61\.2 +ms +<= 50 +MISSED +something/);
    expect(table).toMatch(/FAILED upload: the service is not built$/);
  });

  it('come from order statistics', () => {
    const values = Array.from({ length: 100 }, (_, i) => (i * 37) % 100);
    expect([percentile(values, 0), percentile(values, 0.5), percentile(values, 0.99), percentile(values, 1)]).toEqual([
      0, 50, 99, 99,
    ]);
    expect(median([3, 1, 2])).toBe(2);
    expect(percentile([], 0.5)).toBeNaN();
  });
});
