/** A curve that grows and stays small: when it has too many points, neighbours become one, the larger value of both. */
export class Series {
  #points: [at: number, value: number][] = [];
  /** Values in one point. */
  #width = 1;
  #inLast = 0;

  /** @param most points that are kept; even */
  constructor(private readonly most: number) {}

  add(at: number, value: number): void {
    const last = this.#points.at(-1);
    if (last && this.#inLast < this.#width) {
      this.#inLast++;
      if (value >= last[1]) {
        last[0] = at;
        last[1] = value;
      }
      return;
    }
    this.#points.push([at, value]);
    this.#inLast = 1;
    if (this.#points.length > this.most) this.#halve();
  }

  get points(): readonly (readonly [at: number, value: number])[] {
    return this.#points;
  }

  #halve(): void {
    const halved: [number, number][] = [];
    for (let i = 0; i < this.#points.length; i += 2) {
      const [one, other] = [this.#points[i], this.#points[i + 1]];
      halved.push(other && other[1] >= one[1] ? other : one);
    }
    this.#inLast += this.#points.length % 2 === 0 ? this.#width : 0;
    this.#points = halved;
    this.#width *= 2;
  }
}
