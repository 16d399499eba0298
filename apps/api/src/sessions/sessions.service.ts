/** What can be done with sessions as a whole: opened, found, forked, finished, deleted. */
import type { CreatedSession, SessionDetail, SessionSummary } from '@heapcast/contracts';
import { type Page, SessionNotOpenError, type SessionRecord, SessionStore } from '@heapcast/database';
import { Injectable } from '@nestjs/common';
import { AccessService } from '../access/index.js';
import { Configuration } from '../configuration/configuration.js';
import { notFound, ProblemException } from '../problems/index.js';
import { ReferenceService } from '../reference/reference.service.js';
import { RunsService } from '../runs/runs.service.js';
import type { LiveSession } from './live-session.js';
import { noSuchEvent } from './session-problems.js';
import type { ChangeSessionDto, CreateSessionDto, ForkSessionDto, SessionListQueryDto } from './session.dto.js';
import { describeLive, describeSession } from './session-answers.js';
import { SessionHost } from './session-host.js';

const USUAL_ALLOCATOR = { model: 'pymalloc' };

@Injectable()
export class SessionsService {
  constructor(
    private readonly configuration: Configuration,
    private readonly store: SessionStore,
    private readonly host: SessionHost,
    private readonly access: AccessService,
    private readonly reference: ReferenceService,
    private readonly runs: RunsService,
  ) {}

  /** @throws ProblemException `invalid-configuration`, `limit-reached` */
  async create({ allocator = USUAL_ALLOCATOR, ...rest }: CreateSessionDto): Promise<CreatedSession> {
    const config = this.reference.resolve(allocator, 'allocator');
    await this.#refuseTooMany();
    return this.#hand(await this.store.create({ ...rest, config }), true);
  }

  /** Whoever may read a session may fork it. @throws ProblemException `invalid-position`, `limit-reached` */
  async fork(session: LiveSession, { at, ...rest }: ForkSessionDto): Promise<CreatedSession> {
    const seq = at ?? session.seq;
    if (seq > session.seq) throw noSuchEvent('at', seq, session.seq);
    await this.#refuseTooMany();
    const { name, visibility, config, kind, settings } = session.record;
    // Nothing goes on running in the fork of a snippet: its requests are asked by hand.
    const same = kind === 'snippet' ? {} : { kind, settings };
    const from = { sessionId: session.id, seq };
    try {
      return await this.#hand(await this.store.fork({ name, visibility, config, ...same, ...rest, from }), seq === 0);
    } catch (error) {
      if (error instanceof SessionNotOpenError) throw notFound('session', session.id);
      throw error;
    }
  }

  /** Only public ones, newest first. */
  async list(query: SessionListQueryDto): Promise<Page<SessionSummary>> {
    const { items, next } = await this.store.list(query);
    return { items: items.map((record) => describeSession(record)), next };
  }

  /** The session becomes a run. Doing it again changes nothing. */
  async finish(session: LiveSession): Promise<SessionDetail> {
    await session.finish(async () => {
      const { run } = await this.store.finish(session.id);
      this.runs.begin(run);
      const record = await this.store.find(session.id);
      if (!record) throw notFound('session', session.id);
      return record;
    });
    return describeLive(session);
  }

  async change(session: LiveSession, change: ChangeSessionDto): Promise<SessionDetail> {
    const record = await this.store.change(session.id, change);
    if (!record) throw notFound('session', session.id);
    session.changed(record);
    await session.audience?.recheck();
    return describeLive(session);
  }

  async delete(id: string): Promise<void> {
    await this.host.delete(id, async () => this.store.delete(id));
  }

  /** Gives a new session its owner's token. */
  async #hand(record: SessionRecord, fresh: boolean): Promise<CreatedSession> {
    const { token } = await this.access.issue(record.id, 'owner', { label: 'owner' });
    this.host.welcome(record, fresh);
    return this.host.use(record.id, async (session) => ({ ...(await describeLive(session)), ownerToken: token }));
  }

  async #refuseTooMany(): Promise<void> {
    const { sessionsLimit } = this.configuration;
    if ((await this.store.count({ status: 'open' })) < sessionsLimit) return;
    throw new ProblemException(
      'limit-reached',
      `The service holds ${sessionsLimit} open sessions (SESSIONS_LIMIT): finish or delete some first.`,
    );
  }
}
