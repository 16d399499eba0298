/**
 * Plays a leak script on the engine and says what memcheck would have said, in the oracle's expected format.
 */
import type { CallPaths } from '../memcheck/call-paths.js';
import type { LeakKind } from '../memcheck/leak-check.js';
import { leakSummary, type LeakSummary, type LossRecord, lossRecords } from '../memcheck/loss-records.js';
import { Memcheck } from '../memcheck/memcheck.js';
import type { AddressDescription, MemoryError } from '../memcheck/memory-errors.js';
import { type LeakCommand, parseLeakCommand } from './leak-script.js';
import { ScriptFormatError } from './script-format-error.js';

export interface ExpectedRecord {
  readonly kind: LeakKind;
  readonly bytes: number;
  readonly blocks: number;
  readonly alloc: string;
  readonly path: string;
  /** Definite records only. */
  readonly indirectBytes?: number;
  readonly ids: readonly number[];
  /** Definite records only, if there is one. */
  readonly clique?: readonly number[];
}

export interface ExpectedCheck {
  readonly at: number;
  readonly cmd: 'check' | 'exit';
  readonly summary: LeakSummary;
  readonly records: readonly ExpectedRecord[];
}

export type ExpectedAddress =
  | { readonly region: string }
  | {
      readonly region: 'heap';
      readonly block: number;
      readonly relation: string;
      readonly distance: number;
      readonly blockSize: number;
      readonly state: string;
      readonly allocPath: string;
      readonly freePath?: string;
    };

export interface ExpectedError {
  readonly at: number;
  readonly kind: string;
  readonly size?: number;
  readonly call?: string;
  readonly path: string;
  readonly address: ExpectedAddress;
  readonly count?: number;
}

/** What the oracle keeps of a whole program. */
export interface LeakExpectation {
  readonly checks: readonly ExpectedCheck[];
  readonly errors: readonly ExpectedError[];
  readonly heap: {
    readonly inUseAtExit: readonly [bytes: number, blocks: number];
    readonly allocs: number;
    readonly frees: number;
    readonly bytesAllocated: number;
  };
}

/**
 * Plays a script up to its end, which is `exit` or the return from main; lines after that are not looked at. Throws a
 * `ScriptFormatError` for a line that is no command, an undeclared name, and a script that does not end.
 */
export function playLeakScript(text: string): LeakExpectation {
  const memcheck = new Memcheck();
  const checks: ExpectedCheck[] = [];
  const check = (at: number, cmd: ExpectedCheck['cmd']): void => {
    checks.push({ at, cmd, ...checkNow(memcheck) });
  };
  const lines = text.split('\n');
  for (let index = 1; index <= lines.length; index++) {
    const line = lines[index - 1];
    if (line.trim() === '') continue;
    const command = parseLeakCommand(line, index);
    const goesOn = apply(command, memcheck);
    if (command.op === 'check') check(index, 'check');
    if (goesOn) continue;
    check(index, 'exit');
    const { bytesInUse, blocksInUse, allocs, frees, bytesAllocated } = memcheck.heap;
    return {
      checks,
      errors: memcheck.errors().map((error) => describeError(error, memcheck.paths)),
      heap: { inUseAtExit: [bytesInUse, blocksInUse], allocs, frees, bytesAllocated },
    };
  }
  throw new ScriptFormatError('the script ends without "exit" or a return from main', lines.length);
}

/** False if the program ends with this command. */
function apply(command: LeakCommand, memcheck: Memcheck): boolean {
  memcheck.step(command.index, command.line);
  try {
    switch (command.op) {
      case 'local':
        memcheck.declareLocal(command.name);
        return true;
      case 'global':
        memcheck.declareGlobal(command.name);
        return true;
      case 'call':
        memcheck.call(command.fn);
        return true;
      case 'return':
        return memcheck.return();
      case 'exit':
        return false;
      case 'new':
        memcheck.allocate(command.dst, command.size, command.kind);
        return true;
      case 'realloc':
        memcheck.reallocate(command.dst, command.src, command.size);
        return true;
      case 'free':
      case 'delete':
      case 'delete[]':
        memcheck.free(command.name, command.op);
        return true;
      case 'copy':
        memcheck.copy(command.dst, command.src, command.delta);
        return true;
      case 'null':
        memcheck.setNull(command.name);
        return true;
      case 'addrof':
        memcheck.addressOf(command.dst, command.src);
        return true;
      case 'store':
        memcheck.store(command.block, command.offset, command.src, command.delta);
        return true;
      case 'load':
        memcheck.load(command.dst, command.block, command.offset);
        return true;
      case 'write':
        memcheck.write(command.block, command.offset, command.size);
        return true;
      case 'read':
        memcheck.read(command.block, command.offset, command.size);
        return true;
      default:
        return true;
    }
  } catch (error) {
    if (error instanceof RangeError) throw new ScriptFormatError(error.message, command.index);
    throw error;
  }
}

function checkNow(memcheck: Memcheck): Pick<ExpectedCheck, 'summary' | 'records'> {
  const found = memcheck.checkLeaks();
  return { summary: leakSummary(found), records: lossRecords(found, memcheck.paths).map(describeRecord) };
}

function describeRecord(record: LossRecord): ExpectedRecord {
  const { kind, bytes, blocks, alloc, pathText, indirectBytes, ids, clique } = record;
  return {
    kind,
    bytes,
    blocks,
    alloc,
    path: pathText,
    ...(kind === 'definite' ? { indirectBytes } : {}),
    ids,
    ...(clique.length > 0 ? { clique } : {}),
  };
}

function describeError(error: MemoryError, paths: CallPaths): ExpectedError {
  const { at, kind, size, call, path, address, count } = error;
  return {
    at,
    kind,
    ...(call === null ? { size } : { call }),
    path: paths.text(path),
    address: describeAddress(address, paths),
    ...(count === 1 ? {} : { count }),
  };
}

function describeAddress(address: AddressDescription, paths: CallPaths): ExpectedAddress {
  if (address.region !== 'heap') return address;
  const { allocPath, freePath, ...rest } = address;
  return {
    ...rest,
    allocPath: paths.text(allocPath),
    ...(address.state === 'freed' ? { freePath: paths.text(freePath) } : {}),
  };
}
