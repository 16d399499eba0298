/**
 * What a session needs in memory to take requests: the names of its blocks, and the idempotency keys that came. All of it
 * follows from the journal, is read from there when it is wanted, and is forgotten when it may differ from there.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { SessionJournal } from '@heapcast/database';
import { RequestResolver, unpackChunk } from '@heapcast/trace';
import { type KeyedEvents, RecentKeys } from './idempotency.js';

/** Requests in a row after which others get their turn. */
const LONG_ROW = 8192;

export class WritingState {
  #resolver: RequestResolver | null;
  #keys: RecentKeys;
  #loading: Promise<RequestResolver> | null = null;
  /** Rows that the journal had when it was read. */
  rows = 0;

  /** @param fresh the session was made just now: there is nothing to read */
  constructor(
    private readonly sessionId: string,
    private readonly journal: SessionJournal,
    fresh: boolean,
  ) {
    this.#resolver = fresh ? new RequestResolver() : null;
    this.#keys = new RecentKeys(fresh);
  }

  /** Null until it is loaded, and after it was forgotten. */
  get resolver(): RequestResolver | null {
    return this.#resolver;
  }

  /** What this key stands for; `undefined` = nothing, or it is not known here. */
  earlier(key: string): KeyedEvents | undefined {
    return this.#keys.get(key);
  }

  /** Is it certain what `earlier` says? */
  knows(key: string): boolean {
    return this.#keys.knows(key);
  }

  remember(key: string, events: KeyedEvents): void {
    this.#keys.set(key, events);
  }

  /** Asks the journal what a key stands for. */
  async lookUp(key: string): Promise<void> {
    const kept = await this.journal.findKey(this.sessionId, key);
    if (kept) this.#keys.set(key, { ...kept, answered: Promise.resolve() });
  }

  /**
   * Walks through the whole journal, unless that was done before.
   * @param before the resolver serves anybody, `settle` is called with how many events are stored
   */
  load(settle: (stored: number) => Promise<void>): Promise<RequestResolver> {
    if (this.#resolver) return Promise.resolve(this.#resolver);
    this.#loading ??= this.#read(settle).finally(() => (this.#loading = null));
    return this.#loading;
  }

  forget(): void {
    this.rows = 0;
    this.#resolver = null;
    this.#keys = new RecentKeys(false);
  }

  async #read(settle: (stored: number) => Promise<void>): Promise<RequestResolver> {
    const resolver = new RequestResolver();
    this.rows = 0;
    for (;;) {
      const rows = await this.journal.read(this.sessionId, resolver.events);
      if (rows.length === 0) break;
      this.rows += rows.length;
      for (const { packed } of rows) {
        const chunk = unpackChunk(packed);
        resolver.adopt(chunk);
        if (chunk.length > LONG_ROW) await turn();
      }
    }
    await settle(resolver.events);
    this.#resolver = resolver;
    return resolver;
  }
}
