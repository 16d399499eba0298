/** What classrooms are about: sessions and runs, asked for by whoever may. */
import type { ClassroomSubject } from '@heapcast/contracts';
import { Injectable } from '@nestjs/common';
import { AccessService } from '../access/index.js';
import { ProblemException } from '../problems/index.js';
import { RunsService } from '../runs/runs.service.js';
import { SessionHost } from '../sessions/session-host.js';
import type { Classroom } from './classroom.js';

/** A subject that somebody may show to a class. */
export interface OpenedSubject extends ClassroomSubject {
  /** The driver's requests may go to it. */
  readonly mayWrite: boolean;
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
      return { kind, id, mayWrite, end: session.seq, name, sessionId: id };
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
    return this.runs.eventsOf(subjectId);
  }

  /** The session that copies are taken of. @throws ProblemException `conflict` */
  session({ lentSession }: Classroom): string {
    if (lentSession !== null) return lentSession;
    throw new ProblemException(
      'conflict',
      'The class looks at a run that came from no session: there is nothing to go on from.',
    );
  }
}
