/** The text of `sys._debugmallocstats()` as data. Read back from the very text, so that the two cannot differ. */

export interface DebugMallocStatsClass {
  readonly class: number;
  /** Bytes per block. */
  readonly size: number;
  readonly pools: number;
  readonly blocksInUse: number;
  readonly availableBlocks: number;
}

export interface DebugMallocStats {
  /** Largest request that pymalloc serves, in bytes. */
  readonly smallBlockThreshold: number;
  readonly sizeClasses: number;
  readonly classes: readonly DebugMallocStatsClass[];
  /** Counts, without the ones that this version does not print. */
  readonly arenas: Readonly<Record<string, number>>;
  readonly unusedPools: number;
  /** Where the bytes of all arenas are; they sum to `total`. */
  readonly bytes: Readonly<Record<string, number>>;
  /** `null` before 3.10. */
  readonly arenaMap: Readonly<Record<string, number>> | null;
}

const ARENAS: ReadonlyMap<string, string> = new Map([
  ['# arenas allocated total', 'allocatedTotal'],
  ['# arenas reclaimed', 'reclaimed'],
  ['# arenas highwater mark', 'highWater'],
  ['# arenas allocated current', 'current'],
]);
const BYTES: ReadonlyMap<string, string> = new Map([
  ['# bytes in allocated blocks', 'allocatedBlocks'],
  ['# bytes in available blocks', 'availableBlocks'],
  ['# bytes lost to pool headers', 'poolHeaders'],
  ['# bytes lost to quantization', 'quantization'],
  ['# bytes lost to arena alignment', 'arenaAlignment'],
]);
const MAP: ReadonlyMap<string, string> = new Map([
  ['# arena map mid nodes', 'midNodes'],
  ['# arena map bot nodes', 'bottomNodes'],
  ['# bytes lost to arena map root', 'rootBytes'],
  ['# bytes lost to arena map mid', 'midBytes'],
  ['# bytes lost to arena map bot', 'bottomBytes'],
]);

const HEAD = /^Small block threshold = (\d+), in (\d+) size classes\.$/;
const CLASS_ROW = /^ +(\d+) +(\d+) +(\d+) +(\d+) +(\d+)$/;
const VALUE = /^(.+?) *= *([\d,]+)$/;
const ARENA_BYTES = /^(\d+) arenas \* (\d+) bytes\/arena$/;
const UNUSED_POOLS = /^(\d+) unused pools \* (\d+) bytes$/;

/** @param text as CPython (or a pymalloc run) prints it; lines that mean nothing here are passed over */
export function parseDebugMallocStats(text: string): DebugMallocStats {
  const classes: DebugMallocStatsClass[] = [];
  const arenas: Record<string, number> = {};
  const bytes: Record<string, number> = {};
  const map: Record<string, number> = {};
  let smallBlockThreshold = 0;
  let sizeClasses = 0;
  let unusedPools = 0;
  for (const line of text.split('\n')) {
    const head = HEAD.exec(line);
    if (head) [smallBlockThreshold, sizeClasses] = [Number(head[1]), Number(head[2])];
    const row = CLASS_ROW.exec(line)?.slice(1).map(Number);
    if (row) {
      const [index = 0, size = 0, pools = 0, blocksInUse = 0, availableBlocks = 0] = row;
      classes.push({ class: index, size, pools, blocksInUse, availableBlocks });
    }
    const [, label = '', digits = ''] = VALUE.exec(line) ?? [];
    const value = Number(digits.replaceAll(',', ''));
    const arenaBytes = ARENA_BYTES.exec(label);
    const pools = UNUSED_POOLS.exec(label);
    if (arenaBytes)
      Object.assign(arenas, { mapped: Number(arenaBytes[1]), bytesPerArena: Number(arenaBytes[2]), bytes: value });
    else if (pools) {
      unusedPools = Number(pools[1]);
      bytes['unusedPools'] = value;
    } else if (label === 'Total') (Object.keys(map).length > 0 ? map : bytes)['total'] = value;
    else
      for (const [names, into] of [
        [ARENAS, arenas],
        [BYTES, bytes],
        [MAP, map],
      ] as const) {
        const name = names.get(label);
        if (name !== undefined) into[name] = value;
      }
  }
  const arenaMap = Object.keys(map).length > 0 ? map : null;
  return { smallBlockThreshold, sizeClasses, classes, arenas, unusedPools, bytes, arenaMap };
}
