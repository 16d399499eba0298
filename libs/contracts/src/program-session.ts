/**
 * A program that runs in a session: its commands go in, what became of them and of every request that they made of the
 * allocator comes out, and its state after any event can be asked for.
 *
 * In the stream of a program session's events each command is one `mark` whose `label` is its `ProgramEvent` as JSON,
 * followed by the requests that the command made. "After event N" means for the program: after the last command whose
 * mark is N or before it.
 */
import type { ProgramCommand } from './program-command.js';
import type { ProgramEvent } from './program-event.js';
import type { LeakReport } from './program-leaks.js';
import type { ListPage, ProgramObject, ProgramState } from './program-state.js';
import type { ResolvedProgramChoice } from './program.js';
import type { SessionEvent } from './session-event.js';

/** Commands in one batch. */
export const MAX_COMMANDS = 1000;
/** Events of requests that one answer lists; the rest are at `GET /v1/sessions/:id/events`. */
export const MAX_LISTED_REQUESTS = 10_000;

export interface CommandBatch {
  readonly commands: readonly ProgramCommand[];
}

/** What one command became. */
export interface CommandResult {
  /** Number of its mark in the session. */
  readonly seq: number;
  readonly event: ProgramEvent;
  /** What became of the requests that it made; they follow its mark. Cut when the batch made very many. */
  readonly requests: readonly SessionEvent[];
  /** How many it made. */
  readonly requestCount: number;
}

export interface CommandAnswer {
  /** The session's last event after this batch. */
  readonly seq: number;
  /** One per command, in order. */
  readonly results: readonly CommandResult[];
}

/** Where an object's block lies. */
export interface ObjectPlace {
  /** Simulated address; `null` = at the system allocator beside the model. */
  readonly address: number | null;
  readonly arena: number | null;
  readonly pool: number | null;
  readonly index: number | null;
  /** Bytes that the block occupies. */
  readonly bytes: number;
}

/** `place: null`: the allocator had no memory for it, or its request is after the event that was asked for. */
export type PlacedObject = ProgramObject & { readonly place: ObjectPlace | null };

export interface ProgramView extends Omit<ProgramState, 'objects'> {
  /** The event that it was asked for. */
  readonly seq: number;
  readonly objects: ListPage<PlacedObject>;
}

export interface LeakView extends LeakReport {
  /** The event that it was asked for. */
  readonly seq: number;
}

/** The settings of a program session. */
export interface ProgramSettings {
  readonly program: ResolvedProgramChoice;
  /** Of the engine that the session was begun with. */
  readonly engineVersion: number;
}

/** A command that was carried out, and what the heap held after it. */
export interface ProgramMove {
  /** Number of its mark in the session. */
  readonly seq: number;
  /** Number of its last request; `seq` when it made none. The moment just after the whole command. */
  readonly end: number;
  readonly event: ProgramEvent;
  /** `null`: too many objects to look through for every command; `GET …/leaks?at=` tells of one moment. */
  readonly heap: {
    /** Bytes that a variable leads to. */
    readonly reachable: number;
    /** Bytes that are lost: definitely, indirectly or possibly. */
    readonly lost: number;
  } | null;
}

export interface ProgramMoves {
  /** In order. */
  readonly items: readonly ProgramMove[];
  /** Is there a command before the first, after the last? */
  readonly more: { readonly before: boolean; readonly after: boolean };
}
