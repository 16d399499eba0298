/**
 * Tells the latest of something to those who watch it: at most so often, and each only when it has read what it was told before.
 * What happened in between is left out, so nothing is queued for who reads slowly. Nothing runs while nothing happens.
 */
import type { Subscription } from './subscription.js';

/** A frame is sent only to who has read the ones before. */
const DRAINED = 4 * 1024;
/** After a frame that took long to make comes a pause of so many times as long: others have the service, too. */
const PAUSE = 3;

export interface LatestTerms {
  /** Milliseconds from one frame to the next. */
  readonly interval: number;
  /** The last event that there is. */
  readonly seq: () => number;
  /** @param ready those who are to be told; asked again after a wait, others may be */
  readonly tell: (ready: () => readonly Subscription[]) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

export class Latest {
  readonly #subscriptions = new Set<Subscription>();
  #due: NodeJS.Timeout | undefined;
  #telling = false;
  #notBefore = 0;

  constructor(private readonly terms: LatestTerms) {}

  get size(): number {
    return this.#subscriptions.size;
  }

  add(subscription: Subscription): void {
    this.#subscriptions.add(subscription);
    this.stir();
  }

  delete(subscription: Subscription): void {
    this.#subscriptions.delete(subscription);
    if (this.#subscriptions.size === 0) this.stop();
  }

  /** Something happened. */
  stir(): void {
    if (this.#subscriptions.size === 0 || this.#due || this.#telling) return;
    this.#due = setTimeout(() => void this.#tell(), Math.max(0, this.#notBefore - performance.now()));
  }

  stop(): void {
    clearTimeout(this.#due);
    this.#due = undefined;
  }

  async #tell(): Promise<void> {
    this.#due = undefined;
    this.#telling = true;
    const start = performance.now();
    try {
      if (this.#ready().length > 0) await this.terms.tell(() => this.#ready());
    } catch (error) {
      this.terms.onError(error);
    } finally {
      this.#telling = false;
      const took = performance.now() - start;
      this.#notBefore = start + took + Math.max(this.terms.interval - took, PAUSE * took);
      if ([...this.#subscriptions].some((subscription) => this.#isBehind(subscription))) this.stir();
    }
  }

  #isBehind({ latestSeq, owedPresence }: Subscription): boolean {
    return latestSeq < this.terms.seq() || owedPresence;
  }

  #ready(): readonly Subscription[] {
    return [...this.#subscriptions].filter(
      (subscription) => this.#isBehind(subscription) && subscription.outlet.backlog() <= DRAINED,
    );
  }
}
