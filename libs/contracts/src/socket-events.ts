/**
 * Every event of the socket, both ways, for Socket.IO at path `/socket.io`, namespace `/v1`:
 *
 *     const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io('http://localhost:3000/v1');
 *
 * Every client event is acknowledged with `{ ok: true, … }` or `{ ok: false, problem }`. A client event sent without an
 * acknowledgement callback is carried out all the same; if it fails, the sender gets a `problem` event.
 */
import type { Problem } from './problem.js';
import type { ProgramCommand } from './program-command.js';
import type { CommandAnswer } from './program-session.js';
import type { SessionStatus } from './session.js';
import type { SessionEvent, SessionLedger, SessionTotals } from './session-event.js';
import type { SessionRequest } from './session-request.js';

export const SOCKET_PATH = '/socket.io';
export const SOCKET_NAMESPACE = '/v1';

export type Answer<T> = ({ readonly ok: true } & T) | { readonly ok: false; readonly problem: Problem };
export type Acknowledge<T> = (answer: Answer<T>) => void;

export type FrameFormat = 'json' | 'binary';
/**
 * `events`: every event. `state`: only the latest totals, at most 10 times a second. `map`: only the latest picture of the heap, at most
 * 20 times a second.
 */
export type SubscriptionMode = 'events' | 'state' | 'map';

export interface Subscribe {
  readonly sessionId: string;
  /** The last `seq` seen, 0 = none: the events after it are sent. Without it the answer holds a snapshot instead. */
  readonly from?: number;
  readonly format?: FrameFormat;
  readonly mode?: SubscriptionMode;
  /** In mode `map`: the arena whose blocks are told, too, by ordinal. */
  readonly arena?: number;
  /** Adds a `sentence` in other words to events and states: `party` = the toy party. Only with format `json`. */
  readonly lens?: 'party';
  /** How much of the heap the snapshot shows. */
  readonly detail?: 'summary' | 'regions' | 'pools' | 'blocks';
  /** Display name for the list of who is here. */
  readonly name?: string;
  /** Needed for private sessions. */
  readonly token?: string;
}

/** The state just after event `seq`; events go on at seq + 1. */
export interface Snapshot {
  readonly seq: number;
  readonly totals: SessionTotals;
  readonly ledger: SessionLedger;
  readonly heap: Readonly<Record<string, unknown>>;
  /** Through a lens only. */
  readonly sentence?: string;
}

export interface Subscribed {
  readonly sessionId: string;
  readonly status: SessionStatus;
  readonly format: FrameFormat;
  readonly mode: SubscriptionMode;
  /** The session's last event when the subscription began. */
  readonly seq: number;
  /** `seq` of the first event that will be sent. */
  readonly next: number;
  readonly snapshot?: Snapshot;
  readonly presence: Presence;
}

export interface SocketRequest {
  readonly sessionId: string;
  /** An owner or editor token. */
  readonly token: string;
  readonly requests: readonly SessionRequest[];
  /** A retry with the same key is applied once. */
  readonly idempotencyKey?: string;
}

export interface SocketRequestAnswer {
  readonly seq: number;
  readonly results: readonly SessionEvent[];
}

export interface SocketCommand {
  readonly sessionId: string;
  /** An owner or editor token. */
  readonly token: string;
  readonly commands: readonly ProgramCommand[];
  /** A retry with the same key is carried out once. */
  readonly idempotencyKey?: string;
}

export interface Presence {
  readonly sessionId: string;
  /** Subscribers, named or not. */
  readonly count: number;
  /** Display names of those who gave one, in the order of coming; at most 100. */
  readonly names: readonly string[];
}

/** Events `firstSeq` … `lastSeq`, both included. `data` is laid out as `event-frame.ts` says. */
export type EventFrame =
  | {
      readonly sessionId: string;
      readonly format: 'json';
      readonly firstSeq: number;
      readonly lastSeq: number;
      readonly events: readonly SessionEvent[];
    }
  | {
      readonly sessionId: string;
      readonly format: 'binary';
      readonly firstSeq: number;
      readonly lastSeq: number;
      readonly data: Uint8Array | ArrayBuffer;
    };

