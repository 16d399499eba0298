/**
 * Retries of a session's writes: a key that comes again with the same body gets the first answer again, and nothing is
 * applied. The journal keeps every key for good; this is the part that is at hand, so that a new key of a session that
 * was opened here needs no question to the database.
 */
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { invalid, ProblemException } from '../problems/index.js';

/** A key and what it stands for. */
export interface KeyedBody {
  readonly key: string;
  /** sha256 of the requests, however their JSON was written. */
  readonly bodyHash: Buffer;
}

/** Which events a key's requests became. `answered` resolves when they are stored and applied. */
export interface KeyedEvents {
  readonly bodyHash: Uint8Array;
  /** Number of the first event, and how many there are. */
  readonly firstSeq: number;
  readonly count: number;
  readonly answered: Promise<unknown>;
}

const MOST_KEYS = 5000;
const FORM = /^[\x21-\x7e]{1,200}$/;

/** @throws ProblemException `invalid-request` for a key that cannot be one */
export function keyedBody(key: string, requests: readonly object[], path: string): KeyedBody {
  if (!FORM.test(key)) throw invalid(path, 'must have 1 to 200 printable ASCII characters and no space');
  const hash = createHash('sha256');
  for (const request of requests) hash.update(canonical(request));
  return { key, bodyHash: hash.digest() };
}

/** The order of fields in the JSON text does not matter. */
function canonical(request: object): string {
  const fields = Object.entries(request).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify(fields)}\n`;
}

/** @throws ProblemException `idempotency-conflict` when the key stands for something else */
export function sameBody(keyed: KeyedBody, earlier: { readonly bodyHash: Uint8Array }): void {
  if (Buffer.compare(keyed.bodyHash, earlier.bodyHash) === 0) return;
  throw new ProblemException(
    'idempotency-conflict',
    `The idempotency key ${JSON.stringify(keyed.key)} came with other requests before.`,
  );
}

export class RecentKeys {
  readonly #keys: LRUCache<string, KeyedEvents>;
  #complete: boolean;

  /** @param complete the session has no keys that are not told here */
  constructor(complete: boolean) {
    this.#complete = complete;
    this.#keys = new LRUCache({ max: MOST_KEYS, dispose: (_, __, why) => this.#lost(why) });
  }

  /** Is it certain what `get` says of this key? */
  knows(key: string): boolean {
    return this.#complete || this.#keys.has(key);
  }

  get(key: string): KeyedEvents | undefined {
    return this.#keys.get(key);
  }

  set(key: string, events: KeyedEvents): void {
    this.#keys.set(key, events);
  }

  delete(key: string): void {
    this.#keys.delete(key);
  }

  #lost(why: string): void {
    if (why === 'evict') this.#complete = false;
  }
}
