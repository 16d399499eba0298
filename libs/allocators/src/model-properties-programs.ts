/**
 * Random programs for the properties of models: canonical request columns as `libs/trace/src/columns.ts` defines them.
 * Test support, used by specs only.
 */
import * as fc from 'fast-check';
import { NO_SLOT, Op, OP_MASK, type RequestColumns, SlotTable } from '@heapcast/trace';

export interface Program extends RequestColumns {
  readonly length: number;
}

export type Row = readonly [op: number, size: number, slot: number];

/** Sizes that sit on the edges of classes and steps, sizes that repeat, and a few that no machine has. */
export const sizes: fc.Arbitrary<number> = fc.oneof(
  { weight: 8, arbitrary: fc.nat(64) },
  { weight: 6, arbitrary: fc.constantFrom(0, 1, 8, 16, 24, 32, 48, 100, 255, 256, 257, 504, 512, 513) },
  { weight: 4, arbitrary: fc.nat(700) },
  { weight: 2, arbitrary: fc.nat(20_000) },
  { weight: 1, arbitrary: fc.constantFrom(65_535, 65_536, 262_144, 1_048_577, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff) },
);

const kinds = [
  ['malloc', 30],
  ['calloc', 4],
  ['realloc', 18],
  ['reallocNull', 3],
  ['free', 30],
  ['freeNull', 1],
  ['foreign', 1],
  ['mark', 1],
  ['doubleFree', 1],
  ['invalidFree', 1],
  ['staleRealloc', 1],
] as const;
type Kind = (typeof kinds)[number][0];

interface Command {
  readonly kind: Kind;
  readonly size: number;
  /** Which of the live blocks: this number modulo how many there are. */
  readonly pick: number;
  readonly domain: number;
}

/** Canonical request columns of at most so many events: slots are recycled, last given back first. */
export function programs(maxLength = 120, size = sizes, minLength = 1): fc.Arbitrary<Program> {
  const command: fc.Arbitrary<Command> = fc.record({
    kind: fc.oneof(...kinds.map(([kind, weight]) => ({ weight, arbitrary: fc.constant(kind) }))),
    size,
    pick: fc.nat(1000),
    domain: fc.constantFrom(0, 0x10, 0x20),
  });
  return fc.array(command, { minLength, maxLength, size: 'max' }).map(programOf);
}

function programOf(commands: readonly Command[]): Program {
  const live: number[] = [];
  const slots = new SlotTable();
  const rows: Row[] = [];
  let numbers = 0;
  for (const { kind, size, pick, domain } of commands) {
    const chosen = live.length === 0 ? -1 : pick % live.length;
    const push = (op: number, bytes: number, slot: number) => rows.push([op | domain, bytes, slot]);
    if (kind === 'malloc' || kind === 'calloc' || kind === 'reallocNull' || kind === 'foreign') {
      const slot = slots.take();
      live.push(slot);
      numbers++;
      push(Op[kind], size, slot);
    } else if (kind === 'free' && chosen >= 0) {
      const [slot] = live.splice(chosen, 1);
      slots.release(slot);
      push(Op.free, 0, slot);
    } else if (kind === 'realloc' && chosen >= 0) push(Op.realloc, size, live[chosen]);
    else if (kind === 'doubleFree') push(Op.staleFree, 0, 1 + (pick % (numbers + 1)));
    else if (kind === 'invalidFree') push(Op.staleFree, 0, 0);
    else if (kind === 'staleRealloc') push(Op.staleRealloc, size, pick % (numbers + 1));
    else if (kind === 'mark') push(Op.mark, size, NO_SLOT);
    else push(Op.free, 0, NO_SLOT);
  }
  return program(rows);
}

/** A program from rows of op, size, slot. */
export function program(rows: readonly Row[]): Program {
  return {
    length: rows.length,
    op: Uint8Array.from(rows, ([op]) => op),
    size: Uint32Array.from(rows, ([, size]) => size),
    slot: Int32Array.from(rows, ([, , slot]) => slot),
  };
}

export function rowsOf(requests: Program): Row[] {
  return Array.from({ length: requests.length }, (_, i) => [requests.op[i], requests.size[i], requests.slot[i]]);
}

/** Frees of all that a program leaves live, the block placed last first or (by default) the first one first. */
export function freeingAll(requests: Program, lastFirst = false): Program {
  const live = new Set<number>();
  for (const [op, , slot] of rowsOf(requests)) {
    const code = op & OP_MASK;
    if (code === Op.free) live.delete(slot);
    else if (code !== Op.mark && code !== Op.staleFree && code !== Op.staleRealloc) live.add(slot);
  }
  const order = lastFirst ? [...live].reverse() : [...live];
  return program(order.map((slot) => [Op.free, 0, slot]));
}

/** Is it a request that takes a new slot, and that a model should place? */
export function takesSlot(op: number): boolean {
  return op === Op.malloc || op === Op.calloc || op === Op.reallocNull;
}
