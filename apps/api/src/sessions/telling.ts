/** What a session has told: every stored event once, in order, to those who asked and to those who watch. */
import { setImmediate as turn } from 'node:timers/promises';
import type { SessionEvent } from '@heapcast/contracts';
import type { Audience } from './session-audience.js';
import type { PlacedBatch, SessionTimeline } from './session-timeline.js';
import type { WaitingBatch } from './write-queue.js';

/** Events that are made and told at once: longer batches give others their turn in between. */
const PIECE = 8192;

export class Telling {
  /** Everyone who watches. */
  audience: Audience | null = null;
  /** Number of the last event that was told. */
  #seq: number;

  constructor(
    seq: number,
    private readonly timeline: SessionTimeline,
    /** Called with how many events were told. */
    private readonly applied: (events: number) => void,
  ) {
    this.#seq = seq;
  }

  get seq(): number {
    return this.#seq;
  }

  /** Tells what became of batches, and answers each with the events that its caller wants to know. */
  async answer(batches: readonly WaitingBatch[], placed: PlacedBatch): Promise<void> {
    let from = 0;
    let upTo = 0;
    for (const { chunk, wanted } of batches) {
      if (wanted > 0) upTo = from + wanted;
      from += chunk.length;
    }
    const events = await this.#tell(placed, upTo);
    from = 0;
    for (const { chunk, wanted, resolve } of batches) {
      resolve(batches.length === 1 && events.length === wanted ? events : events.slice(from, from + wanted));
      from += chunk.length;
    }
  }

  /** Tells what is stored and nobody was told of. */
  async catchUp(stored: number): Promise<void> {
    while (this.#seq < stored) {
      const events = await this.timeline.events(this.#seq + 1, stored - this.#seq);
      this.#seq += events.length;
      this.audience?.publish(events);
    }
  }

  /** Answers at least the first `wanted` events. */
  async #tell(placed: PlacedBatch, wanted: number): Promise<readonly SessionEvent[]> {
    const told: SessionEvent[] = [];
    for (let from = 0; from < placed.length; from += PIECE) {
      if (from > 0) await turn();
      const to = Math.min(from + PIECE, placed.length);
      const { audience } = this;
      const hears = audience?.hears === true;
      const events = from < wanted || hears ? placed.list(from, to) : [];
      this.#seq += to - from;
      if (hears) audience.publish(events);
      else audience?.pass();
      this.applied(to - from);
      if (from === 0 && to === placed.length) return events;
      if (from < wanted) for (const event of events) told.push(event);
    }
    return told;
  }
}
