/** Whole numbers of any size: how many bits they have, and which ones CPython has from the start. */

/** `NSMALLNEGINTS` and `NSMALLPOSINTS`: -5 to 256. */
const FIRST_SMALL = -5n;
const LAST_SMALL = 256n;

export function isSmallInt(value: bigint): boolean {
  return value >= FIRST_SMALL && value <= LAST_SMALL;
}

/** Bits of the absolute value. */
export function bitLength(value: bigint): number {
  const magnitude = value < 0n ? -value : value;
  return magnitude === 0n ? 0 : magnitude.toString(2).length;
}

export interface RangeCensus {
  /** Each of the small ints among them. */
  readonly small: readonly bigint[];
  /** How many of the others have so many bits. */
  readonly byBits: ReadonlyMap<number, number>;
}

/** Counts first, first + step … (`count` of them) without going through all. @param step not 0 */
export function rangeCensus(first: bigint, step: bigint, count: number): RangeCensus {
  const byBits = new Map<number, number>();
  if (count === 0) return { small: [], byBits };
  const last = first + step * BigInt(count - 1);
  const [low, high, stride] = step > 0n ? [first, last, step] : [last, first, -step];
  /** How many are less than `limit`. */
  const below = (limit: bigint): bigint => {
    if (limit <= low) return 0n;
    return limit > high ? BigInt(count) : (limit - low + stride - 1n) / stride;
  };
  const small: bigint[] = [];
  for (let index = below(FIRST_SMALL); index < below(LAST_SMALL + 1n); index++) small.push(low + stride * index);
  for (let bits = 1; bits <= Math.max(bitLength(low), bitLength(high)); bits++) {
    const from = 1n << BigInt(bits - 1);
    const to = 1n << BigInt(bits);
    const above = below(to) - below(larger(from, LAST_SMALL + 1n));
    const under = below(smaller(1n - from, FIRST_SMALL)) - below(1n - to);
    const times = Number(larger(above, 0n) + larger(under, 0n));
    if (times > 0) byBits.set(bits, times);
  }
  return { small, byBits };
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
