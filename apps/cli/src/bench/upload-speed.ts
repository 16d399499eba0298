/**
 * The whole way of a trace, over HTTP, on the built service: upload, store, replay, summary. And the highest memory of
 * the service's process for a short and for a long trace: it must not follow the length.
 */
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { formats, Op, type FormatName, type TraceChunk } from '@heapcast/trace';
import { richestRecordings, repeated, rolled, type BenchTrace } from './bench-traces.js';
import { BuiltService } from './built-service.js';
import { atLeast, atMost, type Benchmark, type Figure } from './figure.js';
import { median } from './statistics.js';

const TARGETS: Partial<Record<FormatName, number>> = { columns: 4, ndjson: 1.5 };
/** What a long trace may need more than a short one, in MiB: caches that fill up to their limits. */
const GROWTH = 256;
/** Milliseconds between two looks at a run: often enough for the figure, seldom enough not to be the load. */
const POLL = 40;

export const uploadSpeed: Benchmark = {
  name: 'upload',
  title: 'upload + store + replay + summary over HTTP',
  async run({ quick, scratch, tell }) {
    const events = quick ? 1_000_000 : 10_000_000;
    const [trace = rolled(events, 23_000)] = richestRecordings(1).map((recording) => repeated(recording, events));
    const figures: Figure[] = [];
    for (const format of ['columns', 'ndjson'] as const) {
      const service = await BuiltService.start(path.join(scratch, `upload-${format}`));
      try {
        const rounds: Timing[] = [];
        for (let round = 0; round < (quick ? 2 : 4); round++) {
          tell(`upload: ${format}, round ${round + 1}`);
          rounds.push(await oneTrace(service, await bytesOf(trace, format, round), format));
        }
        const steady = rounds.slice(1);
        const speed = (seconds: (timing: Timing) => number): number => events / 1e6 / median(steady.map(seconds));
        const target = TARGETS[format];
        figures.push(
          {
            name: `upload to summary, ${format}`,
            value: speed(({ stored, summed }) => stored + summed),
            unit: 'M events/s',
            target: target === undefined ? undefined : atLeast(target),
            note: `${events} events of ${trace.name}, one after the other, median of ${steady.length}`,
          },
          { name: `upload and store, ${format}`, value: speed(({ stored }) => stored), unit: 'M events/s' },
          { name: `replay and sum up, ${format}`, value: speed(({ summed }) => summed), unit: 'M events/s' },
        );
      } finally {
        await service.stop();
      }
    }
    figures.push(...(await memoryByLength(trace, path.join(scratch, 'upload-memory'), tell)));
    return figures;
  },
};

interface Timing {
  readonly stored: number;
  readonly summed: number;
}

async function oneTrace(service: BuiltService, body: Buffer<ArrayBuffer>, format: FormatName): Promise<Timing> {
  const start = performance.now();
  const response = await fetch(`${service.url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': formats[format].contentTypes[0] },
    body,
  });
  const answer = await response.text();
  if (response.status !== 201) throw new Error(`upload: ${response.status} ${answer.slice(0, 500)}`);
  const trace: unknown = JSON.parse(answer);
  if (!isNamed(trace)) throw new Error('an upload was answered without an id');
  const stored = performance.now();
  const run = await service.call<{ id: string }>('POST', '/v1/runs', {
    trace: trace.id,
    allocator: { model: 'pymalloc' },
  });
  for (;;) {
    const { status, error } = await service.call<{ status: string; error?: unknown }>('GET', `/v1/runs/${run.id}`);
    if (status === 'done') break;
    if (status === 'failed') throw new Error(`the run failed: ${JSON.stringify(error)}`);
    await delay(POLL);
  }
  return { stored: (stored - start) / 1000, summed: (performance.now() - stored) / 1000 };
}

/** A trace of its own content each round: the same content is stored once only. */
async function bytesOf(trace: BenchTrace, format: FormatName, round: number): Promise<Buffer<ArrayBuffer>> {
  const [first, ...rest] = trace.chunks;
  const op = first.op.slice();
  const size = first.size.slice();
  const mark = op.findIndex((code) => (code & 15) === Op.malloc);
  size[mark] += round + 1;
  const chunks: TraceChunk[] = [{ ...first, op, size }, ...rest];
  const pieces: Uint8Array[] = [];
  async function* source() {
    yield* chunks;
  }
  for await (const piece of formats[format].writer(trace.header, source)) pieces.push(piece.slice());
  return Buffer.concat(pieces);
}

async function memoryByLength(trace: BenchTrace, directory: string, tell: (line: string) => void): Promise<Figure[]> {
  const service = await BuiltService.start(directory);
  try {
    if (!service.memory()) return [];
    const short = {
      ...trace,
      header: { ...trace.header, events: 0 },
      chunks: trace.chunks.slice(0, Math.ceil(trace.chunks.length / 5)),
    };
    const shortEvents = short.chunks.reduce((sum, { length }) => sum + length, 0);
    tell('upload: memory of a short trace');
    await oneTrace(
      service,
      await bytesOf({ ...short, header: { ...trace.header, events: shortEvents } }, 'columns', 0),
      'columns',
    );
    const small = service.memory()?.highest ?? 0;
    tell('upload: memory of a long trace');
    await oneTrace(service, await bytesOf(trace, 'columns', 1), 'columns');
    const large = service.memory()?.highest ?? 0;
    return [
      { name: 'highest memory, short trace', value: small, unit: 'MiB', note: `${shortEvents} events` },
      {
        name: 'highest memory, long trace',
        value: large,
        unit: 'MiB',
        target: atMost(small + GROWTH),
        note: `${trace.header.events} events`,
      },
    ];
  } finally {
    await service.stop();
  }
}

function isNamed(value: unknown): value is { id: string } {
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string';
}
