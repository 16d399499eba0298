/** Finds the run or session that is asked for, checks who asks, and hands it over as a subject. */
import { SessionSites, TraceStore } from '@heapcast/database';
import { ReplayPool, type RunSummary } from '@heapcast/replay';
import { Injectable } from '@nestjs/common';
import { AccessService } from '../access/index.js';
import { Configuration } from '../configuration/configuration.js';
import { ProblemException } from '../problems/index.js';
import { requireSameModel } from '../runs/model-version.js';
import { RunTimelines } from '../runs/run-timelines.js';
import { RunsService } from '../runs/runs.service.js';
import { SessionHost } from '../sessions/session-host.js';
import { Recollection } from './recollection.js';
import type { Subject, SubjectKind } from './subject.js';

/** Of those who always wait. */
const NEVER = new AbortController().signal;

@Injectable()
export class Subjects {
  constructor(
    private readonly runs: RunsService,
    private readonly timelines: RunTimelines,
    private readonly traces: TraceStore,
    private readonly host: SessionHost,
    private readonly access: AccessService,
    private readonly sessionSites: SessionSites,
    private readonly pool: ReplayPool,
    private readonly recollection: Recollection,
    private readonly configuration: Configuration,
  ) {}

  /**
   * Does something with a run or session.
   * @param gone aborted when whoever asks does not wait any more: what only they wait for is stopped
   * @throws ProblemException `not-found`, `run-not-finished`, `model-version-changed`, and what access refuses
   */
  use<T>(
    kind: SubjectKind,
    id: string,
    bearer: string | undefined,
    work: (subject: Subject) => Promise<T>,
    gone: AbortSignal = NEVER,
  ): Promise<T> {
    return kind === 'run' ? this.#run(id, bearer, work, gone) : this.#session(id, bearer, work, gone);
  }

  async #run<T>(
    id: string,
    bearer: string | undefined,
    work: (subject: Subject) => Promise<T>,
    gone: AbortSignal,
  ): Promise<T> {
    const run = await this.runs.getFinished(id, bearer);
    requireSameModel(run);
    return work({
      kind: 'run',
      id: run.id,
      name: run.name,
      config: run.config,
      events: run.trace.events,
      siteTable: async () => `trace:${run.trace.key}`,
      sites: async () => (await this.traces.header(run.trace.key))?.sites ?? [],
      gone,
      inspect: (at, query, signal) => this.timelines.inspect(run, at === 'head' ? run.trace.events : at, query, signal),
      summary: async () => {
        if (isSummary(run.summary)) return run.summary;
        throw new ProblemException('run-not-finished', 'The run has no summary.');
      },
    });
  }

  #session<T>(
    id: string,
    bearer: string | undefined,
    work: (subject: Subject) => Promise<T>,
    gone: AbortSignal,
  ): Promise<T> {
    return this.host.use(id, async (session) => {
      await this.access.requireRead(session.record, bearer);
      const events = session.seq;
      return work({
        kind: 'session',
        id,
        name: session.record.name,
        config: session.record.config,
        events,
        // The table grows with the events, and never changes what it held.
        siteTable: async () => `session:${id}:${events}`,
        sites: () => this.sessionSites.read(id),
        gone,
        inspect: (at, query, signal) => session.inspect(at, query, signal),
        summary: () =>
          this.recollection.remember(`session:${id}:${events}:summary`, gone, async (signal) => {
            // A look opens the session's timeline.
            await session.inspect(events, { kind: 'stats' });
            return this.pool.execute(`session:${id}`, { curvePoints: this.configuration.curvePoints, signal });
          }),
      });
    });
  }
}

function isSummary(value: unknown): value is RunSummary {
  return typeof value === 'object' && value !== null && 'events' in value && 'curve' in value;
}
