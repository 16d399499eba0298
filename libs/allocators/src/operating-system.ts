/**
 * The simulated operating system: it maps and unmaps regions of address space for a model, and bills them.
 *
 * Every region gets an ordinal (0, 1, 2 …, never reused) and a base address that follows from the ordinal alone, so the
 * address of any placement can be told at any time, also long after its region was unmapped. Bases lie in the upper half
 * of a 47-bit user address space, one window per region; after the last window (67 million regions of 1 MiB) the first
 * is used again. The kernel promises pages of 4096 bytes and no more: `misalignment` says by how many pages a base
 * misses the alignment that the model would like.
 */
import type { MappingEvent } from './contract.js';

/** Bytes per page: the only alignment that the operating system promises. */
export const PAGE = 4096;

const FIRST_ADDRESS = 0x4000_0000_0000;
const ADDRESS_SPACE = 0x4000_0000_0000;

export interface AddressSpace {
  /** Largest size of a region, in bytes. */
  readonly regionBytes: number;
  /** Bytes; the model can use a region from the first multiple of this on. A power of two. */
  readonly alignment: number;
  /** Pages by which the base of each region misses the alignment, by ordinal; regions beyond the list are aligned. */
  readonly misalignment: ArrayLike<number>;
  /** Most bytes that may be held at once; `null` = no limit. */
  readonly limit: number | null;
}

/** What `save` copies: the undrained log of mappings is not part of it. */
export interface OperatingSystemState {
  readonly regions: number;
  readonly mappedBytes: number;
}

export class OperatingSystem {
  /** Regions ever mapped: the ordinal of the next one. */
  regions = 0;
  /** Bytes mapped now. */
  mappedBytes = 0;
  /** The request that last changed `mappedBytes`, and the extremes after the requests before it. */
  private changedBy = -1;
  private least = 0;
  private most = 0;
  private readonly window: number;
  private readonly windows: number;
  private readonly limit: number;
  private log: MappingEvent[] = [];

  constructor(private readonly space: AddressSpace) {
    // One alignment more than the region: a misaligned base must not push its end into the next window.
    this.window = Math.ceil(space.regionBytes / space.alignment + 1) * space.alignment;
    this.windows = Math.floor(ADDRESS_SPACE / this.window);
    this.limit = space.limit ?? Infinity;
  }

  /** Whether `bytes` more may be held, when the program holds `beside` bytes that were not mapped for the model. */
  allows(bytes: number, beside = 0): boolean {
    return this.mappedBytes + beside + bytes <= this.limit;
  }

  /** Maps a region; the caller has asked `allows`. `slot` is the model's own name for it. Returns its ordinal. */
  map(event: number, slot: number, bytes: number): number {
    const region = this.regions++;
    this.bill(event, bytes);
    this.log.push({ event, kind: 'map', region, slot, bytes, base: this.base(region), lead: this.lead(region) });
    return region;
  }

  unmap(event: number, region: number, slot: number, bytes: number): void {
    this.bill(event, -bytes);
    this.log.push({ event, kind: 'unmap', region, slot, bytes, base: this.base(region), lead: this.lead(region) });
  }

  /**
   * Moves the end of a region, as `sbrk` does: from `from` to `to` bytes after its base. Logged as a mapping (or
   * unmapping) of just the bytes between; the caller has asked `allows` for growth.
   */
  resize(event: number, region: number, slot: number, from: number, to: number): void {
    this.bill(event, to - from);
    const base = this.base(region) + Math.min(from, to);
    this.log.push({
      event,
      kind: to > from ? 'map' : 'unmap',
      region,
      slot,
      bytes: Math.abs(to - from),
      base,
      lead: 0,
    });
  }

  /** Address of the region's first byte. */
  base(region: number): number {
    return FIRST_ADDRESS + (region % this.windows) * this.window + this.skew(region);
  }

  /** Bytes from the region's base to its first aligned address. */
  lead(region: number): number {
    const skew = this.skew(region);
    return skew === 0 ? 0 : this.space.alignment - skew;
  }

  /** Base modulo alignment, in bytes. */
  skew(region: number): number {
    return ((this.space.misalignment[region] ?? 0) * PAGE) % this.space.alignment;
  }

  /** Mappings and unmappings since the last call, in order. */
  takeMappings(): MappingEvent[] {
    const taken = this.log;
    this.log = [];
    return taken;
  }

  /** Least and most bytes mapped after a request since the last call, the state at both ends included. */
  takeRange(): { readonly minimum: number; readonly maximum: number } {
    this.noteRange();
    const range = { minimum: this.least, maximum: this.most };
    this.least = this.most = this.mappedBytes;
    return range;
  }

  save(): OperatingSystemState {
    return { regions: this.regions, mappedBytes: this.mappedBytes };
  }

  restore(state: OperatingSystemState): void {
    this.regions = state.regions;
    this.mappedBytes = state.mappedBytes;
    this.least = this.most = state.mappedBytes;
    this.changedBy = -1;
    this.log = [];
  }

  /** One request may map and unmap: only what it leaves counts for the range. */
  private bill(event: number, bytes: number): void {
    if (event !== this.changedBy) this.noteRange();
    this.changedBy = event;
    this.mappedBytes += bytes;
  }

  private noteRange(): void {
    if (this.mappedBytes < this.least) this.least = this.mappedBytes;
    if (this.mappedBytes > this.most) this.most = this.mappedBytes;
  }
}
