/**
 * The unread end of a text input. A scanner may look up to `SLACK` bytes past a position without asking whether they
 * are there: the buffer has room for that, and what lies past `end` is never taken for input.
 */
export const SLACK = 512;
/** Input is taken in pieces of this size, so that a large push costs no large copy. */
export const PIECE_BYTES = 262_144;

const NEWLINE = 10;

export class LineBuffer {
  bytes = new Uint8Array(PIECE_BYTES + SLACK);
  view = new DataView(this.bytes.buffer);
  /** Unread are `start` (inclusive) to `end` (exclusive). */
  start = 0;
  end = 0;
  /** There is no newline between `start` and here; keeps a long line in many pieces from being searched again. */
  #searched = 0;

  get unread(): number {
    return this.end - this.start;
  }

  /** Appends a piece; positions from before are no longer good. */
  append(piece: Uint8Array): void {
    const unread = this.unread;
    const needed = unread + piece.length + SLACK;
    if (needed > this.bytes.length) {
      const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
      grown.set(this.bytes.subarray(this.start, this.end));
      this.bytes = grown;
      this.view = new DataView(grown.buffer);
    } else if (this.start > 0) {
      this.bytes.copyWithin(0, this.start, this.end);
    }
    this.bytes.set(piece, unread);
    this.#searched = Math.max(0, this.#searched - this.start);
    this.start = 0;
    this.end = unread + piece.length;
  }

  /** Position of the newline that ends the line at `start`, or -1 if it has not come yet. */
  lineEnd(): number {
    const { bytes, end } = this;
    let at = Math.max(this.start, this.#searched);
    while (at < end && bytes[at] !== NEWLINE) at++;
    this.#searched = at;
    return at < end ? at : -1;
  }
}
