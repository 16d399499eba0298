/**
 * Finds requests in a recording by what they asked for and by what became of them. One call looks at a bounded stretch and says
 * where to go on, so that a search through ten million requests is many short pieces of work and never one long one.
 *
 * What can be told from the request alone is tried first; only what passes is replayed by itself and looked at closely. Between
 * two such requests the replay goes at its full speed.
 */
import type { MappingEvent } from '@heapcast/allocators';
import { OP_MASK, type TraceChunk } from '@heapcast/trace';
import { makePlaceColumns, type PlacedEvents } from './placements.js';
import { type EventFilter, EventMatch, takesSlot } from './event-filter.js';
import type { OpenChunk, PlaceColumns, Playhead } from './playhead.js';
import type { Timeline } from './timeline.js';

/** Requests before `at` that pass a filter. A leaked block is one that is alive at `at`. */
export interface SearchQuery {
  readonly kind: 'search';
  /** Going on: index of the first request to look at. Going back: of the first one not to look at any more. */
  readonly from: number;
  readonly back: boolean;
  /** Most requests found, and about how many are looked at at most. */
  readonly limit: number;
  readonly scan: number;
  readonly filter: EventFilter;
}

/** Requests that were found, in the order of time; going back, the last ones of the stretch. */
export interface SearchReply extends PlacedEvents {
  readonly requests: TraceChunk;
  /** 0-based index of each. */
  readonly events: Float64Array;
  /** `from` of the call that goes on; `null` = nothing is left to look at. */
  readonly next: number | null;
  /** Requests that were looked at. */
  readonly scanned: number;
}

/** A request that was found: a row of the answer. */
interface Row {
  readonly event: number;
  readonly op: number;
  readonly size: number;
  readonly slot: number;
  readonly site: number;
  readonly time: number;
  readonly name: string | undefined;
  readonly outcome: number;
  readonly region: number;
  readonly offset: number;
  readonly number: number;
  readonly address: number;
  readonly pool: number;
  readonly index: number;
  readonly blockBytes: number;
  readonly mappings: readonly MappingEvent[];
}

/** Pieces in which a search goes back: each is replayed forward. */
const PIECE = 1 << 16;
/** Requests between two looks at whether enough was found. */
const SLICE = 1 << 14;

export async function searchEvents(timeline: Timeline, at: number, query: SearchQuery): Promise<SearchReply> {
  const match = new EventMatch(query.filter, query.filter.leaked ? await aliveAt(timeline, at) : null);
  return query.back ? searchBack(timeline, at, query, match) : searchOn(timeline, at, query, match);
}

async function searchOn(timeline: Timeline, at: number, query: SearchQuery, match: EventMatch): Promise<SearchReply> {
  const from = Math.min(query.from, at);
  const end = Math.min(at, from + query.scan);
  const rows: Row[] = [];
  let next = from;
  if (from < end) {
    const playhead = await timeline.playheadAt(from);
    while (next < end && rows.length < query.limit) {
      const to = Math.min(end, next + SLICE);
      await look(timeline, playhead, to, { match, rows, enough: query.limit + 1 });
      next = to;
    }
  }
  if (rows.length > query.limit) {
    next = rows[query.limit].event;
    rows.length = query.limit;
  }
  return reply(rows, next < at ? next : null, next - from);
}

async function searchBack(timeline: Timeline, at: number, query: SearchQuery, match: EventMatch): Promise<SearchReply> {
  const from = Math.min(query.from, at);
  const least = Math.max(0, from - query.scan);
  let rows: Row[] = [];
  let next = from;
  while (next > least && rows.length < query.limit) {
    const start = Math.max(least, next - PIECE);
    const piece: Row[] = [];
    await look(timeline, await timeline.playheadAt(start), next, { match, rows: piece, enough: Infinity });
    rows = [...piece, ...rows];
    next = start;
  }
  if (rows.length > query.limit) {
    rows = rows.slice(rows.length - query.limit);
    next = rows[0].event;
  }
  return reply(rows, next > 0 ? next : null, from - next);
}

