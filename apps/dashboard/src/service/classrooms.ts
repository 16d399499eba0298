/** Classrooms over REST: open, join, and whatever is asked of one now and then. What changes by itself comes by socket. */
import type {
  Admission,
  ChangeClassroom,
  ChangePerson,
  ClassroomCopy,
  ClassroomQuestion,
  ClassroomState,
  JoinClassroom,
  JoinCode,
  OpenClassroom,
  QuestionKind,
} from '@heapcast/contracts';
import { keepMembership, type Membership } from './memberships.js';
import { binary, type Asked, json, text } from './rest.js';
import { keepToken, tokenOf } from './tokens.js';

const ROOT = '/v1/classrooms';

/** Opens a class and keeps who opened it. A private session is opened with the token that this browser has of it. */
export async function openClassroom(wanted: OpenClassroom): Promise<Admission> {
  const token = wanted.subject?.kind === 'session' ? tokenOf(wanted.subject.id) : undefined;
  const admission = await json<Admission>(ROOT, {
    method: 'POST',
    body: wanted,
    ...(token === undefined ? {} : { token }),
  });
  keepMembership(membership(admission, wanted.name));
  // With it the session is this browser's outside the class, too.
  if (admission.sessionToken !== undefined) keepToken(admission.classroom.subject.id, admission.sessionToken);
  return admission;
}

export async function joinClassroom(wanted: JoinClassroom): Promise<Admission> {
  const admission = await json<Admission>(`${ROOT}/join`, { method: 'POST', body: wanted });
  keepMembership(membership(admission, wanted.name), wanted.code);
  return admission;
}

function membership({ classroom, personId, token }: Admission, name: string): Membership {
  return { classroomId: classroom.id, personId, token, name };
}

/** What a made question is about, where the next event is not meant. */
export interface QuestionOptions {
  /** Suppose that so many bytes are asked for. */
  readonly size?: number;
  /** A Python expression. */
  readonly expression?: string;
  /** Asks for the number, without choices. */
  readonly asNumber?: boolean;
}

/** A question to be made: by the service about an event, or by the teacher. */
export type WantedQuestion =
  | { readonly kind: Exclude<QuestionKind, 'own'>; readonly event?: number; readonly options?: QuestionOptions }
  | {
      readonly kind: 'own';
      readonly prompt: string;
      readonly choices: readonly string[];
      readonly right?: string;
      readonly explanation?: string;
      readonly unit?: string;
      readonly event?: number;
    };

export interface QuestionChange {
  readonly status?: 'asked' | 'closed' | 'revealed';
  /** Seconds from now. */
  readonly seconds?: number | null;
  readonly attempts?: number;
  readonly points?: number;
  readonly names?: boolean;
}

/** The requests that one person makes of one classroom. */
export class ClassroomDesk {
  constructor(private readonly who: Membership) {}

  state(): Promise<ClassroomState> {
    return this.ask('', {});
  }

  change(change: ChangeClassroom): Promise<unknown> {
    return this.ask('', { method: 'PATCH', body: change });
  }

  /** `null` = there is none: the class is closed, or the code ran out. */
  code(): Promise<JoinCode | null> {
    return this.ask('/code', {});
  }

  newCode(): Promise<JoinCode> {
    return this.ask('/code', { method: 'POST', body: {} });
  }

  /** The QR code as an address that a picture can have: pictures send no token. */
  async codePicture(): Promise<string> {
    const picture = await text(`${this.path}/code.svg`, { token: this.who.token });
    return `data:image/svg+xml,${encodeURIComponent(picture)}`;
  }

  person(id: string, change: ChangePerson): Promise<unknown> {
    return this.ask(`/people/${id}`, { method: 'PATCH', body: change });
  }

  remove(id: string): Promise<unknown> {
    return this.ask(`/people/${id}`, { method: 'DELETE' });
  }

  /** A copy of one's own at this event. Its token is kept here, so that its page can write. */
  async copy(event: number): Promise<ClassroomCopy> {
    const made = await this.ask<ClassroomCopy>('/copies', { method: 'POST', body: { event } });
    if (made.token !== undefined) keepToken(made.sessionId, made.token);
    return made;
  }

  show(copyId: string, change: Partial<Pick<ClassroomCopy, 'shown' | 'note'>>): Promise<ClassroomCopy> {
    return this.ask(`/copies/${copyId}`, { method: 'PATCH', body: change });
  }

  async questions(): Promise<readonly ClassroomQuestion[]> {
    return (await this.ask<{ readonly items: readonly ClassroomQuestion[] }>('/questions', {})).items;
  }

  makeQuestion(wanted: WantedQuestion): Promise<ClassroomQuestion> {
    return this.ask('/questions', { method: 'POST', body: wanted });
  }

  changeQuestion(id: string, change: QuestionChange): Promise<ClassroomQuestion> {
    return this.ask(`/questions/${id}`, { method: 'PATCH', body: change });
  }

  /** The class looks at the picture again; the question stays in the list. */
  putAway(id: string): Promise<unknown> {
    return this.ask(`/questions/${id}`, { method: 'PATCH', body: { away: true } });
  }

  dropQuestion(id: string): Promise<unknown> {
    return this.ask(`/questions/${id}`, { method: 'DELETE' });
  }

  /** The results as a file. */
  results(): Promise<ArrayBuffer> {
    return binary(`${this.path}/results.csv`, { token: this.who.token });
  }

  private get path(): string {
    return `${ROOT}/${encodeURIComponent(this.who.classroomId)}`;
  }

  private ask<T>(rest: string, asked: Asked): Promise<T> {
    return json<T>(`${this.path}${rest}`, { ...asked, token: this.who.token });
  }
}
