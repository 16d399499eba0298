/**
 * `node scripts/run.mjs benchmark-starts ORACLE [OUT]`: makes the bundled starts of the list-of-dicts benchmark from the
 * recordings ORACLE/cpython/VERSION/listdict20k.trace.gz and ORACLE/figures/fullbench-arenas.json, and runs all of it: at
 * 20,000 iterations the requests must be the recorded ones, at 2,000,000 the arenas of every phase must be the known ones.
 * Needed again only when a version is added.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type AllocatorModel, createModel, resolveConfig } from '@heapcast/allocators';
import {
  fittedOpening,
  ListOfDicts,
  type Opening,
  PYTHON_BUILDS,
  type PythonBuild,
  recordedOpening,
  type Start,
  writeStart,
} from '@heapcast/scenarios';
import { concatChunks, Op, OP_MASK, Pmtrace1Reader, sliceChunk, type TraceChunk } from '@heapcast/trace';
import { type Arenas, type Fit, measureArenas, StartFitter } from './benchmark-starts/fit.js';
import { readRecording } from './benchmark-starts/recorded-start.js';

const RECORDED_ITERATIONS = 20_000;
const MEASURED_ITERATIONS = 2_000_000;

const DICT_NOTE = { 3: [64] };
const DICT_AND_LARGE_NOTE = { 3: [64], 5: [512] };
const FITS: Readonly<Record<string, Fit>> = {
  '2.7.18': { freeDictBlocks: 8, notes: {} },
  '3.6.15': { freeDictBlocks: 50, freeKeysBlocks: 3, keysGarbage: 20, notes: { 3: [80], 5: [512] } },
  '3.7.16': {
    freeDictBlocks: 5,
    freeKeysBlocks: 3,
    dictGarbage: 60,
    keysGarbage: 12,
    lonelyWithList: true,
    notes: { 3: [80] },
  },
  '3.8.18': { after: 20_000, freeDictBlocks: 75, notes: DICT_NOTE },
  '3.9.18': { freeDictBlocks: 5, dictGarbage: 108, notes: DICT_AND_LARGE_NOTE },
  '3.10.13': { freeDictBlocks: 380, notes: DICT_NOTE },
  '3.11.7': { freeDictBlocks: 240, lonelyGarbage: true, notes: DICT_AND_LARGE_NOTE },
  '3.12.1': { freeDictBlocks: 765, lonelyGarbage: true, notes: DICT_AND_LARGE_NOTE },
  '3.13.0': { freeDictBlocks: 3300, lonelyGarbage: true, lonelyWithList: true, notes: DICT_NOTE },
};

type Figures = Readonly<Record<string, readonly { readonly sim: Arenas }[]>>;

function main([oracle, out]: readonly string[]): number {
  if (oracle === undefined) throw new Error('usage: benchmark-starts ORACLE [OUT]');
  const figures: Figures = JSON.parse(readFileSync(join(oracle, 'figures/fullbench-arenas.json'), 'utf8'));
  let wrong = 0;
  for (const build of PYTHON_BUILDS) {
    const recording = readTrace(join(oracle, 'cpython', build.version, 'listdict20k.trace.gz'));
    const { begins, start } = readRecording(recording, build, RECORDED_ITERATIONS);
    const requests = sliceChunk(recording, 0, begins);
    const fit = FITS[build.version];
    const after = fit.after ?? begins;
    const empty = { version: build.version, recorded: start, fitted: { after, steps: [], notes: fit.notes }, requests };
    const steps = fitSteps(build, fit, empty, figures[build.version][0].sim);
    const made: Start = { ...empty, fitted: { ...empty.fitted, steps } };
    const exact = countRecorded(build, made, sliceChunk(recording, begins, recording.length));
    const phases = countPhases(build, fittedOpening(made), figures[build.version]);
    console.log(`${build.version}: ${exact} recorded requests the same, ${phases} of 6 phases the same`);
    if (phases < 6) wrong++;
    if (out !== undefined) writeFileSync(join(out, `${build.version}.start`), writeStart(made));
  }
  return wrong === 0 ? 0 : 1;
}

function readTrace(path: string): TraceChunk {
  const chunks: TraceChunk[] = [];
  const reader = new Pmtrace1Reader((chunk) => chunks.push(chunk));
  reader.push(gunzipSync(readFileSync(path)));
  reader.end();
  return concatChunks(chunks);
}

function fitSteps(build: PythonBuild, fit: Fit, start: Start, wanted: Arenas): Start['fitted']['steps'] {
  const { before, beginning } = fittedOpening(start);
  const model = modelOf(build);
  for (const chunk of before) apply(model, chunk);
  const fitter = new StartFitter(
    (chunk) => apply(model, chunk),
    () => measureArenas(model),
    build.arenaPools,
    beginning.slots,
  );
  return fitter.fit(build, fit, wanted);
}

function modelOf(build: PythonBuild): AllocatorModel {
  const answer = resolveConfig({ model: 'pymalloc', profile: build.profile });
  if ('problems' in answer) throw new Error(answer.problems[0].message);
  return createModel(answer.resolved, { arenaMisalignment: build.arenaMisalignment });
}

function apply(model: AllocatorModel, chunk: TraceChunk, atMark?: (number: number) => void): void {
  const { length } = chunk;
  const out = { outcome: new Uint8Array(length), region: new Int32Array(length), offset: new Int32Array(length) };
  let from = 0;
  if (atMark) {
    for (let at = 0; at < length; at++) {
      if ((chunk.op[at] & OP_MASK) !== Op.mark) continue;
      model.apply(chunk, from, at + 1, out);
      from = at + 1;
      atMark(chunk.size[at]);
    }
  }
  model.apply(chunk, from, length, out);
}

/** How many requests are the recorded ones, from the first mark on. */
function countRecorded(build: PythonBuild, start: Start, recorded: TraceChunk): number {
  const { beginning } = recordedOpening(start);
  const made = concatChunks([...new ListOfDicts(build, RECORDED_ITERATIONS, beginning).chunks()]);
  let at = 0;
  while (
    at < made.length &&
    made.op[at] === recorded.op[at] &&
    made.size[at] === recorded.size[at] &&
    made.slot[at] === recorded.slot[at]
  ) {
    at++;
  }
  return at;
}

function countPhases(build: PythonBuild, { before, beginning }: Opening, known: Figures[string]): number {
  const model = modelOf(build);
  for (const chunk of before) apply(model, chunk);
  let same = 0;
  const compare = (mark: number): void => {
    if (JSON.stringify(measureArenas(model).arenas) === JSON.stringify(known[mark - 1].sim)) same++;
  };
  for (const chunk of new ListOfDicts(build, MEASURED_ITERATIONS, beginning).chunks()) apply(model, chunk, compare);
  return same;
}

process.exitCode = main(process.argv.slice(2));
