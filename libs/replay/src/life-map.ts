/** Lives as a picture: when a block was asked for, against how long it lived. Counted in a grid, whatever the number of blocks. */
import type { BlockLives, LifeListener } from './block-lives.js';
import { bucketOf, EVENT_BUCKETS } from './life-buckets.js';

export interface LifeMapQuery {
  readonly kind: 'life-map';
  /** Columns of the grid, over the positions 0 … at. */
  readonly columns: number;
}

export interface LifeMapReply {
  readonly at: number;
  readonly columns: number;
  /** Lives that ended: bucket b of column k at `k * EVENT_BUCKETS + b`; buckets by powers of two, as in LifetimesReply. */
  readonly ended: Float64Array;
  /** Blocks of each column that are alive at `at`. */
  readonly alive: Float64Array;
}

export class LifeMap implements LifeListener {
  readonly #ended: Float64Array;

  constructor(
    private readonly lives: BlockLives,
    private readonly at: number,
    private readonly columns: number,
  ) {
    this.#ended = new Float64Array(columns * EVENT_BUCKETS);
  }

  born(): void {}
  moved(): void {}
  resized(): void {}
  refused(): void {}

  died(slot: number, event: number): void {
    const birth = this.lives.birth[slot];
    this.#ended[this.#column(birth) * EVENT_BUCKETS + bucketOf(event - birth)]++;
  }

  finish(): LifeMapReply {
    const alive = new Float64Array(this.columns);
    for (let slot = 0; slot < this.lives.slots; slot++) {
      if (this.lives.isAlive(slot)) alive[this.#column(this.lives.birth[slot])]++;
    }
    return { at: this.at, columns: this.columns, ended: this.#ended, alive };
  }

  #column(birth: number): number {
    return Math.min(this.columns - 1, Math.floor((birth * this.columns) / Math.max(1, this.at)));
  }
}
