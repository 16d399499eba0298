/**
 * What memcheck reports: reads and writes of memory that is not the program's, and frees that are wrong. The same error
 * at the same place is one report with a count; it keeps the address and the path of its first time.
 */
import type { Region } from './address-space.js';

/** How a block was given back. */
export type FreeCall = 'free' | 'delete' | 'delete[]' | 'realloc';

export type ErrorKind = 'InvalidRead' | 'InvalidWrite' | 'InvalidFree' | 'MismatchedFree';

/** What an address is, told by the block that it is in or near. */
export interface BlockAddress {
  readonly region: 'heap';
  /** The block's id. */
  readonly block: number;
  readonly relation: 'inside' | 'before' | 'after';
  /** Bytes into the block, before its start, or after its end (0 = the first byte after it). */
  readonly distance: number;
  readonly blockSize: number;
  readonly state: 'allocated' | 'freed';
  readonly allocPath: number;
  /** Only of freed blocks; else 0. */
  readonly freePath: number;
}

export type AddressDescription = BlockAddress | { readonly region: Exclude<Region, 'heap'> };

export interface MemoryError {
  /** The command at which it first happened. */
  readonly at: number;
  readonly kind: ErrorKind;
  /** Bytes of the access; 0 for frees. */
  readonly size: number;
  /** The freeing function; null for accesses. */
  readonly call: FreeCall | null;
  readonly path: number;
  readonly address: AddressDescription;
  /** How often memcheck would say that it happened. */
  count: number;
}

export class ErrorLog {
  private readonly reports: MemoryError[] = [];
  private readonly known = new Map<string, MemoryError>();

  /** `most`: different errors that are kept. */
  constructor(private readonly most = Infinity) {}

  /** Counts the error if it is known at this place (`function:line`), else keeps it. Returns the report. */
  add(error: MemoryError, place: string): MemoryError {
    const key = `${error.kind} ${error.size} ${error.call ?? ''} ${place}`;
    const known = this.known.get(key);
    if (known !== undefined) {
      known.count += error.count;
      return known;
    }
    if (this.reports.length >= this.most) return error;
    this.known.set(key, error);
    this.reports.push(error);
    return error;
  }

  /** In order of first occurrence. */
  all(): readonly MemoryError[] {
    return this.reports;
  }

  save(): readonly MemoryError[] {
    return this.reports.map((report) => ({ ...report }));
  }

  /** Takes over saved reports; `place` tells the innermost place of a path. */
  restore(saved: readonly MemoryError[], place: (path: number) => string): void {
    this.reports.length = 0;
    this.known.clear();
    for (const report of saved) this.add({ ...report }, place(report.path));
  }
}
