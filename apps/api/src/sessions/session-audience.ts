/** What a session and those who watch it know of each other. */
import type { SessionEvent, SessionStatus, StateFrame } from '@heapcast/contracts';
import type { PictureReply } from '@heapcast/replay';

/** Everyone who watches a session. */
export interface Audience {
  /** How many they are. */
  readonly size: number;
  /** Does anybody want to hear of every event? */
  readonly hears: boolean;
  /** The next events, in order. */
  publish(events: readonly SessionEvent[]): void;
  /** Instead: there are more events, up to the source's `seq`, and nobody hears of each. */
  pass(): void;
  /** There will be no more. */
  finish(): void;
  /** Who may see it changed: those who may not any more see nothing further. */
  recheck(): Promise<void>;
  /** The session is gone. */
  delete(): void;
}

/** Where those who watch get what they did not hear themselves. */
export interface FeedSource {
  readonly id: string;
  readonly status: SessionStatus;
  /** What a finished session became. */
  readonly runId: string | null;
  /** Number of the last event that was told. */
  readonly seq: number;
  /** Events from `from` (a seq) on, at most `limit`, at least one if there are any. */
  read(from: number, limit: number): Promise<readonly SessionEvent[]>;
  state(): Promise<StateFrame>;
  /** The heap as it is, and the blocks of these regions. */
  picture(regions: readonly number[]): Promise<PictureReply>;
}
