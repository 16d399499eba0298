/**
 * What waits in a session for its journal. While one commit is on its way, batches gather; then all that gathered goes in
 * the next. So the batches of a session are stored in the order in which they took their place, and when one is not,
 * nothing behind it is.
 */
import type { SessionEvent } from '@heapcast/contracts';
import type { SessionJournal, SessionSites } from '@heapcast/database';
import { type Batch, growthOf, journalRows } from './journal-rows.js';

/** Requests that have their place and wait for the journal. */
export interface WaitingBatch extends Batch {
  /** Of how many of its requests, from the first on, the caller wants to know what they became. */
  readonly wanted: number;
  /** Told those events. */
  readonly resolve: (events: readonly SessionEvent[]) => void;
  readonly reject: (error: unknown) => void;
}

export interface WriteQueueListener {
  /** These are in the journal. */
  stored(batches: readonly WaitingBatch[]): void;
  /** These are not, or nobody knows. */
  lost(batches: readonly WaitingBatch[], error: unknown): void;
}

export class WriteQueue {
  #waiting: WaitingBatch[] = [];
  #writing: Promise<void> | null = null;
  /** Rows written so far. */
  rows = 0;

  constructor(
    private readonly sessionId: string,
    private readonly journal: SessionJournal,
    private readonly sites: SessionSites,
    private readonly listener: WriteQueueListener,
  ) {}

  /** @param batch follows on the one before */
  push(batch: WaitingBatch): void {
    this.#waiting.push(batch);
    this.#writing ??= this.#write().finally(() => (this.#writing = null));
  }

  /** Takes out what has not been given to the journal yet. */
  clear(): WaitingBatch[] {
    const left = this.#waiting;
    this.#waiting = [];
    return left;
  }

  /** Resolves when nothing waits any more. */
  async written(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batches = this.clear();
      const { stored, error } = await this.#commit(batches);
      if (stored > 0) this.listener.stored(stored === batches.length ? batches : batches.slice(0, stored));
      if (stored < batches.length) this.listener.lost(batches.slice(stored), error);
    }
  }

  /** How many of the batches, from the first on, are certainly stored, and why not the others. */
  async #commit(batches: readonly Batch[]): Promise<{ stored: number; error?: unknown }> {
    const growth = growthOf(batches);
    try {
      if (growth) await this.sites.write(this.sessionId, growth);
    } catch (error) {
      return { stored: 0, error };
    }
    const rows = journalRows(batches);
    this.rows += rows.length;
    const outcomes = await Promise.allSettled(
      rows.map(({ entry }) => this.journal.append({ sessionId: this.sessionId, ...entry })),
    );
    let stored = 0;
    for (const [i, outcome] of outcomes.entries()) {
      if (outcome.status === 'rejected') return { stored, error: outcome.reason };
      stored += rows[i].batches;
    }
    return { stored };
  }
}
