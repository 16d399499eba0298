/**
 * Rewrites a linked module so that it keeps a shadow stack and can be interrupted. WebAssembly does not let a program, or
 * its host, look at the call stack cheaply: an `Error().stack` at every malloc costs a hundred times what the malloc does.
 * So every function is given
 *
 *     on entry      depth = heapcast_depth, in a local; one unit of fuel is burnt
 *     at a loop     one unit of fuel is burnt
 *     before a call path[depth] = the position of the call; heapcast_depth = depth + 1
 *
 * Nothing is undone on return: a caller says its own depth again before its next call, so no way of leaving a function
 * (return, longjmp, a trap) can leave the stack wrong. When the fuel is used up the host is called: it fills it up again
 * or stops the program.
 *
 * Positions are those of the module as it was linked, which is what its DWARF speaks of. Blocks keep their nesting, and no
 * index of a function, type or global changes.
 */
import { Opcode, skipOperands, UnknownInstructionError } from './instructions.js';
import { signedLeb, unsignedLeb, WasmReader } from './wasm-reader.js';
import { SectionId, type WasmFunction, type WasmModule } from './wasm-module.js';

/** What the rewritten code uses; all of it is defined in the recorder (`recorder-source.ts`). */
export interface Instruments {
  /** Index of the global with the depth of the shadow stack, in bytes. */
  readonly depth: number;
  /** Index of the global with the fuel that is left. */
  readonly fuel: number;
  /** Index of the imported function that is called without fuel. */
  readonly poll: number;
  /** Address of the shadow stack: one 32-bit position per frame. */
  readonly path: number;
  /** Its length in bytes, a power of two: deeper frames overwrite the outermost ones. */
  readonly pathBytes: number;
}

export interface InstrumentedModule {
  readonly bytes: Uint8Array;
  /** Position in the linked module of an offset into `bytes`, or -1. */
  positionOf(offset: number): number;
}

const I32 = 0x7f;
const NO_RESULT = 0x40;
const LOCAL_GET = 0x20;
const LOCAL_SET = 0x21;
const GLOBAL_GET = 0x23;
const GLOBAL_SET = 0x24;
const I32_STORE = 0x36;
const I32_CONST = 0x41;
const I32_EQZ = 0x45;
const I32_ADD = 0x6a;
const I32_SUB = 0x6b;
const I32_AND = 0x71;
const IF = 0x04;
const END = 0x0b;
const FRAME_BYTES = 4;
const COPIED = 1;
const ADDED = 0;

/** @param isLeftAlone functions that neither appear on the shadow stack nor can be interrupted */
export function instrument(
  module: WasmModule,
  instruments: Instruments,
  isLeftAlone: (fn: WasmFunction) => boolean,
): InstrumentedModule {
  const code = new Rewriter(module, instruments);
  const bodies = module.functions.map((fn) => (isLeftAlone(fn) ? code.copy(fn) : code.rewrite(fn)));
  return assemble(module, bodies);
}

/** A function's new body, and where its pieces come from. */
interface Body {
  readonly bytes: Uint8Array;
  /** Ascending and without gaps. */
  readonly pieces: readonly Piece[];
}

/** Where it begins in the new body, and its position in the linked module: all of what was added has that of its place. */
type Piece = readonly [offset: number, position: number, origin: typeof COPIED | typeof ADDED];

class Rewriter {
  constructor(
    private readonly module: WasmModule,
    private readonly instruments: Instruments,
  ) {}

  copy({ from, to }: WasmFunction): Body {
    const { bytes, codeStart } = this.module;
    return { bytes: bytes.subarray(codeStart + from, codeStart + to), pieces: [[0, from, COPIED]] };
  }

  rewrite(fn: WasmFunction): Body {
    try {
      return this.#rewrite(fn);
    } catch (error) {
      if (error instanceof UnknownInstructionError) return this.copy(fn);
      throw error;
    }
  }