/** The latest state; frames in between may have been left out. */
export interface StateFrame {
  /** Through a lens only. */
  readonly sentence?: string;
  readonly sessionId: string;
  readonly seq: number;
  readonly status: SessionStatus;
  readonly totals: SessionTotals;
  readonly ledger: SessionLedger;
}

/**
 * The heap as a picture, after event `seq`. `since` = null: `data` is a whole map, laid out as `heap-map.ts` says. Else it is what
 * changed since the frame whose `seq` was `since`, which is always the frame before: `map-changes.ts`.
 */
export interface MapFrame {
  readonly sessionId: string;
  readonly seq: number;
  readonly since: number | null;
  readonly data: Uint8Array | ArrayBuffer;
}

/** The service moved this subscriber: it reads too slowly for events. It may subscribe again with `from`. */
export interface ModeChange {
  readonly sessionId: string;
  readonly mode: SubscriptionMode;
  readonly reason: 'slow';
  /** The last event that was sent before the change. */
  readonly seq: number;
}

export interface SessionFinished {
  readonly sessionId: string;
  readonly seq: number;
  readonly runId: string;
}

export interface RunProgress {
  readonly runId: string;
  readonly status: 'pending' | 'running' | 'done' | 'failed' | 'cancelled';
  /** Requests replayed so far, of `total`. */
  readonly events: number;
  readonly total: number;
  /** After those requests, while it runs. */
  readonly totals?: SessionTotals;
}

export interface ClientToServerEvents {
  'session:subscribe': (payload: Subscribe, acknowledge: Acknowledge<Subscribed>) => void;
  'session:unsubscribe': (payload: { readonly sessionId: string }, acknowledge: Acknowledge<object>) => void;
  'session:request': (payload: SocketRequest, acknowledge: Acknowledge<SocketRequestAnswer>) => void;
  'session:command': (payload: SocketCommand, acknowledge: Acknowledge<CommandAnswer>) => void;
  /** Changes one's own display name. */
  'session:presence': (
    payload: { readonly sessionId: string; readonly name: string },
    acknowledge: Acknowledge<{ readonly presence: Presence }>,
  ) => void;
  'run:subscribe': (
    payload: { readonly runId: string; readonly token?: string },
    acknowledge: Acknowledge<{ readonly progress: RunProgress }>,
  ) => void;
  'run:unsubscribe': (payload: { readonly runId: string }, acknowledge: Acknowledge<object>) => void;
}

export interface ServerToClientEvents {
  'session:events': (frame: EventFrame) => void;
  'session:state': (frame: StateFrame) => void;
  'session:map': (frame: MapFrame) => void;
  'session:mode': (change: ModeChange) => void;
  'session:presence': (presence: Presence) => void;
  'session:finished': (finished: SessionFinished) => void;
  'session:deleted': (deleted: { readonly sessionId: string }) => void;
  'run:progress': (progress: RunProgress) => void;
  /** What was wrong with a client event that was sent without an acknowledgement callback. */
  problem: (problem: Problem) => void;
}

/** Every event by name with what it is for: types leave no trace at run time. Fails to compile when one is missing. */
export const CLIENT_EVENTS: Readonly<Record<keyof ClientToServerEvents, string>> = {
  'session:subscribe': 'Watch a session, from its present state or from an event on',
  'session:unsubscribe': 'Stop watching a session',
  'session:request': 'Ask the allocator of a session for memory, or give it back',
  'session:command': 'Have the program of a session carry out commands',
  'session:presence': 'Change the display name under which one watches a session',
  'run:subscribe': 'Follow the progress of a run',
  'run:unsubscribe': 'Stop following a run',
};

export const SERVER_EVENTS: Readonly<Record<keyof ServerToClientEvents, string>> = {
  'session:events': 'What became of requests: consecutive events, no gap, no duplicate',
  'session:state': 'The latest state, for subscribers in state mode',
  'session:map': 'The latest picture of the heap, or what changed in it, for subscribers in map mode',
  'session:mode': 'The subscriber was moved to state frames because it reads too slowly',
  'session:presence': 'Who is watching changed',
  'session:finished': 'The session became a run: no more events',
  'session:deleted': 'The session is gone',
  'run:progress': 'How far the replay of a run is',
  problem: 'What was wrong with an event that was sent without an acknowledgement callback',
};
