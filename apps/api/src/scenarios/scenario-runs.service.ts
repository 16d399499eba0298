/**
 * The sides of a scenario as runs, beside each other. Nothing is kept for it: a run's name says of which side and with
 * which parameters it is, so the comparison can be asked for again, after a restart as well.
 */
import type { AllocatorConfig } from '@heapcast/allocators';
import type { RunDetail } from '@heapcast/database';
import { type Parameters, type Scenario, type Side } from '@heapcast/scenarios';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { setImmediate as turn } from 'node:timers/promises';
import { fromEvent, lastValueFrom, takeUntil } from 'rxjs';
import { invalid, notFound } from '../problems/index.js';
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
import { type InMakingView, RunsInMaking } from './runs-in-making.js';
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
  /** What is generated still: there are no runs yet. null as soon as there are. */
  readonly making: InMakingView | null;
  /** Empty while traces are being made. */
  readonly sides: readonly SideRunView[];
  /** From the first side to the last; null until all runs are done, or when there is only one. */
  readonly differences: readonly DifferenceView[] | null;
  readonly claims: readonly ClaimView[] | null;
  /** Asks for the same again. */
  readonly self: string;
}

const USUAL_WAIT_SECONDS = 20;
/** Ways to runs that are remembered. */
const KEPT = 500;
/** `list-of-dicts: keep-one {"iterations":100}`; a side has no space in its name. */
const RUN_NAME = /^([\w-]+): ([\w-]+) (\{.*\})$/;

@Injectable()
export class ScenarioRuns {
  readonly #making = new LRUCache<string, RunsInMaking>({ max: KEPT });

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
    const making = new RunsInMaking(scenario, parameters, sides, async (side, at, told) => {
      const trace = await this.made.begin(scenario, side, parameters);
      told(trace);
      const name = `${scenario.name}: ${side.name} ${JSON.stringify(parameters)}`;
      return (await this.runs.create({ trace: (await trace.made).id, allocator: allocators[at], name }, undefined)).id;
    });
    this.#making.set(making.id, making);
    const enough = AbortSignal.timeout(1000 * (body.wait ?? USUAL_WAIT_SECONDS));
    const ids = await this.#made(making, enough);
    if (!ids) return this.#inMaking(making);
    await this.#wait(ids, enough);
    return this.compare(scenarioName, ids, undefined);
  }

  /** Runs whose traces were being made, as they are now. @throws ProblemException `not-found`, and why they could not be made */
  async follow(scenarioName: string, id: string): Promise<ComparisonView> {
    const making = this.#making.get(id);
    if (making?.scenario.name !== scenarioName) throw notFound('measurement in the making', id);
    const ids = await this.#made(making, AbortSignal.abort());
    return ids ? this.compare(scenarioName, ids, undefined) : this.#inMaking(making);
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
      making: null,
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
    for (const [phase, { at, label }] of marks.entries()) {
      const view = phaseOf(phase, label, await this.views.stats(run, at + 1));
      if (view) phases.push(view);
    }
    return phases;
  }

  #inMaking(making: RunsInMaking): ComparisonView {
    const { scenario, parameters, id } = making;
    return {
      scenario: scenario.name,
      parameters,
      isDone: false,
      making: making.view(),
      sides: [],
      differences: null,
      claims: null,
      self: `/v1/scenarios/${scenario.name}/runs?making=${id}`,
    };
  }

  /** The runs, as soon as they are begun; null when that takes too long. */
  async #made(making: RunsInMaking, enough: AbortSignal): Promise<readonly string[] | null> {
    if (enough.aborted) return Promise.race([making.runs, turn(null)]);
    const waited = new Promise<null>((resolve) => {
      enough.addEventListener('abort', () => resolve(null), { once: true });
    });
    return Promise.race([making.runs, waited]);
  }

  /** Until all runs have ended, or it takes too long. */
  async #wait(ids: readonly string[], enough: AbortSignal): Promise<void> {
    if (enough.aborted) return;
    await Promise.all(
      ids.map(async (id) => {
        const run = await this.runs.get(id, undefined);
        const waiting = this.runs.watch(run).pipe(takeUntil(fromEvent(enough, 'abort')));
        await lastValueFrom(waiting, { defaultValue: null });
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
