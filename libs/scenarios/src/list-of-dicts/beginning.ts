/**
 * From a start to the first line of the benchmark: the requests that come before, and where the interpreter stands then.
 *
 * - `measured`: as the runs at 2,000,000 iterations began whose arenas are known
 * - `recorded`: as the recordings at 20,000 iterations began: event for event the same
 * - `empty`: nothing was asked for before; the interpreter's free lists are empty
 */
import { Domain, NO_SLOT, Op, OP_MASK, sliceChunk, SlotTable, type TraceChunk } from '@heapcast/trace';
import { RequestWriter } from '../request-writer.js';
import type { Beginning } from './benchmark.js';
import type { Start, StartStep } from './start-file.js';

export const START_KINDS = ['measured', 'recorded', 'empty'] as const;
export type StartKind = (typeof START_KINDS)[number];

export interface Opening {
  readonly before: readonly TraceChunk[];
  readonly beginning: Beginning;
}

const NOTHING: Omit<Beginning, 'slots'> = {
  freeDicts: [],
  freeKeys: [],
  heldForMark: null,
  sinceCollection: 0,
  notes: {},
  garbage: [],
  goesWithList: [],
};

export function emptyOpening(): Opening {
  return { before: [], beginning: { ...NOTHING, slots: new SlotTable().save() } };
}

export function recordedOpening({ requests, recorded }: Start): Opening {
  return { before: [requests], beginning: { ...NOTHING, ...recorded, slots: slotsAfter(requests).save() } };
}

export function fittedOpening({ requests, recorded, fitted }: Start): Opening {
  const first = sliceChunk(requests, 0, fitted.after);
  const writer = new RequestWriter(slotsAfter(first).save());
  const before = [first];
  const later = { garbage: [] as number[], withList: [] as number[] };
  for (const step of fitted.steps) {
    takeStep(writer, step, later);
    const chunk = writer.take();
    if (chunk) before.push(chunk);
  }
  // What the interpreter kept is known where the recording ends, and nowhere before.
  const kept = fitted.after === requests.length ? recorded : {};
  const { garbage, withList: goesWithList } = later;
  return {
    before,
    beginning: { ...NOTHING, ...kept, notes: fitted.notes, garbage, goesWithList, slots: writer.saveSlots() },
  };
}

/** Most blocks in a step: a chunk of the writer holds them and their frees. */
export const MOST_IN_STEP = 32_768;

function takeStep(
  writer: RequestWriter,
  { do: what, bytes, count, every = 1, free = 0 }: StartStep,
  later: { garbage: number[]; withList: number[] },
): void {
  const slots = Array.from({ length: Math.min(count, MOST_IN_STEP) }, () => writer.malloc(bytes, Domain.obj));
  switch (what) {
    case 'pass':
      for (const slot of slots.reverse()) writer.free(slot, Domain.obj);
      return;
    case 'holes':
      for (const slot of slots.filter((_, index) => index % every !== 0).slice(0, free)) writer.free(slot, Domain.obj);
      return;
    case 'garbage':
      later.garbage.push(...slots);
      return;
    case 'withList':
      later.withList.push(...slots);
      return;
    case 'keep':
    default:
  }
}

function slotsAfter(requests: TraceChunk): SlotTable {
  const slots = new SlotTable();
  for (let at = 0; at < requests.length; at++) {
    const code = requests.op[at] & OP_MASK;
    if (code === Op.malloc || code === Op.calloc || code === Op.reallocNull || code === Op.foreign) slots.take();
    else if (code === Op.free && requests.slot[at] !== NO_SLOT) slots.release(requests.slot[at]);
  }
  return slots;
}
