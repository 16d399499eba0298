/** What can be done with sessions as a whole: opened, found, forked, finished, deleted. */
import type { CreatedSession, ProgramSettings, SessionDetail, SessionSummary } from '@heapcast/contracts';
import {
  type NewSession,
  type Page,
  type RunRecord,
  SessionNotOpenError,
  type SessionRecord,
  SessionStore,
} from '@heapcast/database';
import { PROGRAM_ENGINE_VERSION } from '@heapcast/program';
import { Injectable } from '@nestjs/common';
import { AccessService } from '../access/index.js';
import { Configuration } from '../configuration/configuration.js';
import { notFound, ProblemException } from '../problems/index.js';
import { checkProgram } from '../programs/program-check.js';
import { ReferenceService } from '../reference/reference.service.js';
import { requireSameModel } from '../runs/model-version.js';
import { RunsService } from '../runs/runs.service.js';
import type { LiveSession } from './live-session.js';
import { noSuchEvent, tooLong } from './session-problems.js';
import type { ChangeSessionDto, CreateSessionDto, ForkSessionDto, SessionListQueryDto } from './session.dto.js';
import { briefly, describeLive, describeSession } from './session-answers.js';
import { SessionHost } from './session-host.js';

const USUAL_ALLOCATOR = { model: 'pymalloc' };
/** What C and C++ ask of: a free list that grows and gives back as a C library's does. */
const USUAL_ALLOCATOR_OF_C = { model: 'freelist', profile: 'give-back' };

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

  /** @throws ProblemException `invalid-request`, `invalid-configuration`, `limit-reached` */
  async create({ allocator, program, ...rest }: CreateSessionDto): Promise<CreatedSession> {
    if (!program)
      return this.open({ ...rest, config: this.reference.resolve(allocator ?? USUAL_ALLOCATOR, 'allocator') });
    const settings: ProgramSettings = { program: checkProgram(program), engineVersion: PROGRAM_ENGINE_VERSION };
    const usual = settings.program.ownership === 'manual' ? USUAL_ALLOCATOR_OF_C : USUAL_ALLOCATOR;
    const config = this.reference.resolve(allocator ?? usual, 'allocator');
    return this.open({ ...rest, config, kind: 'program', settings });
  }

  /** Opens a session of any kind. @throws ProblemException `limit-reached` */
  async open(session: NewSession): Promise<CreatedSession> {
    await this.#refuseTooMany();
    return this.#hand(await this.store.create(session), true);
  }

  /** Whoever may read a session may fork it. @throws ProblemException `invalid-position`, `limit-reached` */
  async fork(session: LiveSession, { at, ...rest }: ForkSessionDto): Promise<CreatedSession> {
    const asked = at ?? session.seq;
    if (asked > session.seq) throw noSuchEvent('at', asked, session.seq);
    const seq = session.record.kind === 'program' ? await endOfCommand(session, asked) : asked;
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

  /**
   * A session that goes on from any event of a run, on the run's allocator.
   * @throws ProblemException `invalid-position`, `model-version-changed`, `limit-reached`
   */
  async goOn(
    run: RunRecord,
    { at, ...rest }: Pick<NewSession, 'name' | 'visibility' | 'owner'> & { readonly at: number },
  ) {
    requireSameModel(run);
    const { id: runId, trace, config } = run;
    if (at > trace.events) throw noSuchEvent('at', at, trace.events);
    if (at >= this.configuration.sessionEventsLimit) throw tooLong(this.configuration.sessionEventsLimit, at);
    await this.#refuseTooMany();
    const from = { runId, traceKey: trace.key, events: at };
    return this.#hand(await this.store.goOn({ ...rest, config, from }), at === 0);
  }

  /** Only public ones, newest first. */
  async list(query: SessionListQueryDto): Promise<Page<SessionSummary>> {
    const { items, next } = await this.store.list(query);
    return { items: items.map((record) => briefly(describeSession(record))), next };
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

/** Events that are looked at together. */
const PAGE = 4096;

/** A program goes on only after whole commands: the last request of the command that made event `at`. */
async function endOfCommand(session: LiveSession, at: number): Promise<number> {
  if (at === 0) return 0;
  const { seq } = session;
  for (let from = at + 1; from <= seq;) {
    const events = await session.read(from, Math.min(PAGE, seq - from + 1));
    if (events.length === 0) break;
    const next = events.find(({ op }) => op === 'mark');
    if (next) return next.seq - 1;
    from += events.length;
  }
  return seq;
}
