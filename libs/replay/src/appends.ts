/**
 * Live requests of many sessions, applied and answered in one set of columns. Answers are cut apart again on the main
 * thread (`cutApplied`).
 */
import type { MappingEvent, Totals } from '@heapcast/allocators';
import { concatChunks, sliceChunk, type TraceChunk } from '@heapcast/trace';
import { makePlaceColumns } from './placements.js';
import type { Applied } from './inspection.js';
import type { AppendItems, AppliedItems } from './protocol.js';
import { ReplayError } from './replay-error.js';
import type { Timeline } from './timeline.js';

/** One caller's request for the next batch. */
export interface AppendItem {
  readonly call: number;
  readonly handle: number;
  readonly first: number;
  readonly chunk: TraceChunk;
}

const TOTALS = 7;
const FAILED = 0;

export function joinItems(items: readonly AppendItem[]): AppendItems {
  return {
    calls: items.map(({ call }) => call),
    handles: items.map(({ handle }) => handle),
    firsts: items.map(({ first }) => first),
    lengths: items.map(({ chunk }) => chunk.length),
    requests: concatChunks(items.map(({ chunk }) => chunk)),
  };
}

/** The items [index, index + 1) as a batch of their own. */
export function itemAlone(items: AppendItems, index: number, from: number): AppendItems {
  const length = items.lengths[index];
  return {
    calls: [items.calls[index]],
    handles: [items.handles[index]],
    firsts: [items.firsts[index]],
    lengths: [length],
    requests: sliceChunk(items.requests, from, from + length),
  };
}

/** Applies every item in order. `timelineOf` may throw to fail an item, or answer `null` to leave it for later. */
export function applyItems(
  items: AppendItems,
  timelineOf: (handle: number, index: number, from: number) => Timeline | null,
  fail: (call: number, handle: number, error: unknown) => void,
): AppliedItems {
  const { calls, handles, firsts, lengths, requests } = items;
  const columns = makePlaceColumns(requests.length);
  const names = new Map<number, string>();
  const answered = calls.map(() => FAILED);
  const totals = new Float64Array(calls.length * TOTALS);
  const mappings = new Map<number, readonly MappingEvent[]>();
  let from = 0;
  for (let i = 0; i < calls.length; i++) {
    const to = from + lengths[i];
    try {
      const timeline = timelineOf(handles[i], i, from);
      if (timeline) {
        const head = timeline.append(firsts[i], requests, from, to, columns, names);
        const mapped = head.takeMappings();
        if (mapped.length > 0) mappings.set(i, mapped);
        totals.set(fromTotals(head.model.totals()), i * TOTALS);
        answered[i] = calls[i];
      }
    } catch (error) {
      fail(calls[i], handles[i], error);
    }
    from = to;
  }
  return { calls: answered, firsts, lengths, columns, names, totals, mappings };
}

/** Hands each answer to the call it belongs to, in columns of its own. */
export function cutApplied(items: AppliedItems, give: (call: number, applied: Applied) => void): void {
  const { columns, names, totals, mappings } = items;
  let from = 0;
  for (const [i, call] of items.calls.entries()) {
    const to = from + items.lengths[i];
    if (call !== FAILED) {
      give(call, {
        first: items.firsts[i],
        placements: {
          outcome: columns.outcome.slice(from, to),
          region: columns.region.slice(from, to),
          offset: columns.offset.slice(from, to),
        },
        numbers: columns.numbers.slice(from, to),
        addresses: columns.addresses.slice(from, to),
        pools: columns.pools.slice(from, to),
        indexes: columns.indexes.slice(from, to),
        blockBytes: columns.blockBytes.slice(from, to),
        names: namesBetween(names, from, to),
        mappings: mappings.get(i) ?? [],
        totals: toTotals(totals, i * TOTALS),
      });
    }
    from = to;
  }
}

/** A call that failed for a reason of its own leaves its timeline as it was; any other may have broken the model. */
export function breaksTimeline(error: unknown): boolean {
  return !(error instanceof ReplayError);
}

function namesBetween(names: ReadonlyMap<number, string>, from: number, to: number): ReadonlyMap<number, string> {
  const part = new Map<number, string>();
  if (names.size === 0) return part;
  if (to - from <= names.size) {
    for (let i = from; i < to; i++) {
      const name = names.get(i);
      if (name !== undefined) part.set(i - from, name);
    }
  } else {
    for (const [index, name] of names) if (index >= from && index < to) part.set(index - from, name);
  }
  return part;
}

function fromTotals(totals: Totals): readonly number[] {
  const { events, liveBlocks, requestedBytes, allocatedBytes, mappedBytes, rawBlocks, rawBytes } = totals;
  return [events, liveBlocks, requestedBytes, allocatedBytes, mappedBytes, rawBlocks, rawBytes];
}

function toTotals(columns: Float64Array, at: number): Totals {
  return {
    events: columns[at],
    liveBlocks: columns[at + 1],
    requestedBytes: columns[at + 2],
    allocatedBytes: columns[at + 3],
    mappedBytes: columns[at + 4],
    rawBlocks: columns[at + 5],
    rawBytes: columns[at + 6],
  };
}
