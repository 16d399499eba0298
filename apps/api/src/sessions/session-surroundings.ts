/** What every live session stands on: the replay, the journal, and how much is allowed. */
import type { SessionJournal, SessionSites } from '@heapcast/database';
import type { ReplayPool } from '@heapcast/replay';

export interface SessionLimits {
  /** Most requests in one session. */
  readonly events: number;
  /** Most requests that wait in one session. */
  readonly waiting: number;
}

/** What all sessions share. */
export interface SessionSurroundings {
  readonly pool: ReplayPool;
  readonly journal: SessionJournal;
  readonly sites: SessionSites;
  readonly limits: SessionLimits;
  /** Told how many requests were journalled and applied. */
  applied(events: number): void;
}
