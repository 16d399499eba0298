/** Who holds the memory that is live at one position: counted block by block from the model and the owners. */
import { NO_REGION } from '@heapcast/allocators';
import { BlockTypes } from './block-types.js';
import type { AlikeBlocks, LiveColumns, LiveReply } from './measures.js';
import { NumberColumns } from './number-columns.js';
import type { Playhead } from './playhead.js';

const COLUMNS: readonly (keyof LiveColumns)[] = ['blocks', 'bytes', 'occupied', 'raw'];

/** Groups of alike blocks that are told, and that are kept apart while they are counted. */
const MOST_ALIKE = 64;
const KEPT_ALIKE = 1 << 18;
/** Larger blocks are never counted as alike. */
const LARGEST_ALIKE = 1 << 16;

/** `countAlike`: whether the groups of alike blocks are wanted, which cost as much as the rest. */
export function liveTally({ model, owners, position }: Playhead, countAlike: boolean): LiveReply {
  const sites = new NumberColumns(COLUMNS);
  const byType = new NumberColumns(COLUMNS);
  const types = new BlockTypes();
  const alike = new Alike();
  sites.reach(0);
  byType.reach(0);
  model.visitBlocks((slot, requested, region, _offset, bytes) => {
    const site = owners.site(slot);
    const type = types.of(owners.name(slot));
    const isRaw = region === NO_REGION;
    add(sites, site, requested, isRaw ? requested : bytes, isRaw);
    add(byType, type, requested, isRaw ? requested : bytes, isRaw);
    if (countAlike) alike.add(site, requested, bytes, type);
  });
  return {
    at: position,
    totals: model.totals(),
    sites: sites.finish(),
    types: types.names,
    byType: byType.finish(),
    alike: alike.largest(types.names),
  };
}

function add(
  table: NumberColumns<keyof LiveColumns>,
  row: number,
  requested: number,
  occupied: number,
  isRaw: boolean,
) {
  table.reach(row);
  const { columns } = table;
  columns.blocks[row]++;
  columns.bytes[row] += requested;
  columns.occupied[row] += occupied;
  if (isRaw) columns.raw[row] += requested;
}

interface AlikeGroup {
  readonly site: number;
  readonly requested: number;
  readonly occupied: number;
  readonly type: number;
  count: number;
}

/** Blocks of one site, one size and one type, counted. */
class Alike {
  readonly #groups = new Map<number, AlikeGroup>();

  add(site: number, requested: number, occupied: number, type: number): void {
    if (requested >= LARGEST_ALIKE) return;
    const key = (site * 8192 + type) * LARGEST_ALIKE + requested;
    const known = this.#groups.get(key);
    if (known) known.count++;
    else if (this.#groups.size < KEPT_ALIKE) this.#groups.set(key, { site, requested, occupied, type, count: 1 });
  }

  largest(types: readonly string[]): AlikeBlocks[] {
    return [...this.#groups.values()]
      .sort((one, other) => other.count - one.count)
      .slice(0, MOST_ALIKE)
      .map((group) => ({ ...group, type: types[group.type] }));
  }
}
