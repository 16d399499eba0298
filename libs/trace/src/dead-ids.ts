/**
 * What is remembered of ids whose block is freed, so that a double free can name the block. Bounded: beyond `limit`
 * the one that died first is forgotten, which is the same one in every replay.
 */
export const DEAD_IDS_KEPT = 65_536;

export class DeadIds<Id extends string | number> {
  readonly #numbers = new Map<Id, number>();
  /** One iterator for the life of the table: a fresh one would step over every entry deleted before it. */
  readonly #oldest = this.#numbers.keys();

  constructor(private readonly limit = DEAD_IDS_KEPT) {}

  /** The freed block that an id last meant, or 0. */
  number(id: Id): number {
    return this.#numbers.get(id) ?? 0;
  }

  remember(id: Id, number: number): void {
    this.#numbers.delete(id);
    this.#numbers.set(id, number);
    if (this.#numbers.size <= this.limit) return;
    const oldest = this.#oldest.next();
    if (!oldest.done) this.#numbers.delete(oldest.value);
  }

  forget(id: Id): void {
    this.#numbers.delete(id);
  }

  /** Longest dead first. */
  entries(): [Id, number][] {
    return [...this.#numbers];
  }
}
