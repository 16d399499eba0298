/**
 * How the two binary formats say which block: not by an id but by `ref`, the distance back from the number that the
 * next block would get. 0 is NULL, 1 the block placed last, and the next number itself (that is, block 0) something
 * that never was a block. Ops are malloc 1, calloc 2, realloc 3, free 4, foreign 6, mark 7; what became of a block
 * (realloc(NULL), a stale free) follows from the refs.
 */
import { BlockNumbers } from '../block-numbers.js';
import { Domain, NO_SLOT, Op, OP_MASK, type TraceChunk } from '../columns.js';
import type { TraceBuilder } from '../trace-builder.js';

/** Adds one request. Throws `TraceFormatError` for an op, domain or ref that means nothing. */
export function addNumbered(builder: TraceBuilder, opByte: number, size: number, ref: number): void {
  const domain = opByte & ~OP_MASK;
  if (domain !== Domain.unknown && domain !== Domain.mem && domain !== Domain.obj) {
    throw builder.fault(
      'bad-field',
      `op byte 0x${opByte.toString(16)} has domain ${domain >> 4}; use 0, 1 (mem) or 2 (obj)`,
    );
  }
  const next = builder.blocks + 1;
  if (ref > next) {
    throw builder.fault(
      'unknown-block',
      `ref ${ref} points before block 1 (${next - 1} blocks so far); ref is next number - number`,
    );
  }
  switch (opByte & OP_MASK) {
    case Op.malloc:
    case Op.calloc:
    case Op.foreign:
      if (ref !== 0) throw builder.fault('bad-field', `ref is ${ref}; a request that places a block has ref 0`);
      builder.place(opByte, size, next);
      return;
    case Op.realloc:
      if (ref === 0) builder.place(Op.reallocNull | domain, size, next);
      else if (ref === next) builder.wildRealloc(size, domain);
      else builder.realloc(size, next - ref, domain);
      return;
    case Op.free:
      if (ref === 0) builder.freeNull(domain);
      else if (ref === next) builder.wildFree(domain);
      else builder.free(next - ref, domain);
      return;
    case Op.mark:
      if (ref !== 0) throw builder.fault('bad-field', `ref is ${ref}; a mark has ref 0`);
      builder.mark(size, domain);
      return;
    default:
      throw builder.fault(
        'bad-field',
        `op ${opByte & OP_MASK} is unknown; ops are malloc 1, calloc 2, realloc 3, free 4, foreign 6, mark 7`,
      );
  }
}

/** Ops of a chunk as these formats write them. */
export function numberedOps(chunk: TraceChunk): Uint8Array {
  const ops = new Uint8Array(chunk.length);
  for (let at = 0; at < chunk.length; at++) {
    const domain = chunk.op[at] & ~OP_MASK;
    const code = chunk.op[at] & OP_MASK;
    if (code === Op.reallocNull || code === Op.staleRealloc) ops[at] = Op.realloc | domain;
    else if (code === Op.staleFree) ops[at] = Op.free | domain;
    else ops[at] = chunk.op[at];
  }
  return ops;
}

/** Refs of a trace's chunks, asked for in order from the first. */
export class RefWalk {
  readonly #numbers = new BlockNumbers();

  refs(chunk: TraceChunk): Uint32Array {
    const numbers = this.#numbers;
    const refs = new Uint32Array(chunk.length);
    for (let at = 0; at < chunk.length; at++) {
      const slot = chunk.slot[at];
      switch (chunk.op[at] & OP_MASK) {
        case Op.malloc:
        case Op.calloc:
        case Op.reallocNull:
        case Op.foreign:
          numbers.place(slot);
          break;
        case Op.realloc:
        case Op.free:
          if (slot !== NO_SLOT) refs[at] = numbers.count + 1 - numbers.of(slot);
          break;
        case Op.staleRealloc:
        case Op.staleFree:
          refs[at] = numbers.count + 1 - slot;
          break;
        default:
      }
    }
    return refs;
  }
}
