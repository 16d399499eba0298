/**
 * How fast the model of pymalloc is: decoded columns in, placements out, one thread. Where a C simulator is named
 * (`--refsim refsim.c`, the oracle's) and a C compiler is there, it is built -O2 and does the same traces in turn.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createModel, resolveConfig, type ResolvedConfig } from '@heapcast/allocators';
import { CHUNK_EVENTS, formats } from '@heapcast/trace';
import { bundledRecording, richestRecordings, repeated, rolled, type BenchTrace } from './bench-traces.js';
import { atLeast, type BenchContext, type Benchmark, type Figure } from './figure.js';
import { median } from './statistics.js';

const PROFILE = 'cpython-3.13';
const TARGET = 0.45;

export const modelSpeed: Benchmark = {
  name: 'model',
  title: 'pymalloc: decoded columns in, placements out',
  async run(context) {
    const events = context.quick ? 1_000_000 : 10_000_000;
    const refsim = buildRefsim(context);
    const recordings = richestRecordings(2);
    const traces = [
      ...recordings,
      // Many arenas that come and go: the hardest of the recordings for who looks for a place.
      ...bundledRecording('3.8.18/stress'),
      ...recordings.slice(0, 1).map((trace) => repeated(trace, events)),
      rolled(events, 23_000),
      rolled(events, 228_000),
    ];
    const figures: Figure[] = [];
    for (const trace of traces) {
      context.tell(`model: ${trace.name}`);
      figures.push(...(await measure(trace, refsim, context)));
    }
    return figures;
  },
};

async function measure(trace: BenchTrace, refsim: string | null, context: BenchContext): Promise<Figure[]> {
  const config = configOf(PROFILE);
  const rounds = trace.header.events > 5_000_000 ? 5 : 9;
  const ours: number[] = [];
  const theirs: number[] = [];
  const file = refsim ? await writeForRefsim(trace, context) : '';
  replay(trace, config);
  for (let round = 0; round < rounds; round++) {
    ours.push(trace.header.events / 1e6 / replay(trace, config));
    if (refsim) theirs.push(runRefsim(refsim, file));
  }
  const name = `model ${trace.name}`;
  const beside = refsim ? `C ${median(theirs).toFixed(1)} M events/s` : 'no C compiler or no --refsim';
  const figures: Figure[] = [
    { name, value: median(ours), unit: 'M events/s', beside, note: `${trace.header.events} events` },
  ];
  if (refsim) {
    const ratio = median(ours.map((speed, i) => speed / theirs[i]));
    figures.push({
      name: `${name}: ratio to C`,
      value: ratio,
      unit: 'x',
      target: atLeast(TARGET),
      note: 'median of rounds in turn',
    });
  }
  return figures;
}

/** Seconds in `apply`. */
function replay({ chunks, header }: BenchTrace, config: ResolvedConfig): number {
  const model = createModel(config, header.origin);
  const out = {
    outcome: new Uint8Array(CHUNK_EVENTS),
    region: new Int32Array(CHUNK_EVENTS),
    offset: new Int32Array(CHUNK_EVENTS),
  };
  const start = performance.now();
  for (const chunk of chunks) {
    model.apply(chunk, 0, chunk.length, out);
    model.takeMappings();
  }
  return (performance.now() - start) / 1000;
}

export function configOf(profile: string): ResolvedConfig {
  const answer = resolveConfig({ model: 'pymalloc', profile });
  if ('problems' in answer) throw new Error(answer.problems.map(({ message }) => message).join('; '));
  return answer.resolved;
}

function buildRefsim({ refsim, scratch, tell }: BenchContext): string | null {
  if (!refsim || !existsSync(refsim)) return null;
  const program = path.join(scratch, 'refsim');
  try {
    execFileSync('cc', ['-O2', '-o', program, refsim], { stdio: 'pipe' });
    return program;
  } catch (error) {
    tell(`the C simulator was not built: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}

/** The simulator takes Python version and arenas from the header: it gets those of the profile, all arenas aligned. */
async function writeForRefsim(trace: BenchTrace, { scratch }: BenchContext): Promise<string> {
  const pieces: Uint8Array[] = [];
  async function* chunks() {
    yield* trace.chunks;
  }
  for await (const piece of formats.pmtrace1.writer(trace.header, chunks)) pieces.push(piece.slice());
  const bytes = Buffer.concat(pieces);
  // Version: u8 major, minor, micro at byte 8.
  bytes.set([3, 13, 0], 8);
  const file = path.join(scratch, 'model.trace');
  writeFileSync(file, bytes);
  return file;
}

/** M events/s, as the simulator itself measures it. */
function runRefsim(program: string, file: string): number {
  const env = { ...process.env, REFSIM_TIME: '1' };
  const run = execFileSync('sh', ['-c', '"$0" "$1" /dev/null 2>&1', program, file], { env, encoding: 'utf8' });
  const speed = /([\d.]+) M\/s/.exec(run)?.[1];
  if (speed === undefined) throw new Error(`the C simulator said: ${run}`);
  return Number(speed);
}
