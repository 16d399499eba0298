/**
 * Saved states along the timelines of one thread, under one byte budget. A timeline saves every `SPACING` requests;
 * when the budget is exceeded the timeline that was least recently used gives up every second of its checkpoints (and
 * saves half as often from then on), until the rest fits. What is lost costs time, never truth.
 */
import type { Checkpoint } from './playhead.js';

/** Requests between checkpoints while the budget allows it: four full chunks, about 25 ms of replay. */
export const SPACING = 1 << 18;

export class CheckpointBudget {
  /** Bytes of all checkpoints. */
  used = 0;
  /** Least recently used first. */
  readonly #tracks = new Set<CheckpointTrack>();

  constructor(
    readonly bytes: number,
    readonly spacing: number = SPACING,
  ) {}

  track(): CheckpointTrack {
    const track = new CheckpointTrack(this);
    this.#tracks.add(track);
    return track;
  }

  /** Marks a track as just used. */
  touch(track: CheckpointTrack): void {
    this.#tracks.delete(track);
    this.#tracks.add(track);
  }

  forget(track: CheckpointTrack): void {
    this.#tracks.delete(track);
  }

  /**
   * Thins until everything fits, the least recently used track first and `saving` last. That one saves less often from
   * then on: what it would save does not fit. A single checkpoint that is larger than the budget is not kept.
   */
  fit(saving: CheckpointTrack): void {
    for (const track of this.#tracks) {
      if (track === saving) continue;
      while (this.used > this.bytes && track.size > 0) track.thin(track.size > 1);
    }
    while (this.used > this.bytes && saving.size > 0) saving.thin(true);
  }
}

/** The checkpoints of one timeline. */
export class CheckpointTrack {
  #spacing: number;
  /** By ascending position. */
  #saved: Checkpoint[] = [];
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
  before(position: number): Checkpoint | null {
    this.budget.touch(this);
    return this.#saved[this.#count(position) - 1] ?? null;
  }

  /** Is a state at `position` worth saving: is the last one before it (or the start) far enough away? */
  due(position: number): boolean {
    const last = this.#saved[this.#count(position) - 1]?.position ?? 0;
    return position - last >= this.#spacing;
  }

  add(checkpoint: Checkpoint): void {
    this.#saved.splice(this.#count(checkpoint.position), 0, checkpoint);
    this.#account(checkpoint.byteLength);
    this.budget.touch(this);
    this.budget.fit(this);
  }

  /** Gives up every second checkpoint, the first included; saves half as often from now on, or as at first. */
  thin(seldom: boolean): void {
    const kept = this.#saved.filter((_, index) => index % 2 === 1);
    for (const [index, { byteLength }] of this.#saved.entries()) if (index % 2 === 0) this.#account(-byteLength);
    this.#saved = kept;
    this.#spacing = seldom ? this.#spacing * 2 : this.budget.spacing;
  }

  clear(): void {
    this.#account(-this.#bytes);
    this.#saved = [];
    this.budget.forget(this);
  }

  #account(bytes: number): void {
    this.#bytes += bytes;
    this.budget.used += bytes;
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
