/** Runs: made, listed, watched, cancelled, repeated, deleted. Who may read a session may read what came from it. */
import { type AllocatorConfig, findModel } from '@heapcast/allocators';
import type { RunProgress } from '@heapcast/contracts';
import {
  type Page,
  type PageQuery,
  type RunDetail,
  type RunFilter,
  type RunRecord,
  RunStore,
} from '@heapcast/database';
import { Injectable } from '@nestjs/common';
import { from, map, type Observable, of } from 'rxjs';
import { AccessService } from '../access/index.js';
import { notFound, ProblemException } from '../problems/index.js';
import { ReferenceService } from '../reference/reference.service.js';
import { type ReadableTrace, TracesService } from '../traces/traces.service.js';
import { RunExecutor } from './run-executor.js';
import { hasEnded, RunProgressBoard } from './run-progress.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export interface NewRunRequest {
  /** Content id. */
  readonly trace: string;
  readonly allocator: AllocatorConfig;
  readonly name?: string | undefined;
}

@Injectable()
export class RunsService {
  constructor(
    private readonly store: RunStore,
    private readonly traces: TracesService,
    private readonly reference: ReferenceService,
    private readonly access: AccessService,
    private readonly executor: RunExecutor,
    private readonly board: RunProgressBoard,
  ) {}

  /**
   * @param ownerHash of whoever wants it; without one it is nobody's
   * @throws ProblemException `invalid-configuration`, `invalid-request`, `unavailable`, and what access refuses
   */
  async create(request: NewRunRequest, bearer: string | undefined, ownerHash?: Uint8Array): Promise<RunRecord> {
    this.executor.requireRoom();
    const { record, header, reader } = await this.#traceOf(request, bearer);
    const config = this.reference.resolve(
      withRecordedProfile(request.allocator, header.origin.recordedOn),
      'allocator',
    );
    // A run of a private trace belongs to the session that opened the trace to its maker: it is as private.
    const sessionId = reader?.sessionId;
    const run = await this.store.create({
      traceKey: record.key,
      config,
      name: request.name ?? record.name,
      sessionId,
      ownerHash: sessionId === undefined ? ownerHash : undefined,
    });
    this.executor.enqueue(run);
    return run;
  }

  /** Executes a run that somebody else stored: what a finished session became. */
  begin(run: RunRecord): void {
    this.executor.enqueue(run);
  }

  /** @throws ProblemException `not-found`, and what access refuses */
  async get(id: string, bearer: string | undefined): Promise<RunDetail> {
    const run = await this.known(id);
    if (run.session) await this.access.requireRead(run.session, bearer);
    return run;
  }

  /** For those who were let in to it. @throws ProblemException `not-found` */
  async known(id: string): Promise<RunDetail> {
    const run = UUID.test(id) ? await this.store.find(id.toLowerCase()) : null;
    if (!run) throw notFound('run', id);
    return run;
  }

  /** A run that can be looked into. @throws ProblemException `run-not-finished` too */
  async getFinished(id: string, bearer: string | undefined): Promise<RunDetail> {
    const run = await this.get(id, bearer);
    if (run.status === 'done') return run;
    const detail: Readonly<Record<string, string>> = {
      pending: 'waits for its turn',
      running: 'is being executed',
      failed: 'failed',
      cancelled: 'was cancelled',
    };
    throw new ProblemException('run-not-finished', `The run ${detail[run.status] ?? run.status}.`, {
      extensions: { runStatus: run.status },
    });
  }

  /** Newest first, only what everybody may read. @throws InvalidCursorError */
  list(query: PageQuery & RunFilter): Promise<Page<RunRecord>> {
    return this.store.list({ ...query, visibility: 'public' });
  }

  /** A new run of the same trace and options, with the model as it is now. */
  async rerun(id: string, bearer: string | undefined, ownerHash?: Uint8Array): Promise<RunRecord> {
    this.executor.requireRoom();
    const run = await this.get(id, bearer);
    const { model, profile, options } = run.config;
    const names = new Set(findModel(model)?.options.map(({ name }) => name));
    // Options that only repeat the profile are left to the profile, which may have learnt since.
    const preset: Readonly<Record<string, unknown>> =
      findModel(model)?.profiles.find(({ name }) => name === profile)?.options ?? {};
    const changed = Object.entries(options).filter(
      ([name, value]) => names.has(name) && JSON.stringify(value) !== JSON.stringify(preset[name]),
    );
    const config = this.reference.resolve({ model, profile, options: Object.fromEntries(changed) }, 'allocator');
    const again = await this.store.create({
      traceKey: run.trace.key,
      config,
      name: run.name,
      sessionId: run.session?.id,
      ownerHash: run.session ? undefined : ownerHash,
    });
    this.executor.enqueue(again);
    return again;
  }

  /** @throws ProblemException `conflict` when it ended before */
  async cancel(id: string, bearer: string | undefined): Promise<RunRecord> {
    const run = await this.#writable(id, bearer);
    if (!(await this.store.cancel(run.id))) {
      throw new ProblemException('conflict', `The run ended before it could be cancelled: it is ${run.status}.`);
    }
    this.executor.abandon(run.id);
    return (await this.store.find(run.id)) ?? run;
  }

  /** A run that is on its way is cancelled first. @throws RunInUseError for what a session became */
  async delete(id: string, bearer: string | undefined): Promise<void> {
    const run = await this.#writable(id, bearer);
    if (!(await this.store.delete(run.id))) throw notFound('run', id);
    this.executor.abandon(run.id);
  }

  /** The present state at once, then every later one; completes when the run has ended or the service stops. */
  watch(run: RunRecord): Observable<RunProgress> {
    const live = this.board.watch(run.id);
    if (live) return live;
    const stored = progressOf(run);
    if (hasEnded(stored)) return of(stored);
    // It may have ended between the look into the database and here.
    return from(this.store.find(run.id)).pipe(map((now) => progressOf(now ?? run)));
  }

  async #traceOf({ trace }: NewRunRequest, bearer: string | undefined): Promise<ReadableTrace> {
    try {
      return await this.traces.read(trace, bearer);
    } catch (error) {
      if (!(error instanceof ProblemException) || error.problem !== 'not-found') throw error;
      const errors = [{ path: 'trace', message: 'is not the id of a stored trace' }];
      throw new ProblemException('not-found', error.detail, { errors });
    }
  }

  async #writable(id: string, bearer: string | undefined): Promise<RunRecord> {
    const run = await this.get(id, bearer);
    if (run.session) await this.access.require(run.session.id, 'editor', bearer);
    else this.access.requireOwner(run.ownerHash, bearer);
    return run;
  }
}

export function progressOf({ id, status, progress, trace }: RunRecord): RunProgress {
  return { runId: id, status, events: progress, total: trace.events };
}

/** A trace recorded on CPython 3.11.7 is best replayed as cpython-3.11, unless the client says otherwise. */
function withRecordedProfile(allocator: AllocatorConfig, recordedOn: string): AllocatorConfig {
  if (allocator.profile !== undefined) return allocator;
  const profiles = findModel(allocator.model)?.profiles ?? [];
  const fitting = profiles.find(({ name }) => recordedOn === name || recordedOn.startsWith(`${name}.`));
  const { model, profile, options } = allocator;
  return { model, options, profile: fitting?.name ?? profile };
}
