/**
 * What is wrong with a trace that somebody sent, where, and what to do about it. Readers throw nothing else: a trace
 * comes from outside, so every way in which it can be wrong has a code, a place and a sentence.
 */

/** A stable word for a kind of fault; the sentence may change, the word does not. */
export type TraceFaultCode =
  /** The input ends before the trace does. */
  | 'truncated'
  /** Not this format at all, or bytes that no writer makes. */
  | 'malformed'
  /** The right format in a version that this reader does not know. */
  | 'unsupported-version'
  /** A field is missing, unknown, of the wrong type or out of range. */
  | 'bad-field'
  /** A request names a block that was never placed. */
  | 'unknown-block'
  /** A block is placed under an id that is still in use. */
  | 'id-in-use'
  /** A request names a call site that the site table does not hold. */
  | 'unknown-site'
  /** The header's counts and the body do not agree. */
  | 'count-mismatch'
  /** The input is larger than this service takes. */
  | 'limit-exceeded';

/** Where in the input: `line` is 1-based, `event` (request index) and `byte` are 0-based. */
export interface FaultPlace {
  readonly line?: number;
  readonly event?: number;
  readonly byte?: number;
}

function placeText(where: FaultPlace): string {
  if (where.line !== undefined) return `line ${where.line}: `;
  if (where.event !== undefined) return `event ${where.event}: `;
  if (where.byte !== undefined) return `byte ${where.byte}: `;
  return '';
}

/** Thrown by readers, `unpackChunk` and `RequestResolver`. The message begins with the place. */
export class TraceFormatError extends Error {
  override readonly name = 'TraceFormatError';
  /** The message without the place. */
  readonly detail: string;

  constructor(
    readonly code: TraceFaultCode,
    detail: string,
    readonly where: FaultPlace = {},
  ) {
    super(placeText(where) + detail);
    this.detail = detail;
  }

  /** Plain data, for crossing a thread; `fromJSON` brings the error back. */
  toJSON(): { code: TraceFaultCode; detail: string; where: FaultPlace } {
    return { code: this.code, detail: this.detail, where: this.where };
  }

  static fromJSON(data: { code: TraceFaultCode; detail: string; where: FaultPlace }): TraceFormatError {
    return new TraceFormatError(data.code, data.detail, data.where);
  }
}
