/**
 * Saved states along the timelines of one thread. All threads of a pool share one byte budget. A timeline saves every
 * `SPACING` requests; when the budget is exceeded, timelines that were not used for longest give theirs up first, and the
 * one that is saving gives up those that are missed least: where they are closest together. What is lost costs time,
 * never truth.
 */

/** A state that is kept: of a playhead, or of what was followed beside it. */
export interface Saved {
  readonly position: number;
  readonly byteLength: number;
}

/** Requests between checkpoints while the budget allows it: two full chunks, about 10 ms of replay. */
export const SPACING = 1 << 17;

/** What each thread of a pool holds, in KiB. */
export type SharedTally = Int32Array;

const KIB = 1024;

export interface BudgetShares {
  /** Bytes for all threads. */
  readonly bytes: number;
  /** Bytes that this thread may always hold, whatever the others do. */
  readonly share: number;
  readonly tally: SharedTally;
  /** This thread's place in the tally. */
  readonly index: number;
  /** Called when this thread is within its share and all together are over the budget: others have to give. */
  readonly onPressure?: () => void;
}

export class CheckpointBudget {
  /** Bytes of this thread's checkpoints. */
  used = 0;
  /** Least recently used first. */
  readonly #tracks = new Set<CheckpointTrack<Saved>>();

  constructor(
    private readonly shares: BudgetShares,
    readonly spacing: number = SPACING,
  ) {}

  /** A budget for one thread alone. */
  static alone(bytes: number, spacing?: number): CheckpointBudget {
    return new CheckpointBudget({ bytes, share: bytes, tally: new Int32Array(1), index: 0 }, spacing);
  }

  track<T extends Saved>(): CheckpointTrack<T> {
    const track = new CheckpointTrack<T>(this);
    this.#tracks.add(track);
    return track;
  }

  /** Marks a track as just used. */
  touch(track: CheckpointTrack<Saved>): void {
    this.#tracks.delete(track);
    this.#tracks.add(track);
  }

  forget(track: CheckpointTrack<Saved>): void {
    this.#tracks.delete(track);
  }

  account(bytes: number): void {
    this.used += bytes;
    Atomics.store(this.shares.tally, this.shares.index, Math.ceil(this.used / KIB));
  }

  /** Gives up checkpoints until everything fits; those of `saving` last. One larger than the budget is not kept. */
  fit(saving: CheckpointTrack<Saved> | null = null): void {
    for (const track of this.#tracks) {
      if (track !== saving) this.#shrink(track, () => track.halve());
    }
    if (saving) this.#shrink(saving, () => saving.thin());
    if (this.#isFull() && this.used > 0) this.shares.onPressure?.();
  }

  #shrink(track: CheckpointTrack<Saved>, give: () => void): void {
    while (track.size > 0 && this.#mustGive()) give();
  }

  /** This thread is over its share and all together over the budget. */
  #mustGive(): boolean {
    return this.used > this.shares.share && this.#isFull();
  }

  #isFull(): boolean {
    const { bytes, tally } = this.shares;
    let sum = 0;
    for (let i = 0; i < tally.length; i++) sum += Atomics.load(tally, i);
    return this.used > bytes || sum > Math.ceil(bytes / KIB);
  }
}

/** The checkpoints of one timeline, of one kind. */
export class CheckpointTrack<T extends Saved> {
  #spacing: number;
  /** By ascending position. */
  #saved: T[] = [];
  #bytes = 0;

  constructor(private readonly budget: CheckpointBudget) {
    this.#spacing = budget.spacing;
  }

  get size(): number {
    return this.#saved.length;
  }

  get byteLength(): number {
    return this.#bytes;
  }

  /** The last checkpoint at or before `position`. */
  before(position: number): T | null {
    this.budget.touch(this);
    return this.#saved[this.#count(position) - 1] ?? null;
  }

  /** The last checkpoint of which `test` is true. */
  last(test: (saved: T) => boolean): T | null {
    this.budget.touch(this);
    return this.#saved.findLast(test) ?? null;
  }

  /** Is a state at `position` worth saving: is the last one before it (or the start) far enough away? */
  due(position: number): boolean {
    const last = this.#saved[this.#count(position) - 1]?.position ?? 0;
    return position - last >= this.#spacing;
  }

  add(checkpoint: T): void {
    this.#saved.splice(this.#count(checkpoint.position), 0, checkpoint);
    this.#account(checkpoint.byteLength);
    this.budget.touch(this);
    this.budget.fit(this);
  }

  /** Gives up every second checkpoint, the first included. */
  halve(): void {
    const given = this.#saved.filter((_, index) => index % 2 === 0);
    this.#saved = this.#saved.filter((_, index) => index % 2 === 1);
    for (const { byteLength } of given) this.#account(-byteLength);
    if (this.#saved.length === 0) this.#spacing = this.budget.spacing;
  }

  /** Gives up the checkpoint that leaves the smallest gap, and saves no more often than that from now on. */
  thin(): void {
    let least = Infinity;
    let index = this.#saved.length - 1;
    for (let i = 0; i < this.#saved.length - 1; i++) {
      const gap = this.#saved[i + 1].position - (this.#saved[i - 1]?.position ?? 0);
      if (gap >= least) continue;
      least = gap;
      index = i;
    }
    for (const { byteLength } of this.#saved.splice(index, 1)) this.#account(-byteLength);
    this.#spacing = Math.max(this.#spacing, Number.isFinite(least) ? least / 2 : 2 * this.#spacing);
  }

  clear(): void {
    this.#account(-this.#bytes);
    this.#saved = [];
    this.budget.forget(this);
  }

  #account(bytes: number): void {
    this.#bytes += bytes;
    this.budget.account(bytes);
  }

  /** How many checkpoints are at or before `position`. */
  #count(position: number): number {
    let low = 0;
    let high = this.#saved.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#saved[middle].position <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
