/** What a program has lost: memory in memcheck's words, and resources that nobody has closed. */
import type { NewKind } from './program-command.js';
import type { LeakKindName, LeakSummary, Some } from './program-event.js';
import type { ListPage, ListWindow, ProgramResource, SourcePlace } from './program-state.js';

/** A moment: the command, and the number that its mark has in the session. */
export interface ProgramMoment {
  readonly command: number;
  readonly seq: number;
}

/** Objects of one kind that were made at the same place through the same calls. */
export interface LossRecordView {
  readonly kind: LeakKindName;
  readonly bytes: number;
  readonly blocks: number;
  /** Of definite records: bytes lost through these. */
  readonly indirectBytes: number;
  /** The allocating function, or `object` where no function is called for it. */
  readonly allocator: NewKind | 'realloc' | 'object';
  /** Types of the objects, most frequent first, at most 8. */
  readonly types: readonly string[];
  readonly site: number;
  /** Innermost first; at most 32 places. */
  readonly path: readonly SourcePlace[];
  readonly objects: Some;
  /** Of definite records: objects lost through these. */
  readonly clique: Some;
  /** The command that made the last of them unreachable; null for reachable ones. */
  readonly lastReachable: ProgramMoment | null;
}

/** A resource that nobody has closed. */
export interface LeakedResource extends ProgramResource {
  /** `lost`: its owner is gone or unreachable; `held`: a variable still leads to its owner. */
  readonly state: 'lost' | 'held';
  /** Whether and when a collector would have closed it. */
  readonly note: string;
}

/** Where memcheck's answer is not the one that a graph theorist would give, and why. */
export interface LeakDifference {
  readonly rule: 'lowestOfCycle' | 'sharedByLostOwners' | 'lateOwner' | 'interiorPointer' | 'hiddenPointer';
  readonly text: string;
  readonly objects: Some;
}

export interface LeakReport {
  readonly at: ProgramMoment;
  readonly ended: boolean;
  readonly summary: LeakSummary;
  /** By kind, then the most bytes first. */
  readonly records: ListPage<LossRecordView>;
  readonly resources: ListPage<LeakedResource>;
  readonly differs: readonly LeakDifference[];
  /** What the answer rests on: memcheck's rules, or exact reachability. */
  readonly note: string;
}

export interface LeakQuery {
  readonly records?: ListWindow;
  readonly resources?: ListWindow;
}
