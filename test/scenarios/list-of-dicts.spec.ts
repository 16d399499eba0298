/**
 * The list-of-dicts benchmark against what real CPythons did: request for request at 20,000 iterations, arena for arena at
 * 2,000,000. The other versions are held the same way by `node scripts/run.mjs benchmark-starts ORACLE`.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { findBuild, ListOfDicts, PYTHON_BUILDS, readStart, recordedOpening, sessionSteps } from '@heapcast/scenarios';
import { arenasOf, assets, benchmark } from '../support/benchmark-arenas.js';
import { concatChunks, Op, OP_MASK, Pmtrace1Reader, SlotTable, type TraceChunk } from '@heapcast/trace';

const figures: Record<string, { sim: Record<string, number> }[]> = JSON.parse(
  readFileSync('test/fixtures/figures/fullbench-arenas.json', 'utf8'),
);

function recordingOf(version: string): TraceChunk {
  const chunks: TraceChunk[] = [];
  const reader = new Pmtrace1Reader((chunk) => chunks.push(chunk));
  reader.push(gunzipSync(readFileSync(`test/fixtures/oracle/${version}/listdict20k.trace.gz`)));
  reader.end();
  return concatChunks(chunks);
}

describe('the list-of-dicts benchmark', () => {
  it.each(['2.7.18', '3.7.16', '3.9.18'])('asks what CPython %s asked, request for request', (version) => {
    const build = findBuild(version);
    if (!build) throw new Error('there is no such build');
    const recorded = recordingOf(version);
    const begins = [...recorded.op].findIndex((op) => (op & OP_MASK) === Op.mark);
    const { before, beginning } = recordedOpening(readStart(assets(`list-of-dicts/${version}.start`)));
    expect(before.map(({ length }) => length)).toEqual([begins]);
    const made = concatChunks([...before, ...new ListOfDicts(build, 20_000, beginning).chunks()]);
    // The recorded process ended after the deletion of the list; ours has a mark there.
    const last = made.length - 1;
    for (const column of ['op', 'size', 'slot'] as const) {
      expect(Buffer.compare(bytesOf(made[column], last), bytesOf(recorded[column], last))).toBe(0);
    }
  });

  it.each(['2.7.18', '3.8.18', '3.9.18', '3.11.7', '3.13.0'])(
    'has the arenas of CPython %s at every phase of 2,000,000 iterations',
    (version) => {
      expect(arenasOf(version, 2_000_000)).toEqual(figures[version]?.map(({ sim }) => sim));
    },
    300_000,
  );

  it('names every slot as a reader would, on every version and from every start', () => {
    for (const { version } of PYTHON_BUILDS) {
      for (const start of ['measured', 'recorded', 'empty']) {
        for (const iterations of [1, 79, 300, 1000]) {
          const slots = new SlotTable();
          const taken = new Set<number>();
          for (const { length, op, slot } of benchmark(iterations, version, start).chunks) {
            for (let at = 0; at < length; at++) {
              const code = op[at] & OP_MASK;
              if (code === Op.malloc || code === Op.calloc || code === Op.reallocNull) {
                if (slots.take() !== slot[at]) throw new Error(`${version} ${start}: slot ${slot[at]} is not the next`);
                taken.add(slot[at]);
              } else if (code !== Op.mark && slot[at] >= 0) {
                if (!taken.has(slot[at])) throw new Error(`${version} ${start}: slot ${slot[at]} is not taken`);
                if (code === Op.free) {
                  taken.delete(slot[at]);
                  slots.release(slot[at]);
                }
              }
            }
          }
        }
      }
    }
  });

  it('leaves only free lists and the last number behind when it began with nothing', () => {
    const steps = sessionSteps(benchmark(500, '3.8.18', 'empty'));
    expect(steps).toHaveLength(5);
    const requests = steps.flat();
    const count = (op: string) => requests.filter((request) => request.op === op).length;
    // 80 dicts in the free list, and i.
    expect(count('malloc') - count('free')).toBe(81);
    expect(steps.map((step) => step.at(-1))).toMatchObject([
      { op: 'mark', label: 'appended' },
      { op: 'mark', label: 'filled' },
      { op: 'mark', label: 'cleared' },
      { op: 'mark', label: 'filled again' },
      { op: 'mark', label: 'deleted' },
    ]);
  });
});

function bytesOf(column: TraceChunk['op' | 'size' | 'slot'], length: number): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, length * column.BYTES_PER_ELEMENT);
}
