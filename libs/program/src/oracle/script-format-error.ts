/** A script, a recording or an expectation that cannot be read: what is wrong, and in which line (1-based; 0 = none). */
export class ScriptFormatError extends Error {
  override readonly name = 'ScriptFormatError';

  constructor(
    message: string,
    readonly line = 0,
  ) {
    super(line > 0 ? `line ${line}: ${message}` : message);
  }
}
