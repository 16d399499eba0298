/** Has a question made about the subject of a classroom: the moment is looked at as the replay and the program's engine have it. */
import {
  generateQuestion,
  type GeneratedKind,
  type Moment,
  NotAskable,
  type Question,
  type QuestionOptions,
} from '@heapcast/questions';
import { Injectable } from '@nestjs/common';
import { invalid, ProblemException } from '../../problems/index.js';
import type { Subject } from '../../profiling/subject.js';
import { Subjects } from '../../profiling/subjects.js';
import { ProgramHost } from '../../programs/program-host.js';
import type { LiveSession } from '../../sessions/live-session.js';
import { noSuchEvent } from '../../sessions/session-problems.js';
import { SessionHost } from '../../sessions/session-host.js';
import type { Classroom } from '../classroom.js';
import { presentEvent } from '../lead-clock.js';

export interface WantedMoment {
  /** Reads the subject. */
  readonly bearer: string | undefined;
  /** Without it, where the class is led. */
  readonly event: number | undefined;
}

/** Lists of a program that are looked through: more than that is not drawn from. */
const LISTED = { limit: 1000 };

@Injectable()
export class QuestionSource {
  constructor(
    private readonly subjects: Subjects,
    private readonly sessions: SessionHost,
    private readonly programs: ProgramHost,
  ) {}

  /** @throws ProblemException `cannot-be-asked` with `nextEvent`, `invalid-request`, `invalid-position` */
  generate(
    classroom: Classroom,
    kind: GeneratedKind,
    moment: WantedMoment,
    options: QuestionOptions,
  ): Promise<Question> {
    return this.#look(classroom, moment, async (at) => {
      try {
        return await generateQuestion(kind, at, options);
      } catch (error) {
        throw error instanceof NotAskable ? problemOf(error) : error;
      }
    });
  }

  /** The event that a question is about. @throws ProblemException `invalid-position` */
  position(classroom: Classroom, moment: WantedMoment): Promise<number> {
    return this.#look(classroom, moment, async ({ at }) => at);
  }

  #look<T>(
    { record, lead }: Classroom,
    { bearer, event }: WantedMoment,
    work: (moment: Moment) => Promise<T>,
  ): Promise<T> {
    const { subjectKind, subjectId } = record;
    return this.subjects.use(subjectKind, subjectId, bearer, (subject) => {
      if (event !== undefined && event > subject.events) throw noSuchEvent('event', event, subject.events);
      const at = event ?? presentEvent(lead, Date.now(), subject.events);
      if (subject.kind === 'run') return work(momentOf(subject, at));
      return this.sessions.use(subjectId, (session) => work({ ...momentOf(subject, at), ...this.#programOf(session) }));
    });
  }

  #programOf(session: LiveSession): Pick<Moment, 'program'> {
    if (session.record.kind !== 'program') return {};
    const program = this.programs.of(session);
    return {
      program: {
        state: (at) =>
          program.look(session, at, {
            kind: 'state',
            frames: LISTED,
            locals: LISTED,
            globals: LISTED,
            objects: LISTED,
          }),
        leaks: (at) => program.look(session, at, { kind: 'leaks', records: LISTED }),
      },
    };
  }
}

function momentOf({ config, events, inspect }: Subject, at: number): Moment {
  return { config, at, events, inspect };
}

function problemOf({ message, option, nextEvent }: NotAskable): ProblemException {
  if (option !== null) return invalid(`options.${option}`, `cannot be used: ${message}`);
  return new ProblemException('cannot-be-asked', message, { extensions: { nextEvent } });
}
