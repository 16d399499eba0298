/** Questions of a classroom over REST: how they are made and asked, and what came of them. */
import type { ClassroomQuestion, GivenAnswer, QuestionKind, QuestionStatus } from './classroom.js';

/** Makes a question; it stays a draft until it is asked. */
export type MakeQuestion =
  | {
      readonly kind: Exclude<QuestionKind, 'own'>;
      /** The moment, after this many events; without it, where the class is led. */
      readonly event?: number;
      /** What may be chosen about it; the service's documentation lists it by kind. */
      readonly options?: object;
    }
  | {
      readonly kind: 'own';
      readonly event?: number;
      readonly prompt: string;
      /** At least two, each once; none = a number is asked for. */
      readonly choices?: readonly string[];
      /** Text of the right choice, or the number; without it nobody is right and there are no points. */
      readonly right?: string;
      readonly explanation?: string;
      /** Of a number. */
      readonly unit?: string;
    };

/** What is left out stays. */
export interface ChangeQuestion {
  readonly status?: Exclude<QuestionStatus, 'draft'>;
  /** Seconds from now until it closes; `null` = until it is closed by hand. Only of a question that is being asked. */
  readonly seconds?: number | null;
  readonly attempts?: number;
  readonly points?: number;
  /** Whether the histogram has names. */
  readonly names?: boolean;
  /** The class goes back to the picture; the question stays in the list, and one that is open is closed. */
  readonly away?: true;
}

export interface QuestionList {
  readonly items: readonly ClassroomQuestion[];
}

/** What somebody answered to one question: the last answer counts. */
export interface QuestionResult extends GivenAnswer {
  readonly questionId: string;
  /** The choice's text, or the number. */
  readonly text: string;
  readonly at: string;
}

export interface PersonResult {
  readonly personId: string;
  readonly name: string;
  /** Is not in the classroom any more. */
  readonly removed: boolean;
  readonly score: number;
  readonly answers: readonly QuestionResult[];
}

export interface ClassroomResults {
  readonly questions: readonly ClassroomQuestion[];
  readonly people: readonly PersonResult[];
}
