/** What the service and a thread of engines say to each other. Everything here is plain data that can be cloned. */
import type {
  LeakQuery,
  LeakReport,
  ResolvedProgramChoice,
  ProgramCommand,
  ProgramEvent,
  ProgramState,
  ProgramStateQuery,
} from '@heapcast/contracts';
import type { Site, TraceChunk } from '@heapcast/trace';

/** Consecutive journalled requests, packed; `first` is the 0-based index of the first one. */
export interface PackedRows {
  readonly first: number;
  readonly packed: Uint8Array;
}

/** What commands became, on top of everything that was applied before. */
export interface AppliedCommands {
  /** Number of the first request: the mark of the first command. */
  readonly firstSeq: number;
  readonly events: readonly ProgramEvent[];
  /** Number of each command's mark. */
  readonly seqs: readonly number[];
  /** All their marks and requests, canonical. */
  readonly chunk: TraceChunk;
  /** Call sites that nothing before pointed at; `first` is the 1-based index of the first one. */
  readonly growth: { readonly first: number; readonly sites: readonly Site[] } | null;
  /** Bytes that the program's blocks were asked for, after each command. */
  readonly liveBytes: readonly number[];
  /** Estimated bytes of the program in memory. */
  readonly weight: number;
}

export type ProgramQuery = ({ readonly kind: 'state' } & ProgramStateQuery) | ({ readonly kind: 'leaks' } & LeakQuery);

export type ProgramReply<Q extends ProgramQuery> = Q extends { kind: 'leaks' } ? LeakReport : ProgramState;

/** An answer, or from which request (0-based) on the journal is needed to give it. */
export type Looked = { readonly answer: ProgramState | LeakReport } | { readonly needs: number };

export interface Fed {
  /** Requests taken in so far, as far as whole commands go. */
  readonly seq: number;
  readonly weight: number;
  /** The journal tells of something else than the engine does; nothing more can be done with this program. */
  readonly diverged?: { readonly seq: number; readonly what: string };
}

/** The functions of a thread. Calls about one program must not overlap, but for `look` and `feedCursor` beside the rest. */
export interface EngineFunctions {
  open(key: string, choice: ResolvedProgramChoice): void;
  /** Replays journalled requests at the head, and holds what the engine does against them. */
  feed(key: string, rows: readonly PackedRows[]): Promise<Fed>;
  /** The journal is fed. @returns what is missing to the end of the last command; 0 = nothing */
  settle(key: string): number;
  apply(key: string, commands: readonly ProgramCommand[]): Promise<AppliedCommands>;
  /** The program after the last command whose mark is at most `at`. */
  look(key: string, at: number, query: ProgramQuery): Looked;
  /** Moves the state where somebody looks on towards `at`. */
  feedCursor(key: string, rows: readonly PackedRows[], at: number): Promise<number>;
  close(key: string): void;
  ping(): true;
}

export interface EngineThreadSettings {
  /** Bytes for checkpoints of all programs of the thread. */
  readonly checkpointBytes: number;
}

/** How a thread says that it does not have a program: errors lose their class on the way. */
export const NOT_OPEN = 'is not open';
