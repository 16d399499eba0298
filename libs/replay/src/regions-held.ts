/** Follows which regions are mapped, from the model's own mapping events. */
import type { MappingEvent } from '@heapcast/allocators';
import type { Peak } from './run-summary.js';

export class RegionsHeld {
  /** Regions ever mapped, and ever given back whole. */
  mapped = 0;
  unmapped = 0;
  #highest = 0;
  #highestAt = 0;
  /** Bytes by region; a heap that grows maps more than once. */
  readonly #bytes = new Map<number, number>();

  /** Most regions at once, and where that was reached first. */
  get highWater(): Peak {
    return { value: this.#highest, at: this.#highestAt };
  }

  follow(mappings: readonly MappingEvent[]): void {
    for (const { event, kind, region, bytes } of mappings) {
      const before = this.#bytes.get(region) ?? 0;
      const after = kind === 'map' ? before + bytes : before - bytes;
      if (after > 0) this.#bytes.set(region, after);
      else this.#bytes.delete(region);
      if (before === 0 && after > 0) this.mapped++;
      if (before > 0 && after <= 0) this.unmapped++;
      if (this.#bytes.size > this.#highest) {
        this.#highest = this.#bytes.size;
        this.#highestAt = event + 1;
      }
    }
  }
}
