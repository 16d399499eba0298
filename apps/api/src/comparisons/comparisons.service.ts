/**
 * Compares: one workload under several policies, one after the other, each as a trace and a run of its own. A client that
 * leaves takes the work along: nothing of a comparison that was not finished is kept but the runs that were. Of finished
 * ones the newest are kept.
 */
import { randomUUID } from 'node:crypto';
import {
  type CollectionComparison,
  type CompareCollection,
  MAX_WORKLOAD,
  type PolicyOutcome,
  type ProgramCommand,
  type ResolvedProgramChoice,
} from '@heapcast/contracts';
import { ComparisonStore, RunStore, type StoredConfig, TraceStore } from '@heapcast/database';
import { EnginePool } from '@heapcast/engine';
import { Injectable } from '@nestjs/common';
import PQueue from 'p-queue';
import { lastValueFrom } from 'rxjs';
import { AccessService } from '../access/index.js';
import { Configuration } from '../configuration/configuration.js';
import { invalid, notFound, ProblemException } from '../problems/index.js';
import { checkProgram, checkWorkload } from '../programs/program-check.js';
import { ReferenceService } from '../reference/reference.service.js';
import { RunsService } from '../runs/runs.service.js';
import type { LiveSession } from '../sessions/live-session.js';
import { SessionHost } from '../sessions/session-host.js';
import { otherKind } from '../sessions/session-problems.js';
import { checkPolicies, isWork, programUnder, schedule } from './collection-policy.js';
import { inOrder } from './comparison-sentences.js';
import { record } from './policy-recording.js';

const AT_ONCE = 2;
const MOST_WAITING = 16;
/** Events of a session that are read at once. */
const PAGE = 4096;
const USUAL_ALLOCATOR = { model: 'pymalloc' };
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** What is compared, checked. */
interface Workload {
  readonly commands: readonly ProgramCommand[];
  readonly program: ResolvedProgramChoice;
  readonly config: StoredConfig;
  readonly name: string;
  readonly sessionId: string | null;
  readonly visibility: 'public' | 'private';
}

/** Who compares. */
interface Caller {
  readonly bearer: string | undefined;
  /** Aborted when it leaves. */
  readonly signal: AbortSignal;
}

@Injectable()
export class ComparisonsService {
  readonly #queue = new PQueue({ concurrency: AT_ONCE });

  constructor(
    private readonly configuration: Configuration,
    private readonly store: ComparisonStore,
    private readonly traces: TraceStore,
    private readonly runStore: RunStore,
    private readonly runs: RunsService,
    private readonly engines: EnginePool,
    private readonly host: SessionHost,
    private readonly access: AccessService,
    private readonly reference: ReferenceService,
  ) {}

  /** @throws ProblemException `invalid-request`, `invalid-configuration`, `unavailable`, and what access refuses */
  async compare(
    body: CompareCollection,
    bearer: string | undefined,
    signal: AbortSignal,
  ): Promise<CollectionComparison> {
    const workload = await this.#workloadOf(body, bearer);
    const policies = checkPolicies(body.policies, workload.program);
    if (this.#queue.size >= MOST_WAITING) {
      throw new ProblemException('unavailable', `${this.#queue.size} comparisons wait already.`, { retryAfter: 5 });
    }
    const id = randomUUID();
    return this.#queue.add(
      async () => {
        const outcomes: PolicyOutcome[] = [];
        for (const policy of policies) outcomes.push(await this.#outcome(id, workload, policy, { bearer, signal }));
        const { program, config, name, sessionId } = workload;
        const comparison: CollectionComparison = {
          id,
          name,
          createdAt: new Date().toISOString(),
          commands: workload.commands.length,
          program: withoutText(program),
          allocator: config,
          session: sessionId,
          outcomes,
          sentences: inOrder(outcomes),
        };
        await this.store.create({ id, kind: 'collection', sessionId, result: comparison });
        await this.store.keepNewest(this.configuration.comparisonsLimit);
        return comparison;
      },
      { signal },
    );
  }

  /** @throws ProblemException `not-found`, and what access refuses */
  async get(id: string, bearer: string | undefined): Promise<Readonly<Record<string, unknown>>> {
    const found = UUID.test(id) ? await this.store.find(id) : null;
    if (found?.kind !== 'collection') throw notFound('comparison', id);
    const { sessionId, result } = found;
    if (sessionId) {
      await this.host.use(sessionId, async (session) => this.access.requireRead(session.record, bearer));
    }
    return result;
  }

