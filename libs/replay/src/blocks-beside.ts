/** The live blocks next to an offset of a region, on both sides. */
import { describeBlock, type BlockRow } from './block-row.js';
import type { BesideReply } from './measures.js';
import type { Playhead } from './playhead.js';

interface Spot {
  readonly region: number;
  readonly offset: number;
  readonly count: number;
}

export function blocksBeside(playhead: Playhead, { region, offset, count }: Spot): BesideReply {
  const below: BlockRow[] = [];
  const above: BlockRow[] = [];
  playhead.model.visitBlocks((slot, requested, where, at, occupied) => {
    if (where !== region) return;
    const side = at < offset ? below : above;
    // The block at the offset itself takes a place above.
    keepNearest(side, { slot, requested, offset: at, occupied }, at < offset ? count : count + 1, offset);
  });
  const rows = [...below, ...above].sort((one, other) => one.offset - other.offset);
  return { at: playhead.position, blocks: rows.map((row) => describeBlock(playhead, region, row)) };
}

/** Keeps `rows` the `most` nearest ones, nearest first. */
function keepNearest(rows: BlockRow[], row: BlockRow, most: number, offset: number): void {
  const distance = Math.abs(row.offset - offset);
  let at = rows.length;
  while (at > 0 && Math.abs(rows[at - 1].offset - offset) > distance) at--;
  if (at >= most) return;
  rows.splice(at, 0, row);
  if (rows.length > most) rows.pop();
}
