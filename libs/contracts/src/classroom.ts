/**
 * A classroom: one led session (or run), the people around it, and the questions put to them. A person is somebody with a
 * secret, not a socket: two tabs are one person, and whoever comes back with the secret is the same person.
 *
 * The server leads. A moment in time is `{ event, speed, since }`: while `speed` > 0 the present event is
 * `event + speed * (now - since)`, so playing costs no message per step. `now` is the server's clock, which every message tells.
 */

/** From least to most. An observer watches and answers nothing; there is one owner. */
export const CLASSROOM_ROLES = ['observer', 'student', 'teacher', 'owner'] as const;
export type ClassroomRole = (typeof CLASSROOM_ROLES)[number];

/**
 * What is looked at: a session, which may grow, or a run, which is finished. Where it is private, a member's own token reads
 * it (`Authorization: Bearer`, `session:subscribe`), as long as the classroom is open and the person in it.
 */
export interface ClassroomSubject {
  readonly kind: 'session' | 'run';
  readonly id: string;
}

/** The same as a class has it: what its driver may do there. */
export interface LedSubject extends ClassroomSubject {
  /** The driver's requests, commands and steps may go to it. */
  readonly mayWrite: boolean;
  /** The scenario that the session plays: its steps are at `GET /v1/sessions/{id}/steps`, and the driver plays them. */
  readonly scenario?: { readonly name: string; readonly side: string };
}

/** How far a scenario is played: one of the three; none = the next step. */
export interface StepsToPlay {
  /** So many further steps. */
  readonly count?: number;
  /** Until step so many is done: safe to retry. */
  readonly until?: number;
  readonly all?: boolean;
}

export type ClassroomView = 'heap' | 'program' | 'party';

/** What the leader has chosen, as the pages' addresses have it: `null` = nothing. */
export interface Selection {
  readonly arena: number | null;
  readonly pool: number | null;
  readonly block: number | null;
}

/** Where the class is led. */
export interface Lead {
  /** The heap after this many events, at the moment `since`. */
  readonly event: number;
  /** Events per second; 0 = paused. */
  readonly speed: number;
  /** Milliseconds since 1970 by the server's clock. */
  readonly since: number;
  readonly view: ClassroomView;
  /** How near: 1 = the whole heap, 2 = from the chosen arena on, 3 = the chosen pool alone; between them as a page likes. */
  readonly zoom: number;
  readonly selection: Selection;
  /** Counts every change: an older one that comes late is dropped. */
  readonly revision: number;
}

/** What a leader may change; what is left out stays. */
export type LeadChange = Partial<Pick<Lead, 'event' | 'speed' | 'view' | 'zoom' | 'selection'>>;

export interface Person {
  readonly id: string;
  /** One line; may be anything that a person typed, cleaned. Not unique: `id` is. */
  readonly name: string;
  readonly role: ClassroomRole;
  readonly online: boolean;
  /** Goes where the class is led; `false` = wandered off. */
  readonly following: boolean;
  readonly muted: boolean;
  /** Points of the scored questions. Told to teachers and to the person. */
  readonly score?: number;
  /** Where somebody is who does not follow. Told to teachers. */
  readonly place?: number;
}

/** What is on the wall: the lesson, or somebody's copy. */
export type Projection = { readonly kind: 'lesson' } | { readonly kind: 'copy'; readonly copyId: string };

/**
 * A fork of the session that somebody made to try something. It is private: its maker's own token writes to it; those of
 * teachers, and of everybody once it is shown, read it.
 */
export interface ClassroomCopy {
  readonly id: string;
  readonly personId: string;
  readonly sessionId: string;
  /** The event at which it was taken. */
  readonly event: number;
  /** Offered to the class; else only its maker and the teachers see it. */
  readonly shown: boolean;
  readonly note: string;
  /** The session's owner token: in the answer to making it, and never again. */
  readonly token?: string;
}

export type ClassroomStatus = 'open' | 'closed';

export interface ClassroomState {
  readonly id: string;
  readonly title: string;
  readonly status: ClassroomStatus;
  readonly createdAt: string;
  readonly closedAt: string | null;
  /** Nobody new may join. */
  readonly locked: boolean;
  /** `ABC 234`; `null` = none is good now. `GET …/code` has its address. */
  readonly code: string | null;
  readonly subject: LedSubject;
  readonly lead: Lead;
  /** Who leads now. */
  readonly driverId: string;
  /** `false` = "follow me": nobody can wander off. */
  readonly mayExplore: boolean;
  readonly projection: Projection;
  readonly people: readonly Person[];
  readonly copies: readonly ClassroomCopy[];
  /** The question that is asked or revealed now. */
  readonly question: ClassroomQuestion | null;
  /** Milliseconds since 1970 by the server's clock when this was told. */
  readonly now: number;
}

