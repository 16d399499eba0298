/** How full each region ever was, and since when it is mapped: followed over the requests that went by. */
import type { MappingEvent } from '@heapcast/allocators';
import type { BlockLives, LifeListener } from './block-lives.js';
import { NumberColumns } from './number-columns.js';

/** One mapped region. */
export interface RegionHistory {
  readonly region: number;
  readonly base: number;
  readonly size: number;
  readonly mappedAt: number;
  /** The most bytes asked for that it held, and the first position of that. */
  readonly peakBytes: number;
  readonly peakAt: number;
}

/** What is known of regions at a position. The blocks that were alive then, the model tells. */
export interface RegionMark {
  readonly position: number;
  readonly held: RegionsHeld;
  readonly mapped: readonly (readonly [region: number, mapping: Mapping])[];
  readonly byteLength: number;
}

interface Mapping {
  readonly base: number;
  readonly size: number;
  readonly mappedAt: number;
}

type RegionsHeld = ReturnType<NumberColumns<'bytes' | 'peakBytes' | 'peakAt'>['finish']>;

/** Rough bytes of a Map entry with a mapping. */
const MAPPING_BYTES = 112;

export class RegionPeaks implements LifeListener {
  readonly #regions = new NumberColumns(['bytes', 'peakBytes', 'peakAt']);
  readonly #mapped: Map<number, Mapping>;

  /** @param mark where to go on; without one, at the start */
  constructor(
    private readonly lives: BlockLives,
    mark: RegionMark | null = null,
  ) {
    this.#mapped = new Map(mark?.mapped);
    if (mark) this.#regions.restore(mark.held);
  }

  /** @param position after how many requests this is so */
  save(position: number): RegionMark {
    const held = this.#regions.finish();
    const byteLength = 3 * held.bytes.byteLength + MAPPING_BYTES * this.#mapped.size;
    return { position, held, mapped: [...this.#mapped], byteLength };
  }

  born(slot: number, event: number): void {
    this.#add(this.lives.region[slot], this.lives.size[slot], event);
  }

  moved(slot: number, event: number, _site: number, size: number, region: number): void {
    this.#add(region, -size, event);
    this.#add(this.lives.region[slot], this.lives.size[slot], event);
  }

  resized(slot: number, event: number, size: number): void {
    this.#add(this.lives.region[slot], this.lives.size[slot] - size, event);
  }

  died(slot: number, event: number): void {
    this.#add(this.lives.region[slot], -this.lives.size[slot], event);
  }

  refused(): void {}

  map(mappings: readonly MappingEvent[]): void {
    for (const { event, kind, region, bytes, base } of mappings) {
      const known = this.#mapped.get(region);
      const size = (known?.size ?? 0) + (kind === 'map' ? bytes : -bytes);
      if (size <= 0) this.#mapped.delete(region);
      else this.#mapped.set(region, { base: known?.base ?? base, size, mappedAt: known?.mappedAt ?? event });
    }
  }

  /** The regions that are mapped now. */
  mapped(): RegionHistory[] {
    const { peakBytes, peakAt } = this.#regions.columns;
    return [...this.#mapped].map(([region, mapping]) => ({
      region,
      ...mapping,
      peakBytes: peakBytes[region] ?? 0,
      peakAt: peakAt[region] ?? 0,
    }));
  }

  #add(region: number, bytes: number, event: number): void {
    if (region < 0) return;
    this.#regions.reach(region);
    const { bytes: now, peakBytes, peakAt } = this.#regions.columns;
    now[region] += bytes;
    if (now[region] <= peakBytes[region]) return;
    peakBytes[region] = now[region];
    peakAt[region] = event + 1;
  }
}
