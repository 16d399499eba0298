/**
 * Snippets: code that ran, or is to run, in the sandbox. `waiting`, then `running`, then `finished` with an outcome, once; the
 * requests that it made are those of the session with the same id, and whoever may read that may read the snippet.
 */
import { Injectable } from '@nestjs/common';
import { type Page, pageOf, type PageQuery, toPage, UUIDS } from './cursor.js';
import { Prisma, type SnippetStatus, type Visibility } from './generated/client.js';
import { PrismaService } from './prisma.service.js';
import { readPlain, type StoredPlain, writePlain } from './stored-json.js';

export interface SnippetRecord {
  readonly id: string;
  readonly status: SnippetStatus;
  /** `null` while it has not ended. */
  readonly outcome: string | null;
  readonly language: string;
  readonly file: string;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly session: SnippetSession;
}

/** Its session, as far as a snippet is told with it. */
export interface SnippetSession {
  readonly name: string;
  readonly visibility: Visibility;
  /** The run that the session became, and the trace of that; `null` before. */
  readonly runId: string | null;
  readonly traceId: string | null;
}

export interface SnippetDetail extends SnippetRecord {
  readonly source: string;
  readonly settings: StoredPlain | null;
  /** As it was given to `finish`; `null` before. */
  readonly result: StoredPlain | null;
}

export interface NewSnippet {
  /** Of its session. */
  readonly id: string;
  readonly language: string;
  readonly file: string;
  readonly source: string;
  readonly settings: object;
}

export interface SnippetFilter {
  readonly status?: SnippetStatus | undefined;
  readonly language?: string | undefined;
  readonly outcome?: string | undefined;
}

const RECORD = {
  id: true,
  status: true,
  outcome: true,
  language: true,
  file: true,
  createdAt: true,
  startedAt: true,
  finishedAt: true,
  session: {
    select: { name: true, visibility: true, runId: true, run: { select: { trace: { select: { contentId: true } } } } },
  },
} satisfies Prisma.SnippetSelect;

type Row = Prisma.SnippetGetPayload<{ select: typeof RECORD }>;

@Injectable()
export class SnippetStore {
  constructor(private readonly prisma: PrismaService) {}

  async create({ settings, ...snippet }: NewSnippet): Promise<void> {
    await this.prisma.client.snippet.create({
      data: { ...snippet, settings: writePlain(settings) },
      select: { id: true },
    });
  }

  async find(id: string): Promise<SnippetDetail | null> {
    const select = { ...RECORD, source: true, settings: true, result: true };
    const row = await this.prisma.client.snippet.findUnique({ where: { id }, select });
    if (!row) return null;
    const { source, settings, result } = row;
    return { ...toRecord(row), source, settings: readPlain(settings), result: readPlain(result) };
  }

  /** Those of public sessions, newest first, without sources and results. @throws InvalidCursorError */
  async list(query: PageQuery & SnippetFilter): Promise<Page<SnippetRecord>> {
    const { limit, take, orderBy, where } = pageOf(query, UUIDS);
    const { status, language, outcome } = query;
    const rows = await this.prisma.client.snippet.findMany({
      where: {
        ...where,
        ...(status ? { status } : {}),
        ...(language ? { language } : {}),
        ...(outcome ? { outcome } : {}),
        session: { visibility: 'public' },
      },
      orderBy,
      take,
      select: RECORD,
    });
    return toPage(rows, limit, toRecord);
  }

  /** `waiting` -> `running`. Every step returns whether it was taken. */
  async start(id: string): Promise<boolean> {
    const { count } = await this.prisma.client.snippet.updateMany({
      where: { id, status: 'waiting' },
      data: { status: 'running', startedAt: new Date() },
    });
    return count > 0;
  }

  /** -> `finished`. @param result plain JSON */
  async finish(id: string, outcome: string, result: object): Promise<boolean> {
    const { count } = await this.prisma.client.snippet.updateMany({
      where: { id, status: { in: ['waiting', 'running'] } },
      data: { status: 'finished', outcome, result: writePlain(result), finishedAt: new Date() },
    });
    return count > 0;
  }

  /** Those that a service that ended left behind, oldest first. */
  async unfinished(): Promise<readonly string[]> {
    const rows = await this.prisma.client.snippet.findMany({
      where: { status: { in: ['waiting', 'running'] } },
      orderBy: { createdAt: 'asc' },
      select: { id: true },
    });
    return rows.map(({ id }) => id);
  }
}

function toRecord({ session, ...row }: Row): SnippetRecord {
  const { id, status, outcome, language, file, createdAt, startedAt, finishedAt } = row;
  const { name, visibility, runId, run } = session;
  const traceId = run?.trace.contentId ?? null;
  return {
    id,
    status,
    outcome,
    language,
    file,
    createdAt,
    startedAt,
    finishedAt,
    session: { name, visibility, runId, traceId },
  };
}
