/**
 * A subscriber's way out, and the group of those who read the same bytes: what a feed needs to know of Socket.IO and of
 * Server-Sent Events, and nothing more.
 */
import type { MapFrame, ModeChange, Presence, SessionFinished, StateFrame } from '@heapcast/contracts';
import type { Frame } from './frame.js';

export interface Outlet {
  /** Outlets of one group get the same bytes: frames are encoded once for all of them. */
  readonly group: OutletGroup;
  readonly closed: boolean;
  /** Bytes that were handed over and that the network has not taken yet. */
  backlog(): number;
  /** Resolves when some of the backlog has gone, or the outlet is closed. */
  drain(): Promise<void>;
  /** From now on `group.events` reaches this outlet. Takes effect at once. */
  join(): void;
  leave(): void;
  /** To this outlet alone: what it missed. */
  events(frame: Frame): void;
  mode(change: ModeChange): void;
  /** A picture of the heap, or what changed in it; only where bytes can be sent. */
  map?(frame: MapFrame): void;
  finished(finished: SessionFinished): void;
  /** The subscription was ended by the service, and why. */
  refused(sessionId: string, error: unknown): void;
  /** The session is gone: nothing more will come. */
  deleted(sessionId: string): void;
}

export interface OutletGroup {
  /** To every outlet that joined. */
  events(frame: Frame): void;
  /** To these outlets, whether they joined or not; encoded once. */
  state(frame: StateFrame, outlets: readonly Outlet[]): void;
  presence(presence: Presence, outlets: readonly Outlet[]): void;
}
