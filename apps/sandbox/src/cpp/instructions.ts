/**
 * How long WebAssembly instructions are. Enough to walk through what clang writes for a generic target with its usual
 * extensions, vector and atomic instructions included.
 * Source: WebAssembly core specification 2.0, chapter 5.4; threads and exception-handling proposals.
 */
import type { WasmReader } from './wasm-reader.js';

export const Opcode = { loop: 0x03, call: 0x10, callIndirect: 0x11 } as const;

/** An instruction that is not known here: the function that holds it cannot be walked through. */
export class UnknownInstructionError extends Error {
  override readonly name = 'UnknownInstructionError';
}

const MEMORY_INDEX_FOLLOWS = 0x40;

/** Skips what follows an opcode. @throws UnknownInstructionError */
export function skipOperands(reader: WasmReader, opcode: number): void {
  if (opcode >= 0x28 && opcode <= 0x3e) skipMemoryArgument(reader);
  else if (opcode >= 0x45 && opcode <= 0xc4) return;
  else {
    switch (opcode) {
      case 0x00: // unreachable
      case 0x01: // nop
      case 0x05: // else
      case 0x0a: // throw_ref
      case 0x0b: // end
      case 0x0f: // return
      case 0x19: // catch_all
      case 0x1a: // drop
      case 0x1b: // select
      case 0xd1: // ref.is_null
        return;
      case 0x02: // block
      case 0x03: // loop
      case 0x04: // if
      case 0x06: // try
      case 0x41: // i32.const
      case 0x42: // i64.const
      case 0xd0: // ref.null
        reader.skipLeb();
        return;
      case 0x07: // catch
      case 0x08: // throw
      case 0x09: // rethrow
      case 0x0c: // br
      case 0x0d: // br_if
      case 0x10: // call
      case 0x12: // return_call
      case 0x18: // delegate
      case 0x20: // local.get … global.set, table.get, table.set
      case 0x21:
      case 0x22:
      case 0x23:
      case 0x24:
      case 0x25:
      case 0x26:
      case 0x3f: // memory.size
      case 0x40: // memory.grow
      case 0xd2: // ref.func
        reader.unsigned();
        return;
      case 0x11: // call_indirect
      case 0x13: // return_call_indirect
        reader.unsigned();
        reader.unsigned();
        return;
      case 0x0e: // br_table
        for (let labels = reader.unsigned(); labels >= 0; labels--) reader.unsigned();
        return;
      case 0x1c: // select of a type
        reader.skip(reader.unsigned());
        return;
      case 0x43: // f32.const
        reader.skip(4);
        return;
      case 0x44: // f64.const
        reader.skip(8);
        return;
      case 0xfc:
        skipMiscellaneous(reader);
        return;
      case 0xfd:
        skipVector(reader);
        return;
      case 0xfe:
        skipAtomic(reader);
        return;
      default:
        throw unknown(opcode);
    }
  }
}

function skipMemoryArgument(reader: WasmReader): void {
  if (reader.unsigned() & MEMORY_INDEX_FOLLOWS) reader.unsigned();
  reader.unsigned();
}

function skipMiscellaneous(reader: WasmReader): void {
  const opcode = reader.unsigned();
  if (opcode <= 7) return; // saturating truncations
  if (opcode > 17) throw unknown(0xfc, opcode);
  reader.unsigned();
  // memory.init, memory.copy, table.init and table.copy name two things.
  if (opcode === 8 || opcode === 10 || opcode === 12 || opcode === 14) reader.unsigned();
}

function skipVector(reader: WasmReader): void {
  const opcode = reader.unsigned();
  if (opcode <= 11 || opcode === 92 || opcode === 93) skipMemoryArgument(reader);
  else if (opcode === 12 || opcode === 13) reader.skip(16);
  else if (opcode >= 21 && opcode <= 34) reader.skip(1);
  else if (opcode >= 84 && opcode <= 91) {
    skipMemoryArgument(reader);
    reader.skip(1);
  } else if (opcode > 275) throw unknown(0xfd, opcode);
}

function skipAtomic(reader: WasmReader): void {
  const opcode = reader.unsigned();
  if (opcode === 3) reader.skip(1);
  else if (opcode <= 0x4e) skipMemoryArgument(reader);
  else throw unknown(0xfe, opcode);
}

function unknown(...opcode: number[]): UnknownInstructionError {
  return new UnknownInstructionError(`instruction ${opcode.map((byte) => `0x${byte.toString(16)}`).join(' ')}`);
}
