/** What `gc.get_stats()` says: one line for each generation, of all its collections so far. */
import type { Generation } from './rules.js';

export interface GenerationStatistics {
  readonly collections: number;
  readonly collected: number;
  readonly uncollectable: number;
}

export class CollectionStatistics {
  private lines: GenerationStatistics[] = [0, 1, 2].map(() => ({ collections: 0, collected: 0, uncollectable: 0 }));

  add(generation: Generation, collected: number, uncollectable: number): void {
    const line = this.lines[generation];
    this.lines[generation] = {
      collections: line.collections + 1,
      collected: line.collected + collected,
      uncollectable: line.uncollectable + uncollectable,
    };
  }

  /** Generation 0 first. */
  all(): GenerationStatistics[] {
    return [...this.lines];
  }

  restore(lines: readonly GenerationStatistics[]): void {
    this.lines = [...lines];
  }
}
