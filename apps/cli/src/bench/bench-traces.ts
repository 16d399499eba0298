/**
 * The requests that benchmarks work on: recordings of real CPythons from the test fixtures, the same recordings over and
 * over as one long program, and dice where a heap must be large.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import {
  CHUNK_EVENTS,
  formats,
  Op,
  OP_MASK,
  SlotTable,
  UNKNOWN_ORIGIN,
  type TraceChunk,
  type TraceHeader,
} from '@heapcast/trace';

export interface BenchTrace {
  readonly name: string;
  readonly header: TraceHeader;
  readonly chunks: readonly TraceChunk[];
}

const TRACE = '.trace.gz';

/** Seen from the built file, and from the source (in specs). */
const above = ['../../../../..', '../../../..'];
const here = path.dirname(fileURLToPath(import.meta.url));
const recordings =
  above.map((up) => path.resolve(here, up, 'test/fixtures/oracle')).find((folder) => existsSync(folder)) ?? '';

/** The richest of the bundled recordings: mixed programs first, then those with the largest files. */
export function richestRecordings(most: number): BenchTrace[] {
  if (recordings === '') return [];
  return readdirSync(recordings, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(TRACE))
    .map((file) => ({
      file,
      mixed: Number(path.basename(file) === `mix${TRACE}`),
      bytes: statSync(path.join(recordings, file)).size,
    }))
    .sort((one, other) => other.mixed - one.mixed || other.bytes - one.bytes)
    .slice(0, most)
    .map(({ file }) => readTrace(file.slice(0, -TRACE.length), gunzipSync(readFileSync(path.join(recordings, file)))));
}

/** One of the bundled recordings, `3.8.18/stress`; none where it is not bundled. */
export function bundledRecording(name: string): BenchTrace[] {
  const file = path.join(recordings, `${name}${TRACE}`);
  return existsSync(file) ? [readTrace(name, gunzipSync(readFileSync(file)))] : [];
}

export function readTrace(name: string, bytes: Uint8Array): BenchTrace {
  const chunks: TraceChunk[] = [];
  const reader = formats.pmtrace1.reader((chunk) => chunks.push(chunk));
  reader.push(bytes);
  return { name, header: reader.end(), chunks };
}

/** Cuts requests into canonical chunks and keeps the header's counts. */
class Columns {
  readonly chunks: TraceChunk[] = [];
  readonly slots = new SlotTable();
  blocks = 0;
  events = 0;
  #op = new Uint8Array(CHUNK_EVENTS);
  #size = new Uint32Array(CHUNK_EVENTS);
  #slot = new Int32Array(CHUNK_EVENTS);

  add(op: number, size: number, slot: number): void {
    const at = this.events++ % CHUNK_EVENTS;
    this.#op[at] = op;
    this.#size[at] = size;
    this.#slot[at] = slot;
    if (at === CHUNK_EVENTS - 1) this.#flush(CHUNK_EVENTS);
  }

  place(op: number, size: number): number {
    const slot = this.slots.take();
    this.blocks++;
    this.add(op, size, slot);
    return slot;
  }

  free(slot: number): void {
    this.slots.release(slot);
    this.add(Op.free, 0, slot);
  }

  finish(name: string, arenas: number): BenchTrace {
    if (this.events % CHUNK_EVENTS > 0) this.#flush(this.events % CHUNK_EVENTS);
    return {
      name,
      chunks: this.chunks,
      header: {
        events: this.events,
        blocks: this.blocks,
        slots: this.slots.highWater,
        origin: { ...UNKNOWN_ORIGIN, arenaMisalignment: new Uint8Array(arenas) },
        sites: [],
        hasSites: false,
        hasTimes: false,
        hasNames: false,
      },
    };
  }

  #flush(length: number): void {
    const columns = {
      op: this.#op.slice(0, length),
      size: this.#size.slice(0, length),
      slot: this.#slot.slice(0, length),
    };
    this.chunks.push({ ...columns, length, site: null, time: null, names: null });
  }
}

/**
 * One long program: a recording again and again until there are `events` requests. What a round leaves live is freed at
 * the end of the round after the next, so the heap has a past.
 */
export function repeated(trace: BenchTrace, events: number): BenchTrace {
  const out = new Columns();
  let older: number[] = [];
  while (out.events < events) {
    const slotOf = new Map<number, number>();
    for (const { op, size, slot, length } of trace.chunks) {
      for (let i = 0; i < length && out.events < events; i++) {
        const code = op[i] & OP_MASK;
        if (code === Op.free && slot[i] >= 0) {
          out.free(slotOf.get(slot[i]) ?? 0);
          slotOf.delete(slot[i]);
        } else if (code === Op.realloc) {
          out.add(op[i], size[i], slotOf.get(slot[i]) ?? 0);
        } else if (code === Op.malloc || code === Op.calloc || code === Op.reallocNull || code === Op.foreign) {
          slotOf.set(slot[i], out.place(op[i], size[i]));
        } else if (code === Op.mark || code === Op.free) {
          out.add(op[i], size[i], -1);
        }
      }
    }
    for (const slot of older) if (out.events < events) out.free(slot);
    older = [...slotOf.values()];
  }
  return out.finish(`${trace.name} x ${Math.ceil(events / trace.header.events)}`, 1 << 16);
}

/** Requests by dice, with about `live` blocks live: small sizes are more likely, young blocks die first. */
export function rolled(events: number, live: number, seed = 1): BenchTrace {
  const out = new Columns();
  const held: number[] = [];
  let state = seed || 1;
  const roll = (sides: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % sides;
  };
  while (out.events < events) {
    const kind = roll(100);
    const size = roll(100) < 3 ? 513 + roll(4000) : 16 + ((roll(500) * roll(500)) >>> 9);
    if (held.length === 0 || (kind < 92 ? roll(2 * live) > held.length : false)) {
      held.push(out.place(kind < 5 ? Op.calloc : Op.malloc, size));
    } else if (kind >= 92 && kind < 95) {
      out.add(Op.realloc, size, held[roll(held.length)]);
    } else {
      const young = roll(4) > 0;
      const index = young ? held.length - 1 - roll(Math.min(held.length, 1000)) : roll(held.length);
      out.free(held[index]);
      held[index] = held[held.length - 1];
      held.pop();
    }
  }
  return out.finish(`dice, ${Math.round(live / 1000)}k live`, 1 << 16);
}