/** A join code: told to members, so that anybody may bring somebody in. `null` = closed or expired. */
export interface JoinCode {
  /** `ABC 234`: letters and digits that nobody mixes up; written with or without the space, in any case. */
  readonly code: string;
  readonly expiresAt: string;
  /** Where a phone goes: `…/j/ABC234`. */
  readonly url: string;
}

/** Whoever opens or joins gets this once: the secret is not told again. */
export interface Admission {
  readonly classroom: ClassroomState;
  readonly personId: string;
  /** Bearer token of this person in this classroom. */
  readonly token: string;
  readonly join: JoinCode | null;
  /** Owner token of the session that was started for the classroom. */
  readonly sessionToken?: string;
}

export interface OpenClassroom {
  readonly title?: string;
  /** Display name of the owner. */
  readonly name: string;
  /** One of the two: something that exists, or a scenario that is started for it. */
  readonly subject?: { readonly kind: 'session' | 'run'; readonly id: string };
  readonly scenario?: {
    readonly name: string;
    readonly side?: string;
    readonly parameters?: Readonly<Record<string, unknown>>;
  };
  /** Where the class begins: after so many events; at the end without it. */
  readonly event?: number;
  /** Hours that the code is good for: 1 … 48; 12 without it. */
  readonly codeHours?: number;
}

/** What is left out stays. Teachers may change all of it; whoever drives may give that back to a teacher. */
export interface ChangeClassroom {
  readonly title?: string;
  readonly locked?: boolean;
  readonly mayExplore?: boolean;
  /** Lends or hands over control. */
  readonly driverId?: string;
  readonly projection?: Projection;
  /** Something else is looked at from now on. `token`: of a session that is private, or that the driver is to write to. */
  readonly subject?: ClassroomSubject & { readonly token?: string };
  /** Ends the classroom for good. */
  readonly status?: 'closed';
}

export interface ChangePerson {
  readonly name?: string;
  /** `owner` hands the classroom over: only its owner may. */
  readonly role?: ClassroomRole;
  readonly muted?: boolean;
}

export interface JoinClassroom {
  readonly code: string;
  readonly name: string;
  /** `observer` watches only. */
  readonly role?: 'student' | 'observer';
  /** A secret from before: the same person comes back. */
  readonly token?: string;
}

// Questions ------------------------------------------------------------------------------------------------------------

/** What the service can ask by itself, and `own`: what a teacher wrote. */
export const QUESTION_KINDS = [
  'next-block',
  'arena-returned',
  'next-arena',
  'leaked',
  'sizeof',
  'party-bill',
  'own',
] as const;
export type QuestionKind = (typeof QUESTION_KINDS)[number];

export interface Choice {
  readonly id: string;
  readonly text: string;
  /** The block that the choice names, so that pages can stand answers on it. */
  readonly block?: {
    readonly arena: number;
    readonly pool: number;
    readonly index: number;
    readonly address: string;
  };
}

export type QuestionStatus = 'draft' | 'asked' | 'closed' | 'revealed';

/** Before `revealed` nobody but teachers is told `right` and `explanation`; only teachers see `histogram` before it. */
export interface ClassroomQuestion {
  readonly id: string;
  readonly kind: QuestionKind;
  readonly status: QuestionStatus;
  readonly prompt: string;
  /** Empty = a number is asked for. */
  readonly choices: readonly Choice[];
  /** Unit of a number that is asked for. */
  readonly unit?: string;
  /** The moment that it is about: after this many events. */
  readonly event: number;
  /** Milliseconds since 1970; `null` = until it is closed by hand. */
  readonly deadline: number | null;
  readonly attempts: number;
  /** Points for a right answer; 0 = not scored. */
  readonly points: number;
  /** People who answered. */
  readonly answered: number;
  /** Ids of the people who answered, without what: told to teachers, for the roster. */
  readonly answeredBy?: readonly string[];
  readonly right?: string;
  readonly explanation?: string;
  readonly histogram?: readonly HistogramBar[];
  /** What the person who asks for it answered. */
  readonly mine?: GivenAnswer;
}

export interface HistogramBar {
  /** A choice's id, or the number that was answered. */
  readonly answer: string;
  readonly count: number;
  /** Only where the teacher turned names on. */
  readonly names?: readonly string[];
}

export interface GivenAnswer {
  readonly answer: string;
  readonly attempt: number;
  /** Known after the reveal. */
  readonly right?: boolean;
  readonly points?: number;
}
