/** What classrooms are about: sessions and runs, asked for by whoever may. */
import type { ClassroomSubject, LedSubject } from '@heapcast/contracts';
import { type RunRecord, type StoredPlain } from '@heapcast/database';
import { Injectable } from '@nestjs/common';
import { AccessService } from '../access/index.js';
import { RunsService } from '../runs/runs.service.js';
import { scenarioOf } from '../scenarios/scenario-script.js';
import { SessionHost } from '../sessions/session-host.js';
import type { Classroom } from './classroom.js';

/** A subject that somebody may show to a class. */
export interface OpenedSubject extends LedSubject {
  /** Its events so far. */
  readonly end: number;
  readonly name: string;
  /** The session that members read. */
  readonly sessionId: string | null;
}

@Injectable()
export class Subjects {
  constructor(
    private readonly host: SessionHost,
    private readonly runs: RunsService,
    private readonly access: AccessService,
  ) {}

  /**
   * What is public may be shown by anybody, and written to by the class if the token may. What is private needs its owner's
   * token: every member will read it. @throws ProblemException `not-found`, `missing-token`, `invalid-token`, `forbidden`
   */
  async open({ kind, id }: ClassroomSubject, token: string | undefined): Promise<OpenedSubject> {
    if (kind === 'run') return this.#openRun(id, token);
    return this.host.use(id, async (session) => {
      const { visibility, name } = session.record;
      let mayWrite = true;
      if (visibility === 'private') await this.access.require(id, 'owner', token);
      else if (token === undefined) mayWrite = false;
      else await this.access.require(id, 'editor', token);
      const { settings } = session.record;
      return { kind, id, mayWrite, end: session.seq, name, sessionId: id, ...played(settings) };
    });
  }

  async #openRun(id: string, token: string | undefined): Promise<OpenedSubject> {
    const { session, trace, name } = await this.runs.getFinished(id, token);
    if (session?.visibility === 'private') await this.access.require(session.id, 'owner', token);
    return { kind: 'run', id, mayWrite: false, end: trace.events, name, sessionId: session?.id ?? null };
  }

  /** Events that the subject has now. @throws ProblemException `not-found` when it was deleted */
  async end({ record: { subjectKind, subjectId } }: Classroom): Promise<number> {
    if (subjectKind === 'session') return this.host.use(subjectId, (session) => session.seq);
    return (await this.runs.known(subjectId)).trace.events;
  }

  /**
   * What copies are taken of: the session, also where the class looks at the run that it became, because its program goes on
   * there. Any other run (of a recording, or on another allocator) is gone on from by itself.
   */
  async origin({ record: { subjectKind, subjectId } }: Classroom): Promise<{ session: string } | { run: RunRecord }> {
    if (subjectKind === 'session') return { session: subjectId };
    const run = await this.runs.known(subjectId);
    const { session } = run;
    if (!session) return { run };
    const becameThis = await this.host.use(session.id, ({ runId }) => runId === run.id);
    return becameThis ? { session: session.id } : { run };
  }
}

/** The scenario that a session with these settings plays. */
export function played(settings: StoredPlain | null): Pick<LedSubject, 'scenario'> {
  const scenario = scenarioOf(settings);
  return scenario ? { scenario: { name: scenario.name, side: scenario.side } } : {};
}
