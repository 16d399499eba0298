/** The last events of a session, so that one who has almost caught up needs no look back through a worker. */
import type { SessionEvent } from '@heapcast/contracts';

export class RecentEvents {
  #events: SessionEvent[] = [];

  /** @param capacity events that are kept at least, once there were so many; at most twice as many are */
  constructor(private readonly capacity: number) {}

  /** @param events follow the ones before without a gap */
  push(events: readonly SessionEvent[]): void {
    if (events.length >= this.capacity) {
      this.#events = events.slice(-this.capacity);
      return;
    }
    for (const event of events) this.#events.push(event);
    if (this.#events.length > 2 * this.capacity) this.#events = this.#events.slice(-this.capacity);
  }

  /** The next events do not follow on these. */
  clear(): void {
    this.#events = [];
  }

  /** Events from `seq` on, at most `limit`; none if that one is not kept (any more). */
  from(seq: number, limit: number): readonly SessionEvent[] {
    const first = this.#events[0]?.seq;
    if (first === undefined || seq < first) return [];
    return this.#events.slice(seq - first, seq - first + limit);
  }
}
