/** How much may still be sent before the other side has taken something: the whole of our back-pressure. */
export class Credit {
  #waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];
  #failure: Error | null = null;

  constructor(private left: number) {}

  /** Takes `amount`; resolves when something was left before. May overdraw: what is large goes when anything goes. */
  async take(amount = 1): Promise<void> {
    while (this.left <= 0 && !this.#failure) {
      await new Promise<void>((resolve, reject) => this.#waiting.push({ resolve, reject }));
    }
    if (this.#failure) throw this.#failure;
    this.left -= amount;
  }

  give(amount = 1): void {
    this.left += amount;
    if (this.left <= 0) return;
    const woken = this.#waiting;
    this.#waiting = [];
    for (const { resolve } of woken) resolve();
  }

  /** Whoever waits, or comes later, gets this error. */
  fail(error: Error): void {
    this.#failure ??= error;
    const woken = this.#waiting;
    this.#waiting = [];
    for (const { reject } of woken) reject(this.#failure);
  }
}
