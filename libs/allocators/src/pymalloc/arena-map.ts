/**
 * The arena map: how 3.10 and later tell whether an address is pymalloc's.
 *
 * A radix tree of three levels over the address above the arena bits: one root, mid nodes and bottom nodes made when an
 * arena first needs them and never given back. A base that is not a multiple of the arena size is entered twice, for
 * the two slots that the arena touches. 3.10 looks at 48 bits of address (10 + 10 + 8), later versions at all 64
 * (15 + 15 + 14), 32-bit builds at 32: there one table is enough. It decides nothing about placement; `sys._debugmallocstats` counts its nodes.
 *
 * Source: `obmalloc.c`, "radix tree", `arena_map_mark_used`.
 */
import type { Heap } from './heap.js';

/** Bytes per entry: a pointer in the root and mid nodes, two 32-bit tails in the bottom ones (and in a table of one level). */
const ENTRY = 8;

export interface ArenaMap {
  readonly levels: 1 | 3;
  readonly midNodes: number;
  readonly bottomNodes: number;
  readonly rootBytes: number;
  readonly midBytes: number;
  readonly bottomBytes: number;
}

/** `null` for versions without a map. */
export function arenaMapOf({ geometry, os, edition }: Heap): ArenaMap | null {
  if (edition.mapAddressBits === 0) return null;
  const indexBits = edition.mapAddressBits - Math.log2(geometry.arenaBytes);
  if (edition.mapAddressBits === 32) {
    return { levels: 1, midNodes: 0, bottomNodes: 0, rootBytes: 2 ** indexBits * ENTRY, midBytes: 0, bottomBytes: 0 };
  }
  const interiorBits = Math.floor((indexBits + 2) / 3);
  const bottomSpan = 2 ** (indexBits - 2 * interiorBits);
  const midSpan = 2 ** interiorBits;
  const bottoms = new Set<number>();
  for (let region = 0; region < os.regions; region++) {
    const index = os.base(region) / geometry.arenaBytes;
    bottoms.add(Math.floor(Math.floor(index) / bottomSpan));
    bottoms.add(Math.floor(Math.ceil(index) / bottomSpan));
  }
  const mids = new Set(Array.from(bottoms, (bottom) => Math.floor(bottom / midSpan)));
  return {
    levels: 3,
    midNodes: mids.size,
    bottomNodes: bottoms.size,
    rootBytes: midSpan * ENTRY,
    midBytes: mids.size * midSpan * ENTRY,
    bottomBytes: bottoms.size * bottomSpan * ENTRY,
  };
}
