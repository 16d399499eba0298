/**
 * The door of a session: calls take their place in the order in which they come. One that has to read something first holds up those
 * behind it; nobody overtakes.
 */
export class Door {
  /** The last call that has to read something before it takes its place. */
  #entering: Promise<unknown> | null = null;
  #waiting = 0;

  /** Requests that were let in and are not answered. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Resolves when nobody is on the way to their place any more. */
  async settled(): Promise<void> {
    await this.#entering?.catch(() => undefined);
  }

  /**
   * @param count requests of the call
   * @param atOnce gives it its place; `null` = something has to be read before
   * @param afterReading reads, and gives it its place; what it is answered is waited for outside
   */
  async pass<T>(
    count: number,
    atOnce: () => Promise<T> | null,
    afterReading: () => Promise<{ readonly answer: Promise<T> }>,
  ): Promise<T> {
    this.#waiting += count;
    try {
      const placed = this.#entering ? null : atOnce();
      if (placed) return await placed;
      const entering = behind(this.#entering, afterReading);
      this.#entering = entering;
      const { answer } = await entering.finally(() => {
        if (this.#entering === entering) this.#entering = null;
      });
      return await answer;
    } finally {
      this.#waiting -= count;
    }
  }
}

async function behind<T>(before: Promise<unknown> | null, work: () => Promise<T>): Promise<T> {
  await before?.catch(() => undefined);
  return work();
}