  #rewrite(fn: WasmFunction): Body {
    const { bytes, codeStart } = this.module;
    const reader = new WasmReader(bytes, codeStart + fn.from, codeStart + fn.to);
    const out = new Growing(2 * (fn.to - fn.from) + 64);
    const pieces: Piece[] = [[0, fn.from, ADDED]];
    const depth = this.#declareDepth(fn, reader, out);
    let copied = reader.at;
    const copyUpTo = (to: number): void => {
      if (to === copied) return;
      pieces.push([out.length, copied - codeStart, COPIED]);
      out.add(bytes.subarray(copied, to));
      copied = to;
    };
    out.add(this.#onEntry(depth, fn.from));
    while (!reader.done) {
      const at = reader.at;
      const opcode = reader.byte();
      skipOperands(reader, opcode);
      if (opcode === Opcode.call || opcode === Opcode.callIndirect) {
        copyUpTo(at);
        pieces.push([out.length, at - codeStart, ADDED]);
        out.add(this.#beforeCall(depth, at - codeStart));
      } else if (opcode === Opcode.loop) {
        copyUpTo(reader.at);
        pieces.push([out.length, at - codeStart, ADDED]);
        out.add(this.#burnFuel(depth, at - codeStart));
      }
    }
    copyUpTo(reader.at);
    return { bytes: out.taken(), pieces };
  }

  /** Writes the locals with one more; answers its index. */
  #declareDepth(fn: WasmFunction, reader: WasmReader, out: Growing): number {
    const groups = reader.unsigned();
    const begin = reader.at;
    let locals = fn.parameters;
    for (let i = 0; i < groups; i++) {
      locals += reader.unsigned();
      reader.byte();
    }
    out.add(unsignedLeb(groups + 1));
    out.add(reader.bytes.subarray(begin, reader.at));
    out.add([1, I32]);
    return locals;
  }

  #onEntry(depth: number, position: number): number[] {
    const { pathBytes } = this.instruments;
    return [
      [GLOBAL_GET, ...unsignedLeb(this.instruments.depth)],
      [I32_CONST, ...signedLeb(pathBytes - FRAME_BYTES), I32_AND],
      [LOCAL_SET, ...unsignedLeb(depth)],
      this.#burnFuel(depth, position),
    ].flat();
  }

  #burnFuel(depth: number, position: number): number[] {
    const fuel = unsignedLeb(this.instruments.fuel);
    return [
      [GLOBAL_GET, ...fuel, I32_CONST, 1, I32_SUB, GLOBAL_SET, ...fuel],
      [GLOBAL_GET, ...fuel, I32_EQZ, IF, NO_RESULT],
      this.#beforeCall(depth, position),
      [Opcode.call, ...unsignedLeb(this.instruments.poll)],
      [END],
    ].flat();
  }

  #beforeCall(depth: number, position: number): number[] {
    const local = unsignedLeb(depth);
    return [
      [LOCAL_GET, ...local, I32_CONST, ...signedLeb(position)],
      [I32_STORE, 2, ...unsignedLeb(this.instruments.path)],
      [LOCAL_GET, ...local, I32_CONST, FRAME_BYTES, I32_ADD],
      [GLOBAL_SET, ...unsignedLeb(this.instruments.depth)],
    ].flat();
  }
}

function assemble(module: WasmModule, bodies: readonly Body[]): InstrumentedModule {
  const { bytes, sections, functions } = module;
  const lengths = bodies.map((body) => unsignedLeb(body.bytes.length));
  const content = bodies.reduce((sum, body, i) => sum + body.bytes.length + lengths[i].length, 0);
  const count = unsignedLeb(functions.length);
  const out = new Growing(bytes.length + content);
  const offsets: number[] = [];
  const positions: number[] = [];
  const origins: number[] = [];
  out.add(bytes.subarray(0, sections[0]?.begin ?? bytes.length));
  for (const { id, begin, to } of sections) {
    // Names and DWARF speak of the linked module, and nobody asks the rewritten one for them.
    if (id === SectionId.custom) continue;
    if (id !== SectionId.code) {
      out.add(bytes.subarray(begin, to));
      continue;
    }
    out.add([SectionId.code, ...unsignedLeb(count.length + content), ...count]);
    bodies.forEach((body, i) => {
      out.add(lengths[i]);
      for (const [offset, position, origin] of body.pieces) {
        offsets.push(out.length + offset);
        positions.push(position);
        origins.push(origin);
      }
      out.add(body.bytes);
    });
  }
  return { bytes: out.taken(), positionOf: (offset) => originOf(offset, offsets, positions, origins) };
}

function originOf(
  offset: number,
  offsets: readonly number[],
  positions: readonly number[],
  origins: readonly number[],
): number {
  let low = 0;
  let high = offsets.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (offsets[middle] <= offset) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? -1 : positions[low - 1] + origins[low - 1] * (offset - offsets[low - 1]);
}

/** Bytes that grow at their end. */
class Growing {
  #bytes: Uint8Array;
  length = 0;

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity);
  }

  add(bytes: ArrayLike<number>): void {
    const end = this.length + bytes.length;
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(end, 2 * this.#bytes.length));
      grown.set(this.#bytes.subarray(0, this.length));
      this.#bytes = grown;
    }
    this.#bytes.set(bytes, this.length);
    this.length = end;
  }

  taken(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }
}