/** A bit for each block number: is it alive at `at`? Kept for the timeline until somebody asks about another position. */
async function aliveAt(timeline: Timeline, at: number): Promise<Uint8Array> {
  const known = alive.get(timeline);
  if (known?.at === at) return known.bits;
  const { model, owners } = await timeline.playheadAt(at);
  const bits = new Uint8Array((owners.blocks >> 3) + 1);
  model.visitBlocks((slot) => {
    const number = owners.number(slot);
    bits[number >> 3] |= 1 << (number & 7);
  });
  alive.set(timeline, { at, bits });
  return bits;
}
const alive = new WeakMap<Timeline, { readonly at: number; readonly bits: Uint8Array }>();

interface Looking {
  readonly match: EventMatch;
  readonly rows: Row[];
  /** With so many rows nothing more is looked at. */
  readonly enough: number;
}

/** Replays up to `to` and keeps what matches. */
async function look(timeline: Timeline, playhead: Playhead, to: number, looking: Looking): Promise<void> {
  let columns: PlaceColumns | null = null;
  await timeline.walk(playhead, to, (open, from, upTo) => {
    if (!columns || columns.outcome.length < open.chunk.length) columns = makePlaceColumns(open.chunk.length);
    lookAt(playhead, open, from, upTo, looking, columns);
  });
}

function lookAt(
  playhead: Playhead,
  open: OpenChunk,
  from: number,
  to: number,
  { match, rows, enough }: Looking,
  columns: PlaceColumns,
): void {
  const { first, chunk } = open;
  const { owners } = playhead;
  let done = from;
  let blocks = owners.blocks;
  for (let i = from; i < to && rows.length < enough; i++) {
    const code = chunk.op[i] & OP_MASK;
    if (takesSlot(code)) blocks++;
    if (!match.may(chunk, i, code, blocks, owners)) continue;
    if (done < i) playhead.advance(chunk, done, i, columns);
    playhead.takeMappings();
    done = i + 1;
    const labels = new Map<number, string>();
    playhead.step(chunk, i, done, columns, labels);
    const row = rowOf(columns, i, labels.get(i));
    if (match.does(code, row)) {
      const { op, size, slot, site, time } = chunk;
      const asked = { op: op[i], size: size[i], slot: slot[i], site: site?.[i] ?? 0, time: time?.[i] ?? 0 };
      rows.push({ event: first + i, ...asked, ...row, mappings: playhead.takeMappings() });
    } else playhead.takeMappings();
  }
  if (done < to) playhead.advance(chunk, done, to, columns);
  playhead.takeMappings();
}

function rowOf(columns: PlaceColumns, i: number, name: string | undefined) {
  const region = columns.region[i];
  const isSomewhere = region >= 0;
  return {
    name,
    outcome: columns.outcome[i],
    region,
    offset: columns.offset[i],
    number: columns.numbers[i],
    // The columns are used again and again: without a region they hold what was there before.
    address: isSomewhere ? columns.addresses[i] : 0,
    pool: isSomewhere ? columns.pools[i] : -1,
    index: isSomewhere ? columns.indexes[i] : -1,
    blockBytes: isSomewhere ? columns.blockBytes[i] : 0,
  };
}

function reply(rows: readonly Row[], next: number | null, scanned: number): SearchReply {
  const names = new Map<number, string>();
  for (const [i, { name }] of rows.entries()) if (name !== undefined) names.set(i, name);
  const column = (value: (row: Row) => number): number[] => rows.map(value);
  return {
    next,
    scanned,
    first: rows[0]?.event ?? 0,
    events: Float64Array.from(column(({ event }) => event)),
    requests: {
      length: rows.length,
      op: Uint8Array.from(column(({ op }) => op)),
      size: Uint32Array.from(column(({ size }) => size)),
      slot: Int32Array.from(column(({ slot }) => slot)),
      site: Uint32Array.from(column(({ site }) => site)),
      time: Float64Array.from(column(({ time }) => time)),
      names: null,
    },
    placements: {
      outcome: Uint8Array.from(column(({ outcome }) => outcome)),
      region: Int32Array.from(column(({ region }) => region)),
      offset: Int32Array.from(column(({ offset }) => offset)),
    },
    numbers: Float64Array.from(column(({ number }) => number)),
    addresses: Float64Array.from(column(({ address }) => address)),
    pools: Int32Array.from(column(({ pool }) => pool)),
    indexes: Int32Array.from(column(({ index }) => index)),
    blockBytes: Uint32Array.from(column(({ blockBytes }) => blockBytes)),
    names,
    mappings: rows.flatMap(({ mappings }) => mappings),
  };
}
