/** What a benchmark measures: named figures, each with its target and with what was measured beside it in the same run. */

export interface Target {
  readonly kind: 'at least' | 'at most';
  readonly value: number;
}

export interface Figure {
  /** Unique within the whole run: `seek.p95`. */
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly target?: Target;
  /** What the figure is to be compared with, measured in the same run: `bare commit 1.2 ms`. */
  readonly beside?: string;
  /** How it was measured, where the name does not say it. */
  readonly note?: string;
}

export interface BenchContext {
  /** A tenth of the work: to see that everything runs, not to quote. */
  readonly quick: boolean;
  /** Source of a C simulator to compare the model's speed with; see model-speed.ts. */
  readonly refsim: string | null;
  /** A folder that is removed at the end. */
  readonly scratch: string;
  /** One line on what is being done. */
  readonly tell: (line: string) => void;
}

export interface Benchmark {
  readonly name: string;
  readonly title: string;
  run(context: BenchContext): Promise<Figure[]>;
}

export function atLeast(value: number): Target {
  return { kind: 'at least', value };
}

export function atMost(value: number): Target {
  return { kind: 'at most', value };
}

/** `null` = no target. */
export function reached({ value, target }: Figure): boolean | null {
  if (!target) return null;
  return target.kind === 'at least' ? value >= target.value : value <= target.value;
}
