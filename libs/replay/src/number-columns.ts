/** Columns of numbers that grow together, all of one length: one row per site, type or region. */
export class NumberColumns<Name extends string> {
  readonly columns: Record<Name, Float64Array<ArrayBuffer>>;
  /** Rows in use: 0 … used - 1. */
  used = 0;
  readonly #names: readonly Name[];
  #room = 0;

  constructor(names: readonly Name[]) {
    this.#names = names;
    // Every name gets its column here; TypeScript cannot see that.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    this.columns = Object.fromEntries(names.map((name) => [name, new Float64Array(0)])) as typeof this.columns;
  }

  /** Makes row `index` usable. Columns may be new ones afterwards: look them up again. */
  reach(index: number): void {
    if (index < this.used) return;
    this.used = index + 1;
    if (index < this.#room) return;
    this.#room = Math.max(64, 2 * this.#room, index + 1);
    for (const name of this.#names) {
      const grown = new Float64Array(this.#room);
      grown.set(this.columns[name]);
      this.columns[name] = grown;
    }
  }

  /** Takes over what `finish` gave. */
  restore(columns: Readonly<Record<Name, Float64Array>>): void {
    this.used = columns[this.#names[0]].length;
    this.#room = this.used;
    for (const name of this.#names) this.columns[name] = columns[name].slice();
  }

  /** Copies of exactly the rows in use. */
  finish(): Record<Name, Float64Array<ArrayBuffer>> {
    const entries = this.#names.map((name) => [name, this.columns[name].slice(0, this.used)]);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return Object.fromEntries(entries) as Record<Name, Float64Array<ArrayBuffer>>;
  }
}
