/** What of a heap is drawn, and in which colours. */
import { type HeapMap, type MapTints, NOTHING_LIVE } from '@heapcast/contracts';
import type { Inks } from './inks.js';
import { blend, type Ink } from './raster.js';

export const COLOURINGS = ['use', 'size', 'age', 'site'] as const;
export type Colouring = (typeof COLOURINGS)[number];

/** Where bytes are, as bits: those that stay when the rest fades. */
export const Part = { live: 1, freeBlock: 2, freePool: 4, header: 8, tail: 16, lost: 32 } as const;
export const EVERY_PART = 63;

export interface HeapLook {
  readonly map: HeapMap;
  readonly colouring: Colouring;
  /** For age and site, of the same moment as the map; without them those show use. */
  readonly tints: MapTints | null;
  readonly parts: number;
  /** Bytes per block of the class that stays; `null` = all. */
  readonly sizeClass: number | null;
}

const FADED = 0.14;
const CLASSES = 32;

/** Finds the colours of one picture. Made once per picture; asked for every cell. */
export class Colours {
  readonly live: (cell: number, block: number) => Ink;
  readonly held: Ink;
  readonly freePool: Ink;
  /** A free pool is a dot: only `use` tells how much is held. */
  readonly dots: boolean;

  constructor(
    private readonly look: HeapLook,
    private readonly inks: Inks,
  ) {
    const { colouring, tints, map } = look;
    const byUse = colouring === 'use' || (colouring !== 'size' && tints?.by !== colouring);
    this.dots = !byUse;
    this.held = byUse ? inks.hold : inks.cell2;
    this.freePool = byUse ? inks.hold3 : inks.cell2;
    this.live = byUse ? () => inks.use : this.#tinted(map, tints);
  }

  /** The ink, or what is left of it when something else is to be seen. */
  seen(ink: Ink, part: number, blockBytes: number): Ink {
    const { parts, sizeClass } = this.look;
    if ((parts & part) !== 0 && (sizeClass === null || sizeClass === blockBytes)) return ink;
    return blend(ink, this.inks.map, FADED);
  }

  #tinted(map: HeapMap, tints: MapTints | null): (cell: number, block: number) => Ink {
    const { classes, sites, use } = this.inks;
    if (this.look.colouring === 'size' || !tints) {
      return (cell) =>
        classes[Math.min(CLASSES - 1, Math.max(0, Math.ceil((map.blockBytes[cell] ?? 0) / 16) - 1))] ?? use;
    }
    const tintOf = (cell: number, block: number): number => (block >= 0 ? tints.blocks[block] : tints.cells[cell]) ?? 0;
    if (tints.by === 'site') {
      return (cell, block) => sites[Math.min(7, tintOf(cell, block) === NOTHING_LIVE ? 0 : tintOf(cell, block))] ?? use;
    }
    const longest = Math.log2(tints.at + 2);
    return (cell, block) => {
      const age = Math.max(0, tints.at - tintOf(cell, block));
      return classes[CLASSES - 1 - Math.min(CLASSES - 1, Math.floor((CLASSES * Math.log2(age + 1)) / longest))] ?? use;
    };
  }
}
