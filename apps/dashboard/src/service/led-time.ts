/** Time as the server has it, and where a playing class is at it: playing costs no message per step. */
import type { Lead } from '@heapcast/contracts';

/**
 * The server's clock, from what it tells. A message is late, never early: of all that it told, the one that makes the server's
 * clock go ahead most was the fastest, and is believed.
 */
export class ServerClock {
  #ahead: number | null = null;

  constructor(private readonly here: () => number = Date.now) {}

  heard(now: number): void {
    const ahead = now - this.here();
    this.#ahead = this.#ahead === null ? ahead : Math.max(this.#ahead, ahead);
  }

  /** After a break: the computer may have slept, and its clock been set. */
  forget(): void {
    this.#ahead = null;
  }

  /** Milliseconds since 1970 by the server's clock. */
  now(): number {
    return this.here() + (this.#ahead ?? 0);
  }
}

/** The event at server time `now`, with its fraction. */
export function ledTo({ event, speed, since }: Pick<Lead, 'event' | 'speed' | 'since'>, now: number): number {
  return event + (speed * Math.max(0, now - since)) / 1000;
}
