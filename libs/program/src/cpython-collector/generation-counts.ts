/**
 * The three counts and thresholds that decide when a collection is due, and of which generation.
 *
 * The first count is of net allocations, the others of collections of the next younger generation. The oldest generation
 * has a condition of its own, so that full collections stay rare while a program grows: a quarter as many objects as
 * survived the last full collection must have come up from the generation below.
 */
import type { Generation } from './rules.js';

export type Triple = readonly [number, number, number];

export interface SavedCounts {
  readonly counts: Triple;
  readonly thresholds: Triple;
  readonly enabled: boolean;
  readonly longLivedTotal: number;
  readonly longLivedPending: number;
}

export class GenerationCounts {
  enabled = true;
  private counts: [number, number, number] = [0, 0, 0];
  private limits: [number, number, number];
  private longLivedTotal = 0;
  private longLivedPending = 0;

  constructor(thresholds: Triple) {
    this.limits = [...thresholds];
  }

  /** One more object. True if a collection is asked for by it. */
  allocated(): boolean {
    this.counts[0]++;
    return this.counts[0] > this.limits[0] && this.limits[0] !== 0 && this.enabled;
  }

  /** One object less; never below 0. */
  freed(): void {
    if (this.counts[0] > 0) this.counts[0]--;
  }

  /** The oldest generation whose count is past its threshold, or null. Does not ask whether collection is enabled. */
  oldestDue(): Generation | null {
    for (const generation of [2, 1, 0] as const) {
      if (this.counts[generation] <= this.limits[generation]) continue;
      if (generation === 2 && this.longLivedPending < Math.floor(this.longLivedTotal / 4)) continue;
      return generation;
    }
    return null;
  }

  /** A collection of this generation begins. */
  begun(generation: Generation): void {
    if (generation < 2) this.counts[generation + 1]++;
    for (let younger = 0; younger <= generation; younger++) this.counts[younger] = 0;
  }

  /** So many of its objects were found to be reachable. */
  survived(generation: Generation, survivors: number): void {
    if (generation === 1) this.longLivedPending += survivors;
    if (generation !== 2) return;
    this.longLivedTotal = survivors;
    this.longLivedPending = 0;
  }

  /** All counts to 0. */
  reset(): void {
    this.counts = [0, 0, 0];
  }

  /** Thresholds of the first one to three generations; the rest stay. */
  setThresholds(values: readonly number[]): void {
    values.slice(0, 3).forEach((value, generation) => (this.limits[generation] = value));
  }

  get current(): Triple {
    return [...this.counts];
  }

  get thresholds(): Triple {
    return [...this.limits];
  }

  get longLived(): { readonly total: number; readonly pending: number } {
    return { total: this.longLivedTotal, pending: this.longLivedPending };
  }

  save(): SavedCounts {
    const { current: counts, thresholds, enabled, longLivedTotal, longLivedPending } = this;
    return { counts, thresholds, enabled, longLivedTotal, longLivedPending };
  }

  restore(saved: SavedCounts): void {
    this.counts = [...saved.counts];
    this.limits = [...saved.thresholds];
    this.enabled = saved.enabled;
    this.longLivedTotal = saved.longLivedTotal;
    this.longLivedPending = saved.longLivedPending;
  }
}
