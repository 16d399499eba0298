/** What is written to a session's journal in one go: requests that were acknowledged together. */

/** A client's word for a request batch, so that a retry is recognised. */
export interface Idempotency {
  /** As the client sent it. */
  readonly key: string;
  /** SHA-256 of the request body. */
  readonly bodyHash: Uint8Array;
}

export interface JournalEntry {
  readonly sessionId: string;
  /** 1-based number of the first request. */
  readonly firstSeq: number;
  /** Requests, 1 … 4,194,304. */
  readonly count: number;
  /** The packed chunk of those requests. */
  readonly packed: Uint8Array;
  readonly idempotency?: Idempotency | undefined;
}

/** What an idempotency key stands for. */
export interface KeptKey {
  readonly firstSeq: number;
  readonly count: number;
  readonly bodyHash: Uint8Array;
}
