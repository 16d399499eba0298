/**
 * The binary form of consecutive session events: one ArrayBuffer, columns instead of objects, little-endian.
 *
 *     byte  0  u32  magic "HCF1"
 *           4  u32  n, events in the frame
 *           8  f64  seq of the first event; the others follow without gaps
 *          16  u32  bytes of the trailing JSON, 0 = none
 *          20  u32  0, reserved
 *          24  f64  × n  address            (-1 = none)
 *              u32  × n  block number       (0 = none)
 *              u32  × n  size asked for, bytes
 *              u32  × n  bytes the block occupies
 *              i32  × n  arena              (-1 = none)
 *              i32  × n  pool               (-1 = none)
 *              i32  × n  index in the pool  (-1 = none)
 *              u8   × n  operation          (index in OPERATIONS)
 *              u8   × n  outcome            (index in OUTCOMES)
 *              UTF-8 JSON, a list of [index, properties]: what few events have (names, labels, mapped arenas …)
 *
 * Uses nothing but typed arrays, so it runs in browsers, Node and workers alike.
 */
import { OPERATIONS, OUTCOMES, type SessionEvent } from './session-event.js';

export const FRAME_MAGIC = 0x31464348;
export const FRAME_HEADER_BYTES = 24;
export const FRAME_EVENT_BYTES = 34;

/** Properties of an event that are not columns. */
type Extras = Partial<Pick<SessionEvent, 'name' | 'label' | 'site' | 'time' | 'mapped' | 'unmapped'>>;

/** A frame as views on the received bytes: nothing is copied, nothing is made per event. */
export interface EventColumns {
  readonly length: number;
  readonly firstSeq: number;
  readonly address: Float64Array;
  readonly block: Uint32Array;
  readonly size: Uint32Array;
  readonly blockSize: Uint32Array;
  readonly arena: Int32Array;
  readonly pool: Int32Array;
  readonly index: Int32Array;
  readonly op: Uint8Array;
  readonly outcome: Uint8Array;
  readonly extras: ReadonlyMap<number, Extras>;
}

const littleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/** Column views for `n` events on `buffer`; they fill FRAME_HEADER_BYTES … FRAME_HEADER_BYTES + n × FRAME_EVENT_BYTES. */
function columnsOn(buffer: ArrayBuffer, n: number) {
  const at = FRAME_HEADER_BYTES;
  return {
    address: new Float64Array(buffer, at, n),
    block: new Uint32Array(buffer, at + 8 * n, n),
    size: new Uint32Array(buffer, at + 12 * n, n),
    blockSize: new Uint32Array(buffer, at + 16 * n, n),
    arena: new Int32Array(buffer, at + 20 * n, n),
    pool: new Int32Array(buffer, at + 24 * n, n),
    index: new Int32Array(buffer, at + 28 * n, n),
    op: new Uint8Array(buffer, at + 32 * n, n),
    outcome: new Uint8Array(buffer, at + 33 * n, n),
  };
}

/** What of `event` is not in a column; `undefined` for most. */
function extrasOf(event: SessionEvent): Extras | undefined {
  const { name, label, site, time, mapped, unmapped } = event;
  if (
    name === undefined &&
    label === undefined &&
    site === undefined &&
    time === undefined &&
    mapped === undefined &&
    unmapped === undefined
  ) {
    return undefined;
  }
  return { name, label, site, time, mapped, unmapped };
}

