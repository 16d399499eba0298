/**
 * Sessions. Their requests are in the journal while they are open. A session that is finished becomes a run: all its
 * requests move to a trace, in one transaction, and the journal is empty.
 */
import { Injectable } from '@nestjs/common';
import { namedLike, type Page, pageOf, type PageQuery, toPage, UUIDS } from './cursor.js';
import { SessionNotOpenError } from './errors.js';
import { Prisma, type SessionKind, type SessionStatus, type Visibility } from './generated/client.js';
import { moveToTrace } from './journal/move-to-trace.js';
import { SessionJournal } from './journal/session-journal.js';
import { SessionSites } from './journal/session-sites.js';
import { PrismaService } from './prisma.service.js';
import { type RunRecord, RunStore } from './run.store.js';
import {
  originIn,
  readConfig,
  readPlain,
  type StoredConfig,
  type StoredPlain,
  writeConfig,
  writePlain,
} from './stored-json.js';
import { TraceStore } from './trace.store.js';

export interface SessionRecord {
  readonly id: string;
  readonly name: string;
  readonly config: StoredConfig;
  readonly visibility: Visibility;
  readonly status: SessionStatus;
  /** What its requests come from. */
  readonly kind: SessionKind;
  /** How a program or snippet was set up. */
  readonly settings: StoredPlain | null;
  /** Where its arenas lay when its first requests were recorded; empty of a session that began without any. */
  readonly arenaMisalignment: Uint8Array;
  /** Display name of whoever opened it. */
  readonly owner: string;
  /** The run that it became. */
  readonly runId: string | null;
  readonly forkedFrom: { readonly sessionId: string; readonly seq: number } | null;
  /** Number of its last request; 0 = none. */
  readonly lastSeq: number;
  readonly createdAt: Date;
  /** When it, or what it holds, last changed. */
  readonly updatedAt: Date;
  readonly finishedAt: Date | null;
}

export interface NewSession {
  /** Default: a new one. */
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly config: StoredConfig;
  readonly visibility?: Visibility | undefined;
  readonly owner?: string | undefined;
  /** Default: allocator. */
  readonly kind?: SessionKind | undefined;
  readonly settings?: object | null | undefined;
}

export interface NewFork extends NewSession {
  /** The fork starts as the other session was after its first `seq` requests. */
  readonly from: { readonly sessionId: string; readonly seq: number };
}

export interface NewContinuation extends NewSession {
  /** It starts with the first `events` requests of a trace, as the run replayed them. */
  readonly from: { readonly runId: string; readonly traceKey: number; readonly events: number };
}

export interface SessionChange {
  readonly name?: string | undefined;
  readonly visibility?: Visibility | undefined;
}

export interface SessionFilter {
  readonly status?: SessionStatus | undefined;
  readonly kind?: SessionKind | undefined;
  readonly model?: string | undefined;
  readonly profile?: string | undefined;
  /** Default: only public ones. */
  readonly visibility?: Visibility | 'any' | undefined;
  /** Part of the name, in any case. */
  readonly name?: string | undefined;
}

export interface FinishedSession {
  /** Pending: to be executed for its summary. */
  readonly run: RunRecord;
  /** `false`: a trace of this content was stored before. */
  readonly traceCreated: boolean;
}

const RECORD = {
  id: true,
  name: true,
  config: true,
  visibility: true,
  status: true,
  kind: true,
  settings: true,
  owner: true,
  runId: true,
  forkedFrom: true,
  forkedAt: true,
  lastSeq: true,
  createdAt: true,
  updatedAt: true,
  finishedAt: true,
  // The end of an open session's journal.
  journal: { select: { firstSeq: true, count: true, createdAt: true }, orderBy: { firstSeq: 'desc' }, take: 1 },
} satisfies Prisma.SessionSelect;

type Row = Prisma.SessionGetPayload<{ select: typeof RECORD }>;

@Injectable()
export class SessionStore {
  constructor(
    private readonly prisma: PrismaService,
    private readonly journal: SessionJournal,
    private readonly siteRows: SessionSites,
    private readonly traces: TraceStore,
    private readonly runs: RunStore,
  ) {}

  async create(session: NewSession): Promise<SessionRecord> {
    return toRecord(await this.prisma.client.session.create({ data: toData(session), select: RECORD }));
  }

  /**
   * Opens a session that holds the first requests of another one, open or finished.
   * @throws SessionNotOpenError when the other session has fewer requests, or is gone
   */
  async fork(fork: NewFork): Promise<SessionRecord> {
    const { sessionId, seq } = fork.from;
    return this.prisma.client.$transaction(
      async (tx) => {
        const origin = await tx.session.findUnique({ where: { id: sessionId }, select: { id: true } });
        if (!origin) throw new SessionNotOpenError(sessionId);
        const data = { ...toData(fork), forkedFrom: sessionId, forkedAt: seq };
        const { id } = await tx.session.create({ data, select: { id: true } });
        await this.siteRows.copy(sessionId, id, tx);
        await this.journal.copy(sessionId, id, seq, tx);
        return toRecord(await tx.session.findUniqueOrThrow({ where: { id }, select: RECORD }));
      },
      // One view of the other session's journal, whatever is merged in it meanwhile.
      { isolationLevel: Prisma.TransactionIsolationLevel.RepeatableRead },
    );
  }

