/** On what terms a session is watched: how slow one may be, how often states are told, and who is let in. */
export interface FeedTerms {
  /** Bytes waiting for a subscriber before it is moved to state frames. */
  readonly subscriberBuffer: number;
  /** Milliseconds between state frames. */
  readonly stateInterval: number;
  /** Milliseconds between map frames. */
  readonly mapInterval: number;
  /** Milliseconds that changes of presence are gathered. */
  readonly presenceDelay: number;
  /** May the holder of this token read the session? Rejects with why not. */
  allow(token: string | undefined): Promise<void>;
  /** The last subscription ended. */
  onEmpty(): void;
  /** Something went wrong that nobody waits for. */
  onError(error: unknown): void;
}
