/** Everything that a picture follows from beside the heap: while it stays, what is on the canvas may stay, too. */
export class Conditions {
  #last: readonly unknown[] | null = null;

  /** Are these the same as the last time? Always in the same order. */
  stay(...now: readonly unknown[]): boolean {
    const last = this.#last;
    this.#last = now;
    return last !== null && now.every((value, i) => value === last[i]);
  }

  /** The canvas is empty. */
  forget(): void {
    this.#last = null;
  }
}
