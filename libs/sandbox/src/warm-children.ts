/**
 * Children of one language that were started ahead and wait for a snippet. Each serves one and is never put back.
 */
import type { Child } from './child.js';

export class WarmChildren {
  readonly #waiting: Child[] = [];
  #wanted = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(
    private readonly start: (isAhead: boolean) => Promise<Child>,
    private readonly discard: (child: Child) => Promise<void>,
  ) {}

  /** Keeps so many from here on. Resolves when they are ready, or could not be started. */
  async keep(count: number): Promise<void> {
    this.#wanted = count;
    clearTimeout(this.#idle);
    const surplus = this.#waiting.splice(count);
    await Promise.all([this.#refill(), ...surplus.map((child) => this.discard(child))]);
    await Promise.allSettled(this.#waiting.map((child) => child.ready));
  }

  /** Keeps so many from here on, until this was not called for a while. */
  keepFor(count: number, milliseconds: number): void {
    this.keep(count).catch(() => undefined);
    if (count === 0) return;
    this.#idle = setTimeout(() => void this.keep(0), milliseconds);
    this.#idle.unref();
  }

  /** One that waits, or a new one. */
  async take(): Promise<Child> {
    let child = this.#waiting.shift();
    while (child?.dead) child = this.#waiting.shift();
    return child ?? this.start(false);
  }

  /** Has others started in the place of those that were taken. */
  refill(): void {
    // Whoever needs one that could not be started ahead starts it then, and is told why it fails.
    this.#refill().catch(() => undefined);
  }

  /** One that was started for something else, and has not run anything. */
  add(child: Child): void {
    this.#waiting.push(child);
  }

  /** None is started any more. Those that wait are left to whoever has them all. */
  close(): void {
    clearTimeout(this.#idle);
    this.#wanted = 0;
    this.#waiting.length = 0;
  }

  async #refill(): Promise<void> {
    while (this.#waiting.length < this.#wanted) {
      const child = await this.start(true);
      // Two that refill at the same time may start one too many.
      if (this.#waiting.length < this.#wanted) this.#waiting.push(child);
      else await this.discard(child);
    }
  }
}
