/** Answers questions about a position of a timeline. */
import { CHUNK_EVENTS, concatChunks, sliceChunk, type TraceChunk } from '@heapcast/trace';
import type { MappingEvent } from '@heapcast/allocators';
import { blockPlaces } from './block-places.js';
import type { EventsReply, InspectReply, MomentQuery } from './inspection.js';
import { makePlaceColumns } from './placements.js';
import { momentOf, type PlaceColumns, type Playhead } from './playhead.js';
import { ReplayError } from './replay-error.js';
import type { Timeline } from './timeline.js';
import { tryRequests } from './trial.js';

export type AnyReply = InspectReply<MomentQuery>;
type StateQuery = Exclude<MomentQuery, { kind: 'events' | 'trial' }>;

/** @throws ReplayError `out-of-range` */
export async function answer(timeline: Timeline, at: number | 'head', query: MomentQuery): Promise<AnyReply> {
  const position = at === 'head' ? timeline.events : at;
  if (query.kind === 'events') return listEvents(timeline, position, query.limit);
  const playhead = await timeline.seek(position);
  return query.kind === 'trial' ? tryRequests(timeline, playhead, query) : describe(playhead, query);
}

/** The answer if the head can give it without any wait; `null` if somebody has to seek. */
export function answerAtHead(timeline: Timeline, at: number | 'head', query: MomentQuery): AnyReply | null {
  const { head } = timeline;
  if (!head || query.kind === 'events' || query.kind === 'trial' || (at !== 'head' && at !== head.position))
    return null;
  return describe(head, query);
}

function describe(playhead: Playhead, query: StateQuery): AnyReply {
  const { model, owners, position: at } = playhead;
  if (query.kind === 'stats') return { ...momentOf(playhead), blocks: owners.blocks };
  if (query.kind === 'places') return blockPlaces(playhead, query);
  if (query.kind === 'picture') {
    const states = (query.regions ?? []).map((region) => model.blockStates(region));
    return { at, totals: model.totals(), ledger: model.ledger(), cells: model.cells(), states };
  }
  if (query.kind === 'heap') return { at, totals: model.totals(), heap: model.heap(query, owners) };
  return { at, text: model.debugMallocStats() };
}

async function listEvents(timeline: Timeline, first: number, limit: number): Promise<EventsReply> {
  timeline.check(first);
  if (!(limit >= 0)) throw new ReplayError('out-of-range', `limit ${limit} is not a number of events`);
  const to = Math.min(timeline.events, first + Math.min(Math.floor(limit), CHUNK_EVENTS));
  const out = makePlaceColumns(to - first);
  const names = new Map<number, string>();
  const mappings: MappingEvent[] = [];
  const parts: TraceChunk[] = [];
  if (to > first) {
    const playhead = await timeline.cursorAt(first);
    let filled = 0;
    await timeline.walk(playhead, to, ({ chunk }, from, upTo) => {
      const part = sliceChunk(chunk, from, upTo);
      const columns = window(out, filled, filled + part.length);
      const labels = new Map<number, string>();
      playhead.step(part, 0, part.length, columns, labels);
      for (const [index, name] of labels) names.set(filled + index, name);
      mappings.push(...playhead.takeMappings());
      parts.push(part);
      filled += part.length;
    });
  }
  const { outcome, region, offset, numbers, addresses, pools, indexes, blockBytes } = out;
  const placements = { outcome, region, offset };
  const requests = concatChunks(parts);
  return { first, requests, placements, numbers, addresses, pools, indexes, blockBytes, names, mappings };
}

function window(columns: PlaceColumns, from: number, to: number): PlaceColumns {
  return {
    outcome: columns.outcome.subarray(from, to),
    region: columns.region.subarray(from, to),
    offset: columns.offset.subarray(from, to),
    numbers: columns.numbers.subarray(from, to),
    addresses: columns.addresses.subarray(from, to),
    pools: columns.pools.subarray(from, to),
    indexes: columns.indexes.subarray(from, to),
    blockBytes: columns.blockBytes.subarray(from, to),
  };
}
