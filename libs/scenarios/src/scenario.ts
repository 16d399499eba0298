/**
 * The contract of a scenario: an example that can be played step by step in a session, and measured as runs side by side.
 * A scenario has one or more sides (before and after, with and without, one policy and another). A side is a program, by
 * its commands, or a trace, by the requests that a generator makes.
 *
 * No scenario says a number: what a side costs is measured by running it.
 */
import type { ProgramChoice, ProgramCommand } from '@heapcast/contracts';
import type { Site, TraceChunk, TraceOrigin } from '@heapcast/trace';

export interface ScenarioParameter {
  readonly name: string;
  readonly title: string;
  readonly type: 'integer' | 'choice';
  readonly default: number | string;
  /** Inclusive. */
  readonly minimum?: number;
  readonly maximum?: number;
  /** The most, and the usual, in a session, where every request is journalled; default: as in a run. */
  readonly sessionMaximum?: number;
  readonly sessionDefault?: number | string;
  readonly choices?: readonly string[];
  readonly sessionChoices?: readonly string[];
}

export type Parameters = Readonly<Record<string, number | string>>;

export interface ScenarioSource {
  readonly language: 'python' | 'c++';
  readonly file: string;
  readonly text: string;
}

/** What a client would write to choose this allocator. */
export interface AllocatorWish {
  readonly model: string;
  readonly profile?: string;
  readonly options?: Readonly<Record<string, unknown>>;
}

interface StepText {
  /** What happens, for people. */
  readonly sentence: string;
  /** Of the side's source; 0 = none. */
  readonly line: number;
}

export interface ProgramStep extends StepText {
  readonly commands: readonly ProgramCommand[];
}

interface SideText {
  readonly name: string;
  readonly title: string;
  readonly source: ScenarioSource;
  /** Absent = what is usual for the kind of program. */
  readonly allocator?: (parameters: Parameters) => AllocatorWish;
}

export interface ProgramSide extends SideText {
  readonly kind: 'program';
  readonly choice: (parameters: Parameters) => Omit<ProgramChoice, 'source'>;
  readonly steps: (parameters: Parameters) => readonly ProgramStep[];
}

/** Gives the content of a bundled file. */
export type AssetReader = (name: string) => Uint8Array;

/** A trace as a generator makes it: `chunks` may be walked once, and are never all in memory. */
export interface GeneratedTrace {
  readonly name: string;
  readonly origin: TraceOrigin;
  readonly sites: readonly Site[];
  readonly chunks: Iterable<TraceChunk>;
}

export interface TraceSide extends SideText {
  readonly kind: 'trace';
  /** Sides with the same key have the same trace. */
  readonly traceKey: (parameters: Parameters) => string;
  readonly trace: (parameters: Parameters, assets: AssetReader) => GeneratedTrace;
  /** The sentence of each step; step k ends with the trace's mark k + 1, the first mark is the beginning. */
  readonly steps: (parameters: Parameters) => readonly StepText[];
}

export type Side = ProgramSide | TraceSide;

export const MEASURES = [
  ...([
    'requests',
    'blocksAskedFor',
    'peakBytes',
    'peakMappedBytes',
    'peakBlocks',
    'bytesAtEnd',
    'blocksAtEnd',
  ] as const),
  ...(['arenasMapped', 'arenasGivenBack', 'arenasAtEnd', 'outOfMemory'] as const),
  ...(['lostBytes', 'openResources', 'stackOverflows', 'objectsExamined', 'longestPause', 'peakStackBytes'] as const),
] as const;
/** What is measured of each side's run. */
export type MeasureName = (typeof MEASURES)[number];

/** What the second side does better than the first, to be seen in the measures. */
export interface Claim {
  readonly measure: MeasureName;
  readonly change: 'less' | 'more';
  readonly sentence: string;
}

export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** A paragraph on what it is about. */
  readonly about: string;
  readonly lookFor: readonly string[];
  /** The talk's best practice that it measures, word for word. */
  readonly practice?: string;
  readonly parameters: readonly ScenarioParameter[];
  /** At least one; the first is what a session plays unless told otherwise. */
  readonly sides: readonly [Side, ...Side[]];
  readonly claims: readonly Claim[];
}