/** @throws RangeError if the events are not consecutive. */
export function encodeEventFrame(events: readonly SessionEvent[]): Uint8Array<ArrayBuffer> {
  if (!littleEndian) throw new Error('event frames need a little-endian machine');
  const n = events.length;
  const extras: [number, Extras][] = [];
  events.forEach((event, i) => {
    const extra = extrasOf(event);
    if (extra) extras.push([i, extra]);
  });
  const trailer = extras.length === 0 ? new Uint8Array(0) : new TextEncoder().encode(JSON.stringify(extras));
  const bytes = new Uint8Array(FRAME_HEADER_BYTES + n * FRAME_EVENT_BYTES + trailer.length);
  const header = new DataView(bytes.buffer);
  const firstSeq = events[0]?.seq ?? 0;
  header.setUint32(0, FRAME_MAGIC, true);
  header.setUint32(4, n, true);
  header.setFloat64(8, firstSeq, true);
  header.setUint32(16, trailer.length, true);

  const columns = columnsOn(bytes.buffer, n);
  for (let i = 0; i < n; i++) {
    const event = events[i];
    if (event.seq !== firstSeq + i) {
      throw new RangeError(`event ${event.seq} does not follow ${firstSeq + i - 1}`);
    }
    columns.address[i] = event.address ?? -1;
    columns.block[i] = event.block;
    columns.size[i] = event.size;
    columns.blockSize[i] = event.blockSize;
    columns.arena[i] = event.arena ?? -1;
    columns.pool[i] = event.pool ?? -1;
    columns.index[i] = event.index ?? -1;
    columns.op[i] = OPERATIONS.indexOf(event.op);
    columns.outcome[i] = OUTCOMES.indexOf(event.outcome);
  }
  bytes.set(trailer, FRAME_HEADER_BYTES + n * FRAME_EVENT_BYTES);
  return bytes;
}

/** The bytes at the start of a buffer of their own. */
function ownBuffer({ buffer, byteOffset, byteLength }: Uint8Array): ArrayBuffer {
  if (byteOffset === 0 && buffer instanceof ArrayBuffer) return buffer;
  const copy = new Uint8Array(byteLength);
  copy.set(new Uint8Array(buffer, byteOffset, byteLength));
  return copy.buffer;
}

const orNull = (value: number): number | null => (value < 0 ? null : value);

/** @throws RangeError if `data` is not a whole frame. */
export function readEventFrame(data: ArrayBuffer | Uint8Array): EventColumns {
  if (!littleEndian) throw new Error('event frames need a little-endian machine');
  const bytes = data instanceof Uint8Array ? data : new Uint8Array(data);
  if (bytes.length < FRAME_HEADER_BYTES) throw new RangeError(`an event frame has no ${bytes.length} bytes`);
  const header = new DataView(bytes.buffer, bytes.byteOffset, FRAME_HEADER_BYTES);
  if (header.getUint32(0, true) !== FRAME_MAGIC)
    throw new RangeError('not an event frame: it does not start with HCF1');
  const n = header.getUint32(4, true);
  const trailer = header.getUint32(16, true);
  const columnsEnd = FRAME_HEADER_BYTES + n * FRAME_EVENT_BYTES;
  if (bytes.length !== columnsEnd + trailer) {
    throw new RangeError(`an event frame of ${n} events has ${columnsEnd + trailer} bytes, not ${bytes.length}`);
  }
  // Views need an aligned start, but Node hands out slices of a shared buffer: those are copied.
  const columns = columnsOn(ownBuffer(bytes), n);
  const extras: [number, Extras][] =
    trailer === 0 ? [] : JSON.parse(new TextDecoder().decode(bytes.subarray(columnsEnd)));
  return { length: n, firstSeq: header.getFloat64(8, true), ...columns, extras: new Map(extras) };
}

/** The frame as the objects that a JSON subscriber gets. */
export function decodeEventFrame(data: ArrayBuffer | Uint8Array): SessionEvent[] {
  const frame = readEventFrame(data);
  return Array.from({ length: frame.length }, (_, i) => {
    const op = OPERATIONS[frame.op[i]];
    const outcome = OUTCOMES[frame.outcome[i]];
    if (!op || !outcome) throw new RangeError(`event ${i} of the frame has an unknown operation or outcome`);
    return {
      seq: frame.firstSeq + i,
      op,
      outcome,
      block: frame.block[i],
      size: frame.size[i],
      address: orNull(frame.address[i]),
      arena: orNull(frame.arena[i]),
      pool: orNull(frame.pool[i]),
      index: orNull(frame.index[i]),
      blockSize: frame.blockSize[i],
      ...frame.extras.get(i),
    };
  });
}
