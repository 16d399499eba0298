/**
 * Where the linker put each object file's code and data (`wasm-ld --Map`). The allocator and the recorder are neither part of a
 * call path nor a place where the program keeps pointers: the allocator's tables point at every block.
 */
import type { ScanRange } from './leak-scan.js';
import { RecorderName } from './recorder-source.js';

export interface LinkMap {
  /** Functions that belong to the allocator and the recorder: bytes from the first function of the module. */
  readonly allocatorCode: ReadonlySet<number>;
  /** Addresses of their variables, ascending. */
  readonly allocatorData: readonly ScanRange[];
  /** Address of the shadow stack. */
  readonly path: number;
}

/** `address offset size object:(section)`; code has no address, variables that begin as zero have no offset. */
const LINE =
  /^ *(?<address>[0-9a-f]+|-) +(?<offset>[0-9a-f]+) +(?<size>[0-9a-f]+) {9}(?<object>\S.*):\((?<section>.*)\)$/;
const ALLOCATOR = /(?:^(?:recorder|arguments)\.o|\/libc\.a\((?:dlmalloc|sbrk)\.c\.obj\))$/;

export function readLinkMap(text: string): LinkMap {
  const allocatorCode = new Set<number>();
  const allocatorData: ScanRange[] = [];
  let path = 0;
  /** The map does not count the head of the code section, so only differences can be relied on. */
  let firstFunction = -1;
  for (const line of text.split('\n')) {
    const found = LINE.exec(line)?.groups;
    if (!found) continue;
    const isCode = found['address'] === '-';
    const offset = parseInt(found['offset'], 16);
    if (isCode && firstFunction < 0) firstFunction = offset;
    if (!ALLOCATOR.test(found['object'])) continue;
    if (isCode) allocatorCode.add(offset - firstFunction);
    else {
      const from = parseInt(found['address'], 16);
      if (found['section'].endsWith(RecorderName.path)) path = from;
      allocatorData.push({ from, to: from + parseInt(found['size'], 16) });
    }
  }
  allocatorData.sort((a, b) => a.from - b.from);
  return { allocatorCode, allocatorData, path };
}

/** What is left of a range without some others. @param holes ascending */
export function without({ from, to }: ScanRange, holes: readonly ScanRange[]): ScanRange[] {
  const left: ScanRange[] = [];
  let at = from;
  for (const hole of holes) {
    if (hole.to <= at || hole.from >= to) continue;
    if (hole.from > at) left.push({ from: at, to: hole.from });
    at = hole.to;
  }
  if (at < to) left.push({ from: at, to });
  return left;
}
