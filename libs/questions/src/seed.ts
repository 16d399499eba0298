/** Choices that look random and are the same for the same seed (a xorshift of 32 bits). */
export class Seed {
  #state: number;

  constructor(seed: number) {
    // Spreads small seeds over all bits; zero would stay zero.
    this.#state = Math.imul(seed ^ 0x5bd1_e995, 0x2c1b_3c6d) | 0 || 1;
    for (let i = 0; i < 4; i++) this.below(1);
  }

  /** A whole number from 0 to `sides - 1`. */
  below(sides: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % sides;
  }

  /** One of them; `undefined` of none. */
  pick<T>(items: readonly T[]): T | undefined {
    return items[this.below(Math.max(1, items.length))];
  }

  shuffled<T>(items: readonly T[]): T[] {
    const left = [...items];
    const order: T[] = [];
    while (left.length > 0) order.push(...left.splice(this.below(left.length), 1));
    return order;
  }
}
