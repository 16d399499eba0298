/** Texts that are told once and then named by their number, from 1 on: functions, variables, types. */
const MOST = 100_000;

export class TextTable {
  readonly #numbers = new Map<string, number>();
  #fresh: string[] = [];

  /** When the table is full, texts that it does not have yet share one number. */
  numberOf(text: string): number {
    let number = this.#numbers.get(text);
    if (number !== undefined) return number;
    if (this.#numbers.size >= MOST && text !== '?') return this.numberOf('?');
    number = this.#numbers.size + 1;
    this.#numbers.set(text, number);
    this.#fresh.push(text);
    return number;
  }

  /** Texts that were not taken yet, and the number of the first. */
  take(): { readonly first: number; readonly texts: string[] } {
    const texts = this.#fresh;
    this.#fresh = [];
    return { first: this.#numbers.size - texts.length + 1, texts };
  }
}
