/** What memcheck reports, as an outcome of a command and as a sentence for people. */
import type { ProgramOutcome } from '@heapcast/contracts';
import type { CallPaths } from '../memcheck/call-paths.js';
import type { MemoryError } from '../memcheck/memory-errors.js';

const MAX_PLACES = 3;

/** `isDouble`: the address is the start of a block that is freed already. */
export function outcomeOf({ kind, address }: MemoryError, isDouble: boolean): Exclude<ProgramOutcome, 'ok'> {
  if (kind === 'MismatchedFree') return 'mismatchedDelete';
  if (kind === 'InvalidFree') return isDouble ? 'doubleFree' : 'invalidFree';
  if (address.region === 'heap' && address.state === 'freed') return 'useAfterFree';
  return kind === 'InvalidRead' ? 'invalidRead' : 'invalidWrite';
}

/** `name`: of the object that the address is in or next to. */
export function describeMemoryError(error: MemoryError, name: string | null, paths: CallPaths): string {
  const { kind, size, call, address } = error;
  const what =
    kind === 'InvalidRead'
      ? `reads ${bytes(size)}`
      : kind === 'InvalidWrite'
        ? `writes ${bytes(size)}`
        : `${call ?? 'free'} of a pointer`;
  if (address.region !== 'heap') {
    const where = { stack: 'on the stack', data: 'among the globals', unknown: 'that is nothing of the program' };
    return `${what} ${where[address.region]}`;
  }
  const { relation, distance, blockSize, state, allocPath, freePath } = address;
  const whose = `${name ?? 'a block'} (${bytes(blockSize)}, made at ${placeOf(paths, allocPath)})`;
  const isStart = relation === 'inside' && distance === 0;
  const where = isStart ? 'at the start of' : `${bytes(distance)} ${relation}`;
  const since = state === 'freed' ? `, freed at ${placeOf(paths, freePath)}` : '';
  return `${what} ${where} ${whose}${since}`;
}

function bytes(count: number): string {
  return count === 1 ? '1 byte' : `${count} bytes`;
}

function placeOf(paths: CallPaths, path: number): string {
  const places = paths.places(path, MAX_PLACES + 1);
  if (places.length === 0) return 'a place not known';
  const shown = places.slice(0, MAX_PLACES).map((place) => `${place.function}:${place.line}`);
  return places.length > MAX_PLACES ? `${shown.join(' ')} …` : shown.join(' ');
}
