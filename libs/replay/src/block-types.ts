/** Types of blocks, told from their names: `dict#7` is a `dict`. Numbered in the order of their first block; 0 = none. */

/** Types that are told apart; the blocks of all others are of the last type, `(other types)`. */
const MOST_TYPES = 4096;
const OTHERS = '(other types)';

export class BlockTypes {
  readonly names: string[] = [''];
  readonly #indexes = new Map<string, number>();

  /** Index of the type that a name tells; 0 for a name that tells none. */
  of(name: string | undefined): number {
    const type = name === undefined ? null : typeOf(name);
    if (type === null) return 0;
    const known = this.#indexes.get(type);
    if (known !== undefined) return known;
    if (this.names.length > MOST_TYPES) return this.#add(OTHERS);
    return this.#add(type);
  }

  #add(type: string): number {
    const known = this.#indexes.get(type);
    if (known !== undefined) return known;
    const index = this.names.push(type) - 1;
    this.#indexes.set(type, index);
    return index;
  }
}

/** What stands before the `#` and a number; `null` = the name tells no type. */
export function typeOf(name: string): string | null {
  const hash = name.lastIndexOf('#');
  if (hash <= 0 || hash === name.length - 1) return null;
  for (let i = hash + 1; i < name.length; i++) {
    const digit = name.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return null;
  }
  return name.slice(0, hash);
}
