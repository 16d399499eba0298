/**
 * How the oracle writes a placement in 32 bits: arena ordinal << 16 | pool << 10 | block, or one of three marks. Ordinals
 * above 65535 do not fit: the format keeps their lower 16 bits, and so does this.
 */
import { Outcome, type PlacementColumns } from '@heapcast/allocators';

const RAW = 0xffff_ffff;
const SAME = 0xffff_fffe;
const NULL = 0xffff_fffd;

/** Bytes of a pool before its first block, in every recorded version. */
const POOL_HEADER = 48;

/** Arenas from this ordinal on are told apart only by the lower 16 bits of their ordinal. */
export const FIRST_AMBIGUOUS_ARENA = 0x1_0000;

export class PlacementCode {
  private readonly poolShift: number;
  private readonly unitShift: number;
  private readonly headerUnits: number;

  /** @param poolSize,alignment bytes; offsets are in units of `alignment`. */
  constructor(poolSize: number, alignment: number) {
    this.poolShift = Math.log2(poolSize / alignment);
    this.unitShift = Math.log2(alignment);
    this.headerUnits = POOL_HEADER / alignment;
  }

  /** Code of request `index`, which asked for `size` bytes. */
  of(placements: PlacementColumns, index: number, size: number): number {
    switch (placements.outcome[index]) {
      case Outcome.placed:
      case Outcome.moved: {
        const offset = placements.offset[index];
        const pool = offset >> this.poolShift;
        const units = ((size - 1) >> this.unitShift) + 1;
        const block = (offset - (pool << this.poolShift) - this.headerUnits) / units;
        return ((placements.region[index] << 16) | (pool << 10) | block) >>> 0;
      }
      case Outcome.inPlace:
        return SAME;
      case Outcome.outOfMemory:
        return NULL;
      default:
        return RAW;
    }
  }
}

/** A code in words. */
export function describeCode(code: number | undefined): string {
  if (code === undefined) return 'nothing';
  if (code === RAW) return 'the system allocator';
  if (code === SAME) return 'the same block';
  if (code === NULL) return 'NULL';
  return `arena ${code >>> 16} pool ${(code >>> 10) & 63} block ${code & 1023}`;
}
