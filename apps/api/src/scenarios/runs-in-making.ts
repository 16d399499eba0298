/**
 * The way from a scenario to its runs, which can take long: each side's trace is generated and stored, then its run is
 * begun. Whoever asked may leave and ask again; what is under way is known until the service stops.
 */
import { randomUUID } from 'node:crypto';
import type { Parameters, Scenario, Side } from '@heapcast/scenarios';
import type { Making } from './made-traces.js';

export interface SideInMakingView {
  readonly side: string;
  readonly title: string;
  /** Requests generated so far. */
  readonly events: number;
  readonly isMade: boolean;
}

export interface InMakingView {
  readonly id: string;
  readonly sides: readonly SideInMakingView[];
}

export class RunsInMaking {
  readonly id = randomUUID();
  /** Ids of the runs, in the order of the sides. */
  readonly runs: Promise<readonly string[]>;
  readonly #traces: (Making | null)[];

  /** @param begin makes the trace of a side and begins its run; tells of the trace when it is on its way */
  constructor(
    readonly scenario: Scenario,
    readonly parameters: Parameters,
    private readonly sides: readonly Side[],
    begin: (side: Side, at: number, making: (trace: Making) => void) => Promise<string>,
  ) {
    this.#traces = sides.map(() => null);
    this.runs = this.#begin(begin);
    // Whoever asks is told.
    this.runs.catch(() => undefined);
  }

  view(): InMakingView {
    const sides = this.sides.map(({ name, title }, at) => ({
      side: name,
      title,
      events: this.#traces[at]?.events ?? 0,
      isMade: this.#traces[at]?.isMade ?? false,
    }));
    return { id: this.id, sides };
  }

  async #begin(
    begin: (side: Side, at: number, making: (trace: Making) => void) => Promise<string>,
  ): Promise<readonly string[]> {
    const ids: string[] = [];
    for (const [at, side] of this.sides.entries()) {
      ids.push(await begin(side, at, (trace) => (this.#traces[at] = trace)));
    }
    return ids;
  }
}
