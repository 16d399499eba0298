/**
 * Executes runs: a few at a time, in the order in which they came. A run that is on its way when the service stops stays
 * unfinished in the database and is begun again at the next start.
 */
import { type RunRecord, RunStore } from '@heapcast/database';
import { ReplayPool } from '@heapcast/replay';
import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import PQueue from 'p-queue';
import type { Logger } from 'pino';
import { Configuration } from '../configuration/configuration.js';
import { Metrics } from '../operations/metrics.js';
import { LOG } from '../operations/operations.module.js';
import { ProblemException, problemOf } from '../problems/index.js';
import { requireSameModel } from './model-version.js';
import { RunProgressBoard } from './run-progress.js';
import { RunTimelines } from './run-timelines.js';

/** Between two notes of the progress in the database. */
const NOTE_MILLISECONDS = 1000;

@Injectable()
export class RunExecutor implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #queue: PQueue;
  readonly #stops = new Map<string, AbortController>();
  #stopping = false;

  constructor(
    private readonly store: RunStore,
    private readonly pool: ReplayPool,
    private readonly timelines: RunTimelines,
    private readonly board: RunProgressBoard,
    private readonly configuration: Configuration,
    private readonly metrics: Metrics,
    @Inject(LOG) private readonly log: Logger,
  ) {
    this.#queue = new PQueue({ concurrency: configuration.concurrentRuns });
    metrics.gauge('heapcast_runs_waiting', 'Runs that wait to be executed.', () => this.#queue.size);
    metrics.gauge('heapcast_runs_running', 'Runs that are being executed.', () => this.#queue.pending);
  }

  async onApplicationBootstrap(): Promise<void> {
    const runs = await this.store.unfinished();
    if (runs.length > 0) this.log.info({ runs: runs.length }, 'going on with unfinished runs');
    for (const run of runs) this.enqueue(run);
  }

  /** Runs on their way stop where they are and stay unfinished; watchers are let go. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#stopping = true;
    this.#queue.clear();
    for (const stop of this.#stops.values()) stop.abort();
    this.board.close();
    await this.#queue.onIdle();
  }

  /** @throws ProblemException `unavailable` when too many wait already: ask before the run is stored */
  requireRoom(): void {
    const { waitingRunsLimit } = this.configuration;
    if (this.#queue.size < waitingRunsLimit) return;
    throw new ProblemException('unavailable', `${waitingRunsLimit} runs are waiting already (WAITING_RUNS_LIMIT).`, {
      retryAfter: 5,
    });
  }

  /** The run is `pending` in the database and is executed when its turn comes. */
  enqueue(run: RunRecord): void {
    if (this.#stopping || this.#stops.has(run.id)) return;
    const stop = new AbortController();
    this.#stops.set(run.id, stop);
    this.board.tell({ runId: run.id, status: 'pending', events: 0, total: run.trace.events });
    void this.#queue
      .add(() => this.#attempt(run, stop.signal))
      .catch((error: unknown) => {
        this.log.error({ err: error, runId: run.id }, 'a run could not be executed');
      });
  }

  /** Ends the work on a run, if there is any; its row is the caller's. */
  abandon(runId: string): void {
    this.#stops.get(runId)?.abort();
    this.timelines.close(runId);
  }

  async #attempt(run: RunRecord, signal: AbortSignal): Promise<void> {
    const total = run.trace.events;
    try {
      if (signal.aborted || !(await this.store.start(run.id))) return;
      this.board.tell({ runId: run.id, status: 'running', events: 0, total });
      await this.#execute(run, signal);
    } catch (error) {
      if (signal.aborted) return;
      await this.#fail(run, error);
    } finally {
      this.#stops.delete(run.id);
      // Cancelled or deleted: watchers are told, unless the service is only stopping.
      if (signal.aborted && !this.#stopping) {
        const events = this.board.latest(run.id)?.events ?? 0;
        this.board.tell({ runId: run.id, status: 'cancelled', events, total });
        this.metrics.runsFinished.inc({ status: 'cancelled' });
      }
    }
  }

  async #execute(run: RunRecord, signal: AbortSignal): Promise<void> {
    requireSameModel(run);
    const total = run.trace.events;
    const key = await this.timelines.open(run);
    let noted = performance.now();
    const summary = await this.pool.execute(key, {
      curvePoints: this.configuration.curvePoints,
      signal,
      onProgress: ({ events, totals }) => {
        this.board.tell({ runId: run.id, status: 'running', events, total, totals });
        if (performance.now() - noted < NOTE_MILLISECONDS) return;
        noted = performance.now();
        this.store
          .progress(run.id, events)
          .catch((error: unknown) => this.log.warn({ err: error }, 'progress was not noted'));
      },
    });
    if (!(await this.store.finish(run.id, summary.events, summary))) return;
    this.board.tell({ runId: run.id, status: 'done', events: summary.events, total });
    this.metrics.replayedEvents.inc(summary.events);
    this.metrics.runsFinished.inc({ status: 'done' });
  }

  async #fail(run: RunRecord, error: unknown): Promise<void> {
    const problem = problemOf(error, `urn:run:${run.id}`);
    this.log.error({ err: error, runId: run.id }, 'run failed');
    await this.store.fail(run.id, problem);
    this.board.tell({ runId: run.id, status: 'failed', events: 0, total: run.trace.events });
    this.metrics.runsFinished.inc({ status: 'failed' });
  }
}
