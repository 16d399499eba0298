/** The socket of classrooms: every event, both ways. docs/asyncapi.yaml tells clients of it. */
import type {
  ClassroomQuestion,
  ClassroomState,
  GivenAnswer,
  HistogramBar,
  Lead,
  LeadChange,
  Person,
  StepsToPlay,
} from './classroom.js';
import type { Problem } from './problem.js';
import type { ProgramCommand } from './program-command.js';
import type { SessionRequest } from './session-request.js';
import type { Acknowledge } from './socket-events.js';

export const CLASSROOM_NAMESPACE = '/v1/classrooms';

/**
 *     io('http://localhost:3000/v1/classrooms', { auth: { token } })
 *
 * One connection is one person in one classroom. The handshake fails with a problem in `error.data`. On (re)connection the
 * server sends `classroom:state` first; everything after it is a change of it.
 */
export interface ClassroomClientEvents {
  /** Of the driver. */
  'classroom:lead': (change: LeadChange, acknowledge: Acknowledge<{ readonly lead: Lead }>) => void;
  /** Of the driver: what the session is asked next, what its program does next, or the next steps of its scenario. One of the three. */
  'classroom:request': (
    payload: {
      readonly requests?: readonly SessionRequest[];
      readonly commands?: readonly ProgramCommand[];
      readonly steps?: StepsToPlay;
      /** Of requests and commands. */
      readonly idempotencyKey?: string;
    },
    acknowledge: Acknowledge<{ readonly seq: number; readonly lead: Lead }>,
  ) => void;
  /** Follows again, or tells where one is. */
  'classroom:place': (
    payload: { readonly following: boolean; readonly event?: number },
    acknowledge: Acknowledge<object>,
  ) => void;
  'classroom:answer': (
    payload: { readonly questionId: string; readonly answer: string },
    acknowledge: Acknowledge<{ readonly mine: GivenAnswer }>,
  ) => void;
}

export interface ClassroomServerEvents {
  'classroom:state': (state: ClassroomState) => void;
  /** The driver moved. `seq`: events of the session now, if it grew by this. */
  'classroom:led': (payload: { readonly lead: Lead; readonly seq?: number; readonly now: number }) => void;
  /** Somebody came, left, changed. Sent at most 4 times a second; `gone` = removed. */
  'classroom:people': (payload: { readonly changed: readonly Person[]; readonly gone: readonly string[] }) => void;
  /** Anything else of the state that changed. */
  'classroom:changed': (
    payload: Partial<
      Pick<
        ClassroomState,
        'title' | 'status' | 'locked' | 'code' | 'driverId' | 'mayExplore' | 'projection' | 'copies' | 'subject'
      >
    >,
  ) => void;
  /** Asked, closed, revealed, or `null` = put away. */
  'classroom:question': (payload: { readonly question: ClassroomQuestion | null }) => void;
  /** To teachers, while it is answered: at most 4 times a second. To the others only `answered`. */
  'classroom:answers': (payload: {
    readonly questionId: string;
    readonly answered: number;
    readonly answeredBy?: readonly string[];
    readonly histogram?: readonly HistogramBar[];
  }) => void;
  /** This person was removed, or the class is over: the connection ends. */
  'classroom:over': (payload: { readonly reason: 'removed' | 'closed' }) => void;
  problem: (problem: Problem) => void;
}

/** Every event by name with what it is for: types leave no trace at run time. */
export const CLASSROOM_CLIENT_EVENTS: Readonly<Record<keyof ClassroomClientEvents, string>> = {
  'classroom:lead': 'Lead the class to another moment, speed, view, zoom or selection',
  'classroom:request': 'Ask the session of the classroom for memory, or have its program or scenario go on',
  'classroom:place': 'Follow again, or tell where one has wandered off to',
  'classroom:answer': 'Answer the question that is asked',
};

export const CLASSROOM_SERVER_EVENTS: Readonly<Record<keyof ClassroomServerEvents, string>> = {
  'classroom:state': 'Everything that this person may know of the classroom, first on every connection',
  'classroom:led': 'The driver moved the class',
  'classroom:people': 'People came, left or changed',
  'classroom:changed': 'Other parts of the state changed',
  'classroom:question': 'A question is asked, closed, revealed or put away',
  'classroom:answers': 'How many answered so far, and to teachers what',
  'classroom:over': 'The person was removed or the class is over: the connection ends',
  problem: 'What was wrong with an event that was sent without an acknowledgement callback',
};
