/**
 * One workload under several collection policies: what a collector costs and what it saves. Every policy is a trace and a
 * run of its own; the curve is peak memory against objects examined.
 */
import type { ProgramCommand } from './program-command.js';
import type { ProgramChoice } from './program.js';
import type { AllocatorChoice, ResolvedAllocator } from './session.js';

export const COLLECTION_MODES = ['off', 'automatic', 'manual'] as const;
/** `off`: nothing collects. `automatic`: the collector, by its thresholds. `manual`: at chosen commands and not otherwise. */
export type CollectionMode = (typeof COLLECTION_MODES)[number];

/** Policies in one comparison, commands in its workload, and points in a series. */
export const MAX_POLICIES = 16;
export const MAX_WORKLOAD = 100_000;
export const SERIES_POINTS = 400;

export interface CollectionPolicy {
  readonly name: string;
  readonly gc: CollectionMode;
  /** `automatic`: of `gc.set_threshold`; default: the program's own. */
  readonly thresholds?: readonly number[];
  /** `automatic` of a mark-sweep program: the heap budget in bytes. */
  readonly heapBudget?: number;
  /** `manual`: collects after so many commands of the workload. */
  readonly collectAfter?: readonly number[];
  /** `manual`: the generation that is collected; default 2. */
  readonly generation?: 0 | 1 | 2;
}

export interface CompareCollection {
  readonly name?: string;
  /** The workload; its own `collect` and `gc` commands are left out, because the policies decide. */
  readonly commands?: readonly ProgramCommand[];
  /** Or: the commands of this program session, and its choice of program and allocator where none is given. */
  readonly session?: string;
  readonly program?: ProgramChoice;
  readonly allocator?: AllocatorChoice;
  readonly policies: readonly CollectionPolicy[];
}

/** What one policy came to. */
export interface PolicyOutcome {
  readonly policy: CollectionPolicy;
  /** Content id of the trace. */
  readonly trace: string;
  readonly runId: string;
  readonly peakRequestedBytes: number;
  readonly peakAllocatedBytes: number;
  readonly peakMappedBytes: number;
  /** Bytes asked for and still live at the end. */
  readonly endRequestedBytes: number;
  readonly collections: number;
  /** Objects examined by all collections: the collector's work. */
  readonly objectsVisited: number;
  /** Objects examined by the largest collection: the longest pause. */
  readonly largestPause: number;
  readonly collected: number;
  readonly uncollectable: number;
  /** Commands that were not carried out as they were asked, by outcome. */
  readonly missteps: Readonly<Record<string, number>>;
  /** Commands of the workload so far, and live bytes then: at most 400 points, the largest of each stretch kept. */
  readonly series: readonly (readonly [command: number, liveBytes: number])[];
}

export interface CollectionComparison {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  /** Commands of the workload, those left out not counted. */
  readonly commands: number;
  readonly program: ProgramChoice;
  readonly allocator: ResolvedAllocator;
  readonly session: string | null;
  readonly outcomes: readonly PolicyOutcome[];
  /** Sentences that put the outcomes in order: least memory, least work, and what the difference is. */
  readonly sentences: readonly string[];
}
