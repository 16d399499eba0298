/** Counts requests by op and outcome. */
import { Outcome, type OutcomeName } from '@heapcast/allocators';
import { Op, OP_MASK, type RequestColumns } from '@heapcast/trace';

export type OpName = keyof typeof Op;
export type OpCounts = Partial<Record<OpName, number>>;
export type OutcomeCounts = Partial<Record<OutcomeName, number>>;

const OPS: readonly OpName[] = [
  'malloc',
  'calloc',
  'realloc',
  'free',
  'reallocNull',
  'foreign',
  'mark',
  'staleFree',
  'staleRealloc',
];
const OUTCOMES: readonly OutcomeName[] = [
  'none',
  'placed',
  'raw',
  'inPlace',
  'moved',
  'freed',
  'outOfMemory',
  'doubleFree',
  'invalidFree',
  'invalidRealloc',
];

export class Census {
  /** By op << 4 | outcome. */
  readonly #counts = new Float64Array(256);
  /** The same for the even and the odd requests of one call: small integers count faster, and two tables do not wait. */
  readonly #even = new Int32Array(256);
  readonly #odd = new Int32Array(256);

  count({ op }: RequestColumns, outcome: Uint8Array, from: number, to: number): void {
    const even = this.#even;
    const odd = this.#odd;
    let i = from;
    for (; i + 1 < to; i += 2) {
      even[((op[i] & OP_MASK) << 4) | outcome[i]]++;
      odd[((op[i + 1] & OP_MASK) << 4) | outcome[i + 1]]++;
    }
    if (i < to) even[((op[i] & OP_MASK) << 4) | outcome[i]]++;
    for (let cell = 0; cell < 256; cell++) this.#counts[cell] += even[cell] + odd[cell];
    even.fill(0);
    odd.fill(0);
  }

  /** Requests by op; only ops that occur. */
  operations(): OpCounts {
    const counts: OpCounts = {};
    for (const op of OPS) add(counts, op, sum(OUTCOMES.map((outcome) => this.#of(op, outcome))));
    return counts;
  }

  /** Requests by outcome; only outcomes that occur. */
  outcomes(): OutcomeCounts {
    const counts: OutcomeCounts = {};
    for (const outcome of OUTCOMES) add(counts, outcome, sum(OPS.map((op) => this.#of(op, outcome))));
    return counts;
  }

  outcomesByOperation(): Partial<Record<OpName, OutcomeCounts>> {
    const table: Partial<Record<OpName, OutcomeCounts>> = {};
    for (const op of OPS) {
      const counts: OutcomeCounts = {};
      for (const outcome of OUTCOMES) add(counts, outcome, this.#of(op, outcome));
      if (Object.keys(counts).length > 0) table[op] = counts;
    }
    return table;
  }

  #of(op: OpName, outcome: OutcomeName): number {
    return this.#counts[(Op[op] << 4) | Outcome[outcome]];
  }
}

function add<Name extends string>(counts: Partial<Record<Name, number>>, name: Name, count: number): void {
  if (count > 0) counts[name] = count;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
