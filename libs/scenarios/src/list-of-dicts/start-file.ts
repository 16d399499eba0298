/**
 * Where each CPython stood when the benchmark began, as it is bundled: what the process had asked for until then (recorded),
 * what the interpreter kept for itself, and by which further steps it came to where the measured run of 2,000,000
 * iterations began. `apps/cli/src/benchmark-starts.ts` makes the files; apps/api/assets/list-of-dicts/README.md tells how.
 *
 *     u32 bytes of JSON, little-endian; JSON (a `Start` without its requests); one packed chunk
 */
import { packChunk, type TraceChunk, unpackChunk } from '@heapcast/trace';

/** One step on the way to a start that is not recorded. Every `count` is of blocks of `bytes` bytes. */
export interface StartStep {
  /**
   * - `keep`: blocks that live on
   * - `pass`: blocks that are given back at once, the last one first
   * - `holes`: blocks of which `free` are given back, but never the first of each `every`
   * - `garbage`: blocks that the first full collection gives back
   * - `withList`: blocks that go when the list goes
   */
  readonly do: 'keep' | 'pass' | 'holes' | 'garbage' | 'withList';
  readonly bytes: number;
  readonly count: number;
  readonly every?: number;
  readonly free?: number;
}

export interface RecordedStart {
  /** Slots in the interpreter's free lists, the last to be used first. */
  readonly freeDicts: readonly number[];
  readonly freeKeys: readonly number[];
  /** Slot of what the line before the benchmark still holds. */
  readonly heldForMark: number | null;
  /** Containers made since the last collection. */
  readonly sinceCollection: number;
}

export interface FittedStart {
  /** How many of the recorded requests come first. */
  readonly after: number;
  readonly steps: readonly StartStep[];
  /** Bytes of what the measuring script kept at each mark, by the mark's number. */
  readonly notes: Readonly<Record<number, readonly number[]>>;
}

export interface Start {
  readonly version: string;
  readonly recorded: RecordedStart;
  readonly fitted: FittedStart;
  /** Every request from the start of the process to the first line of the benchmark. */
  readonly requests: TraceChunk;
}

export function writeStart({ requests, ...rest }: Start): Uint8Array {
  const json = Buffer.from(JSON.stringify(rest));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  return Buffer.concat([length, json, packChunk(requests)]);
}

/** @throws Error when the bytes are not a start */
export function readStart(bytes: Uint8Array): Start {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = 4 + buffer.readUInt32LE(0);
  const parsed: unknown = JSON.parse(buffer.toString('utf8', 4, end));
  if (!isHeader(parsed)) throw new Error('this is not the start of a benchmark');
  return { ...parsed, requests: unpackChunk(buffer.subarray(end)) };
}

function isHeader(value: unknown): value is Omit<Start, 'requests'> {
  return typeof value === 'object' && value !== null && 'version' in value && 'recorded' in value && 'fitted' in value;
}
