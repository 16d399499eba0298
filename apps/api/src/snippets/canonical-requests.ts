/**
 * What a child tells of its requests -> chunks of a trace. The child names blocks by their number; a trace names them by their
 * slot. The child runs a stranger's program and may say anything: whatever cannot follow on what it said before is refused.
 */
import type { ChunkMessage, FrameRecord, FrameView, LinesMessage } from '@heapcast/sandbox';
import { Domain, NO_SLOT, Op, OP_MASK, SlotTable, type TraceChunk } from '@heapcast/trace';

const DEAD = -1;
const FIRST_ROOM = 1024;
/** Labels of marks that a trace keeps, in bytes. */
const LABEL_BYTES = 4096;
const DOMAINS: readonly number[] = Object.values(Domain);

/** The child said something that no program can have done. */
export class ImpossibleRequestError extends Error {
  override readonly name = 'ImpossibleRequestError';
}

/** Lines and frames that were recorded among the requests of a chunk: each becomes a mark at its place. */
export interface LineMarks {
  readonly lines: readonly Pick<LinesMessage, 'event' | 'site'>[];
  readonly frames: readonly FrameRecord[];
}

export class CanonicalRequests {
  /** Block numbers given. */
  #blocks = 0;
  readonly #slots = new SlotTable();
  /** Slot by block number, or `DEAD`. */
  #slotOf = new Int32Array(FIRST_ROOM);
  #time = 0;

  /** Blocks asked for. */
  get blocks(): number {
    return this.#blocks;
  }

  /** @throws ImpossibleRequestError */
  chunk(message: ChunkMessage): TraceChunk {
    const { length, size } = message;
    const op = new Uint8Array(length);
    const slot = new Int32Array(length);
    const time = new Float64Array(length);
    for (let at = 0; at < length; at++) {
      const code = message.op[at] & OP_MASK;
      const domain = message.op[at] & ~OP_MASK;
      if (!DOMAINS.includes(domain)) throw new ImpossibleRequestError(`domain ${domain}`);
      this.#time = Math.max(this.#time, Math.floor(message.time[at]) || 0);
      time[at] = Math.min(this.#time, Number.MAX_SAFE_INTEGER);
      const [kind, where] = this.#resolve(code, message.id[at]);
      op[at] = kind | domain;
      slot[at] = where;
      if (kind === Op.free || kind === Op.staleFree) size[at] = 0;
    }
    return { length, op, size, slot, site: message.site, time, names: null };
  }

  #resolve(code: number, block: number): readonly [op: number, slot: number] {
    switch (code) {
      case Op.malloc:
      case Op.calloc:
      case Op.reallocNull:
        return [code, this.#place(block)];
      case Op.realloc:
      case Op.staleRealloc: {
        const slot = this.#slotFor(block);
        return slot === DEAD ? [Op.staleRealloc, this.#known(block)] : [Op.realloc, slot];
      }
      case Op.free:
      case Op.staleFree: {
        if (block === 0 && code === Op.free) return [Op.free, NO_SLOT];
        const slot = this.#slotFor(block);
        if (slot === DEAD) return [Op.staleFree, this.#known(block)];
        this.#slotOf[block] = DEAD;
        this.#slots.release(slot);
        return [Op.free, slot];
      }
      default:
        throw new ImpossibleRequestError(`request ${code}`);
    }
  }

  #place(block: number): number {
    if (block !== this.#blocks + 1) throw new ImpossibleRequestError(`block ${block} after block ${this.#blocks}`);
    this.#blocks = block;
    if (block >= this.#slotOf.length) {
      const grown = new Int32Array(2 * this.#slotOf.length);
      grown.set(this.#slotOf);
      this.#slotOf = grown;
    }
    return (this.#slotOf[block] = this.#slots.take());
  }

  #slotFor(block: number): number {
    return block >= 1 && block <= this.#blocks ? this.#slotOf[block] : DEAD;
  }

  /** The number of a block that was there once, or 0. */
  #known(block: number): number {
    return block <= this.#blocks ? block : 0;
  }
}

/**
 * Puts lines and frames between the requests as marks: `site` is the line, the number of a mark is 0, and the label of a frame
 * record is its frames as JSON.
 * @param firstEvent how many requests the child made before the chunk
 */
export function withMarks(chunk: TraceChunk, firstEvent: number, { lines, frames }: LineMarks): TraceChunk {
  const marks: { readonly before: number; readonly site: number; readonly label: string | undefined }[] = [];
  const before = (event: number): number => Math.min(Math.max(event - firstEvent, 0), chunk.length);
  for (const { event, site } of lines) {
    event.forEach((each, i) => marks.push({ before: before(each), site: site[i], label: undefined }));
  }
  for (const { event, site, frames: stack } of frames) {
    marks.push({ before: before(event), site, label: labelOf(stack) });
  }
  if (marks.length === 0) return chunk;
  marks.sort((a, b) => a.before - b.before);
  const length = chunk.length + marks.length;
  const op = new Uint8Array(length);
  const size = new Uint32Array(length);
  const slot = new Int32Array(length);
  const site = new Uint32Array(length);
  const time = new Float64Array(length);
  const names = new Map<number, string>();
  let from = 0;
  let at = 0;
  const copyUpTo = (to: number): void => {
    op.set(chunk.op.subarray(from, to), at);
    size.set(chunk.size.subarray(from, to), at);
    slot.set(chunk.slot.subarray(from, to), at);
    if (chunk.site) site.set(chunk.site.subarray(from, to), at);
    if (chunk.time) time.set(chunk.time.subarray(from, to), at);
    at += to - from;
    from = to;
  };
  for (const mark of marks) {
    copyUpTo(mark.before);
    op[at] = Op.mark;
    slot[at] = NO_SLOT;
    site[at] = mark.site;
    time[at] = chunk.time?.[Math.min(from, chunk.length - 1)] ?? 0;
    if (mark.label !== undefined) names.set(at, mark.label);
    at++;
  }
  copyUpTo(chunk.length);
  return { length, op, size, slot, site, time, names: names.size > 0 ? names : null };
}

/** JSON of frames: those that did not change from line to line are one object, and written once. */
const WRITTEN = new WeakMap<FrameView, string>();

function writtenOf(frame: FrameView): string {
  let text = WRITTEN.get(frame);
  if (text === undefined) {
    text = JSON.stringify(frame);
    WRITTEN.set(frame, text);
  }
  return text;
}

/** As many frames, innermost first, as a label holds. */
function labelOf(frames: FrameRecord['frames']): string {
  const texts: string[] = [];
  let bytes = 0;
  for (const frame of frames) {
    const text = writtenOf(frame);
    bytes += Buffer.byteLength(text) + 1;
    if (bytes > LABEL_BYTES) break;
    texts.push(text);
  }
  for (; ; texts.pop()) {
    const more = frames.length - texts.length;
    const label = `{"frames":[${texts.join(',')}]${more > 0 ? `,"more":${more}` : ''}}`;
    if (Buffer.byteLength(label) <= LABEL_BYTES) return label;
  }
}
