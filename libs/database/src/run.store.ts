/**
 * Runs: a trace on a configuration. A run is `pending`, then `running`, and ends once as `done`, `failed` or `cancelled`;
 * every step is taken only from where it may be taken, so two that race for it cannot both succeed.
 */
import { Injectable } from '@nestjs/common';
import { namedLike, type Page, pageOf, type PageQuery, toPage, UUIDS } from './cursor.js';
import { RunInUseError } from './errors.js';
import { Prisma, type RunStatus, type Visibility } from './generated/client.js';
import { PrismaService } from './prisma.service.js';
import { readConfig, type StoredConfig, writeConfig, writePlain } from './stored-json.js';

export interface RunRecord {
  readonly id: string;
  readonly name: string;
  readonly trace: { readonly key: number; readonly id: string; readonly name: string; readonly events: number };
  readonly config: StoredConfig;
  readonly status: RunStatus;
  /** Requests replayed so far. */
  readonly progress: number;
  /** RFC 9457 problem of a failed run. */
  readonly problem: unknown;
  /** The session that it came from, if any: who may read that may read the run. */
  readonly session: { readonly id: string; readonly visibility: Visibility } | null;
  /** SHA-256 of its owner's secret; `null`: a session's, or nobody's. */
  readonly ownerHash: Uint8Array | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

export interface RunDetail extends RunRecord {
  /** As it was given to `finish`; `null` before. */
  readonly summary: unknown;
}

export interface NewRun {
  readonly traceKey: number;
  readonly config: StoredConfig;
  readonly name?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly ownerHash?: Uint8Array | undefined;
}

export interface RunFilter {
  readonly status?: RunStatus | undefined;
  readonly model?: string | undefined;
  readonly profile?: string | undefined;
  /** Content id. */
  readonly traceId?: string | undefined;
  readonly sessionId?: string | undefined;
  /** Part of the name, in any case. */
  readonly name?: string | undefined;
  /** Created at this time or later; created before that time. */
  readonly createdFrom?: Date | undefined;
  readonly createdTo?: Date | undefined;
  /** Default: only those that everybody may read. */
  readonly visibility?: Visibility | 'any' | undefined;
}

const RECORD = {
  id: true,
  name: true,
  config: true,
  status: true,
  progress: true,
  problem: true,
  ownerHash: true,
  createdAt: true,
  startedAt: true,
  finishedAt: true,
  trace: { select: { id: true, contentId: true, name: true, events: true } },
  session: { select: { id: true, visibility: true } },
} satisfies Prisma.RunSelect;

type Row = Prisma.RunGetPayload<{ select: typeof RECORD }>;

@Injectable()
export class RunStore {
  constructor(private readonly prisma: PrismaService) {}

  /** @param client a transaction that the run is to be a part of */
  async create(run: NewRun, client: Prisma.TransactionClient = this.prisma.client): Promise<RunRecord> {
    const { config, name = '', traceKey, sessionId, ownerHash } = run;
    const row = await client.run.create({
      data: {
        name,
        traceId: traceKey,
        sessionId: sessionId ?? null,
        ownerHash: ownerHash ? Buffer.from(ownerHash) : null,
        config: writeConfig(config),
        model: config.model,
        profile: config.profile,
        modelVersion: config.modelVersion,
      },
      select: RECORD,
    });
    return toRecord(row);
  }

  async find(id: string): Promise<RunDetail | null> {
    const row = await this.prisma.client.run.findUnique({ where: { id }, select: { ...RECORD, summary: true } });
    return row && { ...toRecord(row), summary: row.summary };
  }

  /** Newest first, without summaries. @throws InvalidCursorError */
  async list(query: PageQuery & RunFilter): Promise<Page<RunRecord>> {
    const { limit, take, orderBy, where } = pageOf(query, UUIDS);
    const { status, model, profile, traceId, sessionId, name, createdFrom, createdTo, visibility = 'public' } = query;
    const rows = await this.prisma.client.run.findMany({
      where: {
        AND: [where, visibleAs(visibility)],
        ...(status ? { status } : {}),
        ...(model ? { model } : {}),
        ...(profile ? { profile } : {}),
        ...(traceId ? { trace: { contentId: traceId } } : {}),
        ...(sessionId ? { sessionId } : {}),
        ...namedLike(name),
        ...(createdFrom || createdTo ? { createdAt: { gte: createdFrom, lt: createdTo } } : {}),
      },
      orderBy,
      take,
      select: RECORD,
    });
    return toPage(rows, limit, toRecord);
  }

  async count(filter: Pick<RunFilter, 'status'> = {}): Promise<number> {
    return this.prisma.client.run.count({ where: filter.status ? { status: filter.status } : {} });
  }

  /** Runs that a service that ended left behind, oldest first: to be begun again. */
  async unfinished(): Promise<RunRecord[]> {
    const rows = await this.prisma.client.run.findMany({
      where: { status: { in: ['pending', 'running'] } },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      select: RECORD,
    });
    return rows.map(toRecord);
  }

  /** `pending` (or, after a restart, `running`) -> `running`. Every step returns whether it was taken. */
  async start(id: string): Promise<boolean> {
    return this.#step(id, ['pending', 'running'], { status: 'running', progress: 0, startedAt: new Date() });
  }

  async progress(id: string, events: number): Promise<boolean> {
    return this.#step(id, ['running'], { progress: events });
  }

  /** `running` -> `done`. @param summary plain JSON */
  async finish(id: string, events: number, summary: object): Promise<boolean> {
    const data = { status: 'done' as const, progress: events, summary: writePlain(summary), finishedAt: new Date() };
    return this.#step(id, ['running'], data);
  }

  /** -> `failed`. @param problem an RFC 9457 problem */
  async fail(id: string, problem: object): Promise<boolean> {
    const data = { status: 'failed' as const, problem: writePlain(problem), finishedAt: new Date() };
    return this.#step(id, ['pending', 'running'], data);
  }

  async cancel(id: string): Promise<boolean> {
    return this.#step(id, ['pending', 'running'], { status: 'cancelled', finishedAt: new Date() });
  }

  async rename(id: string, name: string): Promise<boolean> {
    const { count } = await this.prisma.client.run.updateMany({ where: { id }, data: { name } });
    return count > 0;
  }

  /** Returns whether there was such a run. @throws RunInUseError for the run that a session became */
  async delete(id: string): Promise<boolean> {
    return this.prisma.client.$transaction(async (tx) => {
      const session = await tx.session.findFirst({ where: { runId: id }, select: { id: true } });
      if (session) throw new RunInUseError(session.id);
      const { count } = await tx.run.deleteMany({ where: { id } });
      return count > 0;
    });
  }

  async #step(id: string, from: RunStatus[], data: Prisma.RunUpdateManyMutationInput): Promise<boolean> {
    const { count } = await this.prisma.client.run.updateMany({ where: { id, status: { in: from } }, data });
    return count > 0;
  }
}

/** A run is as public as the session that it came from. */
function visibleAs(visibility: Visibility | 'any'): Prisma.RunWhereInput {
  if (visibility === 'any') return {};
  if (visibility === 'private') return { session: { visibility } };
  return { OR: [{ sessionId: null }, { session: { visibility } }] };
}

function toRecord(row: Row): RunRecord {
  const { trace, config, progress, ...rest } = row;
  return {
    ...rest,
    config: readConfig(config),
    progress: Number(progress),
    trace: { key: trace.id, id: trace.contentId ?? '', name: trace.name, events: Number(trace.events) },
  };
}