  /**
   * Opens a session that holds the first requests of a trace, with its call sites and where its arenas lay.
   * @throws SessionNotOpenError when the trace has fewer requests, or is gone
   */
  async goOn({ from, settings, ...session }: NewContinuation): Promise<SessionRecord> {
    const { runId, traceKey, events } = from;
    return this.prisma.client.$transaction(async (tx) => {
      const trace = await tx.trace.findUnique({ where: { id: traceKey }, select: { origin: true } });
      if (!trace) throw new SessionNotOpenError(runId);
      const origin = { runId, event: events, recorded: trace.origin };
      const data = toData({ ...session, settings: { ...settings, origin } });
      const { id } = await tx.session.create({ data, select: { id: true } });
      await this.siteRows.copyOfTrace(traceKey, id, tx);
      await this.journal.copyOfTrace(traceKey, id, events, tx);
      return toRecord(await tx.session.findUniqueOrThrow({ where: { id }, select: RECORD }));
    });
  }

  async find(id: string): Promise<SessionRecord | null> {
    const row = await this.prisma.client.session.findUnique({ where: { id }, select: RECORD });
    return row && toRecord(row);
  }

  /** Newest first. @throws InvalidCursorError */
  async list(query: PageQuery & SessionFilter): Promise<Page<SessionRecord>> {
    const { limit, take, orderBy, where } = pageOf(query, UUIDS);
    const { status, kind, model, profile, name, visibility = 'public' } = query;
    const rows = await this.prisma.client.session.findMany({
      where: {
        ...where,
        ...(visibility === 'any' ? {} : { visibility }),
        ...(status ? { status } : {}),
        ...(kind ? { kind } : {}),
        ...(model ? { model } : {}),
        ...(profile ? { profile } : {}),
        ...namedLike(name),
      },
      orderBy,
      take,
      select: RECORD,
    });
    return toPage(rows, limit, toRecord);
  }

  async count(filter: Pick<SessionFilter, 'status'> = {}): Promise<number> {
    return this.prisma.client.session.count({ where: filter.status ? { status: filter.status } : {} });
  }

  /** Returns the session as it is now; `null`: there is none. What its runs replay becomes visible with it. */
  async change(id: string, { name, visibility }: SessionChange): Promise<SessionRecord | null> {
    return this.prisma.client.$transaction(async (tx) => {
      const data = { ...(name === undefined ? {} : { name }), ...(visibility === undefined ? {} : { visibility }) };
      const { count } = await tx.session.updateMany({ where: { id }, data });
      if (count === 0) return null;
      if (visibility === 'public') {
        await tx.trace.updateMany({ where: { runs: { some: { sessionId: id } } }, data: { visibility } });
      }
      return toRecord(await tx.session.findUniqueOrThrow({ where: { id }, select: RECORD }));
    });
  }

  /**
   * Ends a session: its requests become a trace (or meet the one of the same content) and it becomes a pending run.
   * Nothing may be appended to its journal meanwhile. @throws SessionNotOpenError
   */
  async finish(id: string): Promise<FinishedSession> {
    return this.prisma.client.$transaction(async (tx) => {
      const { count } = await tx.session.updateMany({
        where: { id, status: 'open' },
        data: { status: 'finished', finishedAt: new Date() },
      });
      if (count === 0) throw new SessionNotOpenError(id);
      const session = await tx.session.findUniqueOrThrow({
        where: { id },
        select: { name: true, config: true, visibility: true, settings: true },
      });
      const { name, visibility } = session;
      const upload = await this.traces.begin(tx);
      const sites = await this.siteRows.read(id, tx);
      const { contentId, header } = await moveToTrace(tx, id, upload, { sites, origin: originIn(session.settings) });
      const { trace, created } = await this.traces.completeIn(tx, upload, contentId, header, { name, visibility });
      const config = readConfig(session.config);
      const run = await this.runs.create({ traceKey: trace.key, config, name, sessionId: id }, tx);
      await tx.session.update({ where: { id }, data: { runId: run.id, lastSeq: header.events }, select: { id: true } });
      return { run, traceCreated: created };
    });
  }

  /**
   * Forgets a session with its journal and tokens. The run that a public one became stays, as anybody's; that of a private
   * one is forgotten too, and its trace, unless other runs replay it. Returns whether there was such a session.
   */
  async delete(id: string): Promise<boolean> {
    return this.prisma.client.$transaction(async (tx) => {
      const session = await tx.session.findUnique({ where: { id }, select: { visibility: true } });
      if (!session) return false;
      if (session.visibility === 'public') {
        await tx.run.updateMany({ where: { sessionId: id }, data: { sessionId: null } });
      } else {
        const runs = await tx.run.findMany({ where: { sessionId: id }, select: { traceId: true } });
        await tx.run.deleteMany({ where: { sessionId: id } });
        await tx.trace.deleteMany({
          where: { id: { in: runs.map(({ traceId }) => traceId) }, visibility: 'private', runs: { none: {} } },
        });
      }
      await tx.session.delete({ where: { id }, select: { id: true } });
      return true;
    });
  }
}

function toData({ id, name = '', config, visibility = 'public', owner = '', kind, settings }: NewSession) {
  const { model, profile } = config;
  return {
    ...(id === undefined ? {} : { id }),
    ...(kind === undefined ? {} : { kind }),
    ...(settings ? { settings: writePlain(settings) } : {}),
    name,
    visibility,
    owner,
    config: writeConfig(config),
    model,
    profile,
  };
}

function toRecord(row: Row): SessionRecord {
  const { config, settings, forkedFrom, forkedAt, journal, lastSeq, updatedAt, ...rest } = row;
  const [end] = journal;
  return {
    ...rest,
    config: readConfig(config),
    settings: readPlain(settings),
    arenaMisalignment: originIn(settings).arenaMisalignment,
    forkedFrom: forkedFrom === null ? null : { sessionId: forkedFrom, seq: Number(forkedAt ?? 0) },
    lastSeq: end ? Number(end.firstSeq) + end.count - 1 : Number(lastSeq),
    updatedAt: end && end.createdAt > updatedAt ? end.createdAt : updatedAt,
  };
}
