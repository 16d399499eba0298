/**
 * What a search asks of a request, in two halves: what the request itself says, which is cheap, and what became of it, which takes
 * a replay. The first half may let something pass that the second refuses, never the other way round.
 */
import { Op } from '@heapcast/trace';
import type { TraceChunk } from '@heapcast/trace';
import type { Owners } from './owners.js';

/** `null` (and 0 in masks) = anything. All that is given must hold. */
export interface EventFilter {
  /** Bit c for op code c; bit o for outcome o. */
  readonly ops: number;
  readonly outcomes: number;
  /** Bytes asked for: only requests that ask for bytes have any. */
  readonly minSize: number | null;
  readonly maxSize: number | null;
  /** Bytes that the block occupies: its size class. */
  readonly blockBytes: number | null;
  /** A simulated address anywhere in the block. */
  readonly address: number | null;
  /** Block number. */
  readonly block: number | null;
  readonly region: number | null;
  readonly pool: number | null;
  readonly index: number | null;
  /** Part of the block's name, in lower case. */
  readonly name: string | null;
  /** By site index: 1 = this one. Absent entries are not meant. */
  readonly sites: Uint8Array | null;
  /** Part of a name or label, in lower case, or one of these sites. */
  readonly text: { readonly part: string; readonly sites: Uint8Array } | null;
  /** Only requests for blocks that are never freed. */
  readonly leaked: boolean;
}

/** What became of a request, read at `i` of the columns. */
export interface PlacedRow {
  readonly outcome: number;
  readonly region: number;
  readonly pool: number;
  readonly index: number;
  readonly blockBytes: number;
  readonly address: number;
  readonly number: number;
  /** Of the block, or label of a mark. */
  readonly name: string | undefined;
}

export class EventMatch {
  constructor(
    private readonly filter: EventFilter,
    /** A bit per block number: never freed; `null` = nobody asked. */
    private readonly alive: Uint8Array | null,
  ) {}

  /**
   * May request `i` pass? `owners` may be behind: what it says of a slot holds unless the slot was given anew since, and that
   * request for a block would have passed itself.
   * @param number of the block that the request gives, if it gives one
   */
  may(chunk: TraceChunk, i: number, code: number, number: number, owners: Owners): boolean {
    const { ops, minSize, maxSize, sites, leaked, block, name, text } = this.filter;
    if (ops !== 0 && (ops & (1 << code)) === 0) return false;
    if (minSize !== null || maxSize !== null) {
      const size = chunk.size[i];
      if (!asksForBytes(code) || (minSize !== null && size < minSize) || (maxSize !== null && size > maxSize))
        return false;
    }
    const site = chunk.site ? chunk.site[i] : 0;
    if (sites && sites[site] !== 1) return false;
    // What came from elsewhere was not asked for here.
    if (leaked && (!takesSlot(code) || code === Op.foreign || !this.#isAlive(number))) return false;
    if (block !== null && blockOf(chunk, i, code, number, owners) !== block) return false;
    if (name === null && text === null) return true;
    const called = nameOf(chunk, i, code, owners)?.toLowerCase();
    if (name !== null && (code === Op.mark || called?.includes(name) !== true)) return false;
    return text === null || text.sites[site] === 1 || called?.includes(text.part) === true;
  }

  #isAlive(number: number): boolean {
    return this.alive !== null && (this.alive[number >> 3] & (1 << (number & 7))) !== 0;
  }

  /** Does it, now that it is known what became of it? */
  does(code: number, row: PlacedRow): boolean {
    const { outcomes, blockBytes, address, block, region, pool, index, name } = this.filter;
    if (outcomes !== 0 && (outcomes & (1 << row.outcome)) === 0) return false;
    if (blockBytes !== null && row.blockBytes !== blockBytes) return false;
    if (region !== null && row.region !== region) return false;
    if (pool !== null && row.pool !== pool) return false;
    if (index !== null && row.index !== index) return false;
    if (block !== null && row.number !== block) return false;
    if (name !== null && (code === Op.mark || row.name?.toLowerCase().includes(name) !== true)) return false;
    if (address === null) return true;
    return row.region >= 0 && address >= row.address && address < row.address + Math.max(1, row.blockBytes);
  }
}

function blockOf(chunk: TraceChunk, i: number, code: number, number: number, owners: Owners): number {
  if (takesSlot(code)) return number;
  if (code === Op.staleFree || code === Op.staleRealloc) return chunk.slot[i];
  return code === Op.mark || chunk.slot[i] < 0 ? 0 : owners.number(chunk.slot[i]);
}

function nameOf(chunk: TraceChunk, i: number, code: number, owners: Owners): string | undefined {
  const given = chunk.names?.get(i);
  if (given !== undefined || takesSlot(code) || code >= Op.mark || chunk.slot[i] < 0) return given;
  return owners.name(chunk.slot[i]);
}

export function takesSlot(code: number): boolean {
  return code === Op.malloc || code === Op.calloc || code === Op.reallocNull || code === Op.foreign;
}

function asksForBytes(code: number): boolean {
  return takesSlot(code) || code === Op.realloc || code === Op.staleRealloc;
}
