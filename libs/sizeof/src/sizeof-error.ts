/**
 * What cannot be sized, in the caller's terms. `field` names the part of the question that is wrong (`type`, `version`,
 * `platform`, `n`, `expression`), `offset` the character of an expression or C type at which the trouble begins.
 */
export type SizeofErrorCode =
  'unknown-type' | 'unknown-version' | 'unknown-platform' | 'not-in-version' | 'out-of-range' | 'syntax' | 'too-large';

export class SizeofError extends Error {
  override readonly name = 'SizeofError';

  constructor(
    readonly code: SizeofErrorCode,
    readonly field: string,
    /** Begins with a verb, to be read after the field: `is not a known type`. */
    readonly detail: string,
    /** Characters from the beginning of the field's text. */
    readonly offset?: number,
  ) {
    super(`${field} ${detail}`);
  }
}
