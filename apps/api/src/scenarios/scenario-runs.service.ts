/**
 * The sides of a scenario as runs, beside each other. Nothing is kept for it: a run's name says of which side and with
 * which parameters it is, so the comparison can be asked for again, after a restart as well.
 */
import type { AllocatorConfig } from '@heapcast/allocators';
import type { RunDetail } from '@heapcast/database';
import { BENCHMARK_MARKS, type Parameters, type Scenario, type Side } from '@heapcast/scenarios';
import { Injectable } from '@nestjs/common';
import { lastValueFrom, takeUntil, timer } from 'rxjs';
import { invalid } from '../problems/index.js';
import { ReferenceService } from '../reference/reference.service.js';
import { RunViews } from '../runs/run-views.service.js';
import { RunsService } from '../runs/runs.service.js';
import { requireParameters, requireScenario, requireSide } from './chosen-scenario.js';
import { type MadeTrace, MadeTraces } from './made-traces.js';
import {
  type ClaimView,
  type DifferenceView,
  differences,
  judge,
  measure,
  type Measured,
  type PhaseView,
  phaseOf,
  summaryOf,
} from './measured-side.js';
import { allocatorOf } from './scenario-answers.js';
import type { CreateScenarioRunsDto } from './scenario.dto.js';

export interface SideRunView {
  readonly side: string;
  readonly title: string;
  readonly runId: string;
  readonly traceId: string;
  readonly status: RunDetail['status'];
  readonly progress: number;
  readonly events: number;
  readonly allocator: RunDetail['config'];
  /** null until the run is done. */
  readonly measured: Measured | null;
  /** At each mark of a benchmark; null of programs, and until the run is done. */
  readonly phases: readonly PhaseView[] | null;
}

export interface ComparisonView {
  readonly scenario: string;
  readonly parameters: Parameters;
  readonly isDone: boolean;
  readonly sides: readonly SideRunView[];
  /** From the first side to the last; null until all runs are done, or when there is only one. */
  readonly differences: readonly DifferenceView[] | null;
  readonly claims: readonly ClaimView[] | null;
  /** Asks for the same again. */
  readonly self: string;
}

const USUAL_WAIT_SECONDS = 20;
/** `list-of-dicts: keep-one {"iterations":100}`; a side has no space in its name. */
const RUN_NAME = /^([\w-]+): ([\w-]+) (\{.*\})$/;

@Injectable()
export class ScenarioRuns {
  constructor(
    private readonly made: MadeTraces,
    private readonly runs: RunsService,
    private readonly views: RunViews,
    private readonly reference: ReferenceService,
  ) {}

  /** @throws ProblemException `not-found`, `invalid-request`, `invalid-configuration`, `unavailable` */
  async start(scenarioName: string, body: CreateScenarioRunsDto): Promise<ComparisonView> {
    const scenario = requireScenario(scenarioName);
    const names = body.sides ?? scenario.sides.map(({ name }) => name);
    const sides = names.map((name, at) => requireSide(scenario, name, `sides[${at}]`));
    const parameters = requireParameters(scenario, body.parameters, 'run');
    const allocators = sides.map((side): AllocatorConfig => body.allocator ?? allocatorOf(side, parameters));
    // What is wrong is said before anything is made.
    for (const allocator of allocators) this.reference.resolve(allocator, 'allocator');
    const ids: string[] = [];
    for (const [at, side] of sides.entries()) {
      const { id: trace } = await this.made.of(scenario, side, parameters);
      const name = `${scenario.name}: ${side.name} ${JSON.stringify(parameters)}`;
      const run = await this.runs.create({ trace, allocator: allocators[at], name }, undefined);
      ids.push(run.id);
    }
    await this.#wait(ids, body.wait ?? USUAL_WAIT_SECONDS);
    return this.compare(scenarioName, ids, undefined);
  }

  /** @throws ProblemException `not-found`, `invalid-request` for a run that is not of this scenario */
  async compare(scenarioName: string, ids: readonly string[], bearer: string | undefined): Promise<ComparisonView> {
    const scenario = requireScenario(scenarioName);
    const runs = await Promise.all(ids.map(async (id) => this.runs.get(id, bearer)));
    const parts = runs.map((run) => partOf(scenario, run));
    const sides = await Promise.all(runs.map(async (run, at) => this.#side(scenario, parts[at], run)));
    const isDone = sides.every(({ measured }) => measured !== null);
    const [first, last] = [sides[0].measured, sides.at(-1)?.measured];
    const all = isDone && first && last && sides.length > 1 ? differences(first, last) : null;
    const whole = parts[0].side === scenario.sides[0] && parts.at(-1)?.side === scenario.sides.at(-1);
    return {
      scenario: scenario.name,
      parameters: parts[0].parameters,
      isDone,
      sides,
      differences: all,
      claims: all && whole ? judge(scenario.claims, all) : null,
      self: `/v1/scenarios/${scenario.name}/runs?runs=${ids.join(',')}`,
    };
  }

  async #side(scenario: Scenario, { side, parameters }: Part, run: RunDetail): Promise<SideRunView> {
    const summary = run.status === 'done' ? summaryOf(run) : null;
    const made = summary && (await this.made.of(scenario, side, parameters));
    return {
      side: side.name,
      title: side.title,
      runId: run.id,
      traceId: run.trace.id,
      status: run.status,
      progress: run.progress,
      events: run.trace.events,
      allocator: run.config,
      measured: summary && measure(summary, made?.program ?? null),
      phases: made && side.kind === 'trace' ? await this.#phases(run, made) : null,
    };
  }

  async #phases(run: RunDetail, { marks }: MadeTrace): Promise<PhaseView[]> {
    const phases: PhaseView[] = [];
    for (const [phase, mark] of marks.entries()) {
      const view = phaseOf(phase, BENCHMARK_MARKS[phase], await this.views.stats(run, mark + 1));
      if (view) phases.push(view);
    }
    return phases;
  }

  /** Until all runs have ended, or so many seconds are over. */
  async #wait(ids: readonly string[], seconds: number): Promise<void> {
    if (seconds === 0) return;
    const enough = timer(seconds * 1000);
    await Promise.all(
      ids.map(async (id) => {
        const run = await this.runs.get(id, undefined);
        await lastValueFrom(this.runs.watch(run).pipe(takeUntil(enough)), { defaultValue: null });
      }),
    );
  }
}

interface Part {
  readonly side: Side;
  readonly parameters: Parameters;
}

function partOf(scenario: Scenario, run: RunDetail): Part {
  const [, name, side, json] = RUN_NAME.exec(run.name) ?? [];
  if (name !== scenario.name) throw invalid('runs', `holds ${run.id}, which is no run of ${scenario.name}`);
  const chosen: Readonly<Record<string, unknown>> = JSON.parse(json);
  return { side: requireSide(scenario, side, 'runs'), parameters: requireParameters(scenario, chosen, 'run') };
}
