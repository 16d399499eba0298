/** A question that the model can answer: what is asked, the choices, the right one, and the model's reason. */
import type { Choice, QuestionKind } from '@heapcast/contracts';

export type GeneratedKind = Exclude<QuestionKind, 'own'>;

export interface Question {
  readonly kind: GeneratedKind;
  /** After this many events. */
  readonly event: number;
  readonly prompt: string;
  /** Empty = a number is asked for. */
  readonly choices: readonly Choice[];
  readonly unit?: string;
  /** A choice's id, or the number in decimals. */
  readonly right: string;
  /** Why, in one or two sentences that are true of the model's state. */
  readonly explanation: string;
}

/** What may be chosen about a question. Whatever is left out is chosen by the seed, the same for the same seed. */
export interface QuestionOptions {
  readonly seed?: number;
  /** Asks for the number itself (`sizeof`, `party-bill`). */
  readonly asNumber?: boolean;
  /** `next-block`, `next-arena`: suppose that so many bytes are asked for, whatever comes next. */
  readonly size?: number;
  /** `arena-returned`: suppose that this block is freed. */
  readonly block?: number;
  /** `leaked`: about this object of the program. */
  readonly object?: number;
  /** `sizeof`: of what this expression makes, in this Python. */
  readonly expression?: string;
  readonly version?: string;
  readonly party?: PartyOptions;
}

/** The party of a bill: what is left out is the talk's. */
export interface PartyOptions {
  readonly strategy?: string;
  readonly seed?: number;
  readonly groups?: number;
  readonly hours?: number;
  readonly toysPerCollection?: number;
  readonly collectionsPerOrder?: number;
  readonly pricePerHour?: number;
  readonly estimatedToys?: number;
  readonly billing?: 'started' | 'exact';
}

/** A question of that kind cannot be asked here; `nextEvent` says where it could, `null` = nowhere near. */
export class NotAskable extends Error {
  constructor(
    message: string,
    readonly nextEvent: number | null = null,
    /** The option that is to blame, if one is. */
    readonly option: keyof QuestionOptions | null = null,
  ) {
    super(message);
  }
}