  async #outcome(
    id: string,
    { commands, program, config, name, sessionId, visibility }: Workload,
    policy: PolicyOutcome['policy'],
    { bearer, signal }: Caller,
  ): Promise<PolicyOutcome> {
    const { trace, ...told } = await record(this.engines, this.traces, schedule(commands, policy), {
      key: `comparison:${id}`,
      choice: programUnder(program, policy),
      name: `${name}: ${policy.name}`,
      visibility,
      signal,
    });
    const run = await this.runStore.create({
      traceKey: trace.key,
      config,
      name: `${name}: ${policy.name}`,
      sessionId: visibility === 'private' ? (sessionId ?? undefined) : undefined,
    });
    this.runs.begin(run);
    try {
      return { policy, trace: trace.id, runId: run.id, ...(await this.#peaksOf(run.id, signal)), ...told };
    } catch (error) {
      if (signal.aborted) await this.runs.cancel(run.id, bearer).catch(() => undefined);
      throw error;
    }
  }

  async #peaksOf(
    runId: string,
    signal: AbortSignal,
  ): Promise<Pick<PolicyOutcome, 'peakRequestedBytes' | 'peakAllocatedBytes' | 'peakMappedBytes'>> {
    const run = await this.runStore.find(runId);
    if (!run) throw notFound('run', runId);
    const left = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    await Promise.race([lastValueFrom(this.runs.watch(run), { defaultValue: null }), left]);
    const { status, summary } = (await this.runStore.find(runId)) ?? {};
    if (status !== 'done') throw new ProblemException('unavailable', `The run ${runId} of a policy is ${status}.`);
    const peaks: unknown = typeof summary === 'object' && summary !== null && 'peaks' in summary ? summary.peaks : null;
    return {
      peakRequestedBytes: peak(peaks, 'requestedBytes'),
      peakAllocatedBytes: peak(peaks, 'allocatedBytes'),
      peakMappedBytes: peak(peaks, 'mappedBytes'),
    };
  }

  async #workloadOf(body: CompareCollection, bearer: string | undefined): Promise<Workload> {
    const { commands, session: sessionId, name } = body;
    if ((commands === undefined) === (sessionId === undefined)) {
      throw invalid('commands', 'is one way to tell the workload, session the other: exactly one must be given');
    }
    if (sessionId === undefined) {
      const program = checkProgram(body.program ?? {});
      return {
        commands: checkWorkload(commands, 'commands').filter(isWork),
        program,
        config: this.reference.resolve(body.allocator ?? USUAL_ALLOCATOR, 'allocator'),
        name: name ?? 'Comparison',
        sessionId: null,
        visibility: 'public',
      };
    }
    return this.host.use(sessionId, async (session) => {
      const { kind, settings, config, visibility, name: named } = session.record;
      await this.access.requireRead(session.record, bearer);
      if (kind !== 'program') throw otherKind(kind, 'no commands, so there is no workload to compare');
      return {
        commands: (await commandsOf(session)).filter(isWork),
        program: checkProgram(body.program ?? settings?.program),
        config: body.allocator ? this.reference.resolve(body.allocator, 'allocator') : config,
        name: name ?? (named === '' ? 'Comparison' : named),
        sessionId,
        visibility,
      };
    });
  }
}

/** @throws ProblemException `limit-reached` */
async function commandsOf(session: LiveSession): Promise<readonly ProgramCommand[]> {
  const commands: ProgramCommand[] = [];
  const { seq } = session;
  for (let from = 1; from <= seq;) {
    const events = await session.read(from, Math.min(PAGE, seq - from + 1));
    if (events.length === 0) break;
    for (const { op, label } of events) {
      if (op !== 'mark' || label === undefined) continue;
      const { command }: { command: ProgramCommand } = JSON.parse(label);
      commands.push(command);
    }
    if (commands.length > MAX_WORKLOAD) {
      throw new ProblemException('limit-reached', `A workload has at most ${MAX_WORKLOAD} commands.`);
    }
    from += events.length;
  }
  return commands;
}

function peak(peaks: unknown, name: string): number {
  if (typeof peaks !== 'object' || peaks === null) return 0;
  const found: unknown = Object.entries(peaks).find(([key]) => key === name)?.[1];
  return typeof found === 'object' && found !== null && 'value' in found ? Number(found.value) : 0;
}

/** A comparison is about what happened; the source is told where the program is. */
function withoutText({ source, ...choice }: ResolvedProgramChoice): CollectionComparison['program'] {
  return source === null ? choice : { ...choice, source: { file: source.file, text: '' } };
}
