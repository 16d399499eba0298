/**
 * The text of `sys._debugmallocstats()`, as CPython prints it for pymalloc: the table of size classes, arenas, where the
 * bytes are, and from 3.10 on the arena map. Free lists of object types, which CPython prints after it, are no part.
 *
 * Byte for byte as recorded for 3.9, 3.11 and 3.13. Other versions print the same parts; before 3.10 there is no map,
 * before 2.5 no counts of arenas. (Builds before 3.3 print it only when compiled for debugging, then with one line more,
 * the number of calls to malloc.)
 */
import { arenaMapOf, type ArenaMap } from './arena-map.js';
import type { Heap } from './heap.js';
import { arenaCountsOf, classTableOf, type ArenaCounts, type ClassRow } from './statistics.js';

/** Width of the words of a line, and of its number. */
const WORDS = 35;
const NUMBER = 21;

/** All numbers from which the text follows; sizes in bytes. */
export interface StatsNumbers {
  readonly threshold: number;
  readonly sizeClasses: number;
  readonly arenaBytes: number;
  readonly poolBytes: number;
  readonly headerBytes: number;
  readonly classes: readonly ClassRow[];
  readonly arenas: ArenaCounts;
  /** Whether the version counts arenas. */
  readonly printsArenaCounts: boolean;
  readonly unusedPools: number;
  /** Arenas that lost a pool to alignment. */
  readonly misaligned: number;
  readonly arenaMap: ArenaMap | null;
}

export function debugMallocStats(heap: Heap): string {
  const { geometry, arenas, edition } = heap;
  return printStats({
    threshold: geometry.threshold,
    sizeClasses: geometry.classes,
    arenaBytes: geometry.arenaBytes,
    poolBytes: geometry.poolBytes,
    headerBytes: geometry.headerBytes,
    classes: classTableOf(heap),
    arenas: arenaCountsOf(heap),
    printsArenaCounts: edition.printsArenaCounts,
    unusedPools: arenas.freePools,
    misaligned: arenas.misaligned,
    arenaMap: arenaMapOf(heap),
  });
}

export function printStats(numbers: StatsNumbers): string {
  const { arenaBytes, poolBytes, headerBytes, arenas, unusedPools, arenaMap } = numbers;
  const classes = numbers.classes.filter(({ pools }) => pools > 0);
  const sum = (of: (row: ClassRow) => number): number => classes.reduce((total, row) => total + of(row), 0);
  const lines = [
    `Small block threshold = ${numbers.threshold}, in ${numbers.sizeClasses} size classes.`,
    '',
    'class   size   num pools   blocks in use  avail blocks',
    '-----   ----   ---------   -------------  ------------',
    ...classes.map(classLine),
    '',
  ];
  if (numbers.printsArenaCounts) {
    lines.push(
      line('# arenas allocated total', arenas.allocatedTotal),
      line('# arenas reclaimed', arenas.reclaimed),
      line('# arenas highwater mark', arenas.highWater),
      line('# arenas allocated current', arenas.current),
    );
  }
  lines.push(
    line(`${arenas.current} arenas * ${arenaBytes} bytes/arena`, arenas.current * arenaBytes),
    '',
    ...totalled([
      ['# bytes in allocated blocks', sum((row) => row.blocksInUse * row.size)],
      ['# bytes in available blocks', sum((row) => row.availableBlocks * row.size)],
      [`${unusedPools} unused pools * ${poolBytes} bytes`, unusedPools * poolBytes],
      ['# bytes lost to pool headers', sum((row) => row.pools * headerBytes)],
      ['# bytes lost to quantization', sum((row) => row.pools * ((poolBytes - headerBytes) % row.size))],
      ['# bytes lost to arena alignment', numbers.misaligned * poolBytes],
    ]),
  );
  if (arenaMap) {
    const { levels, midNodes, bottomNodes, rootBytes, midBytes, bottomBytes } = arenaMap;
    lines.push('', 'arena map counts');
    if (levels === 1) lines.push(line('# bytes lost to arena map root', rootBytes));
    else {
      lines.push(
        line('# arena map mid nodes', midNodes),
        line('# arena map bot nodes', bottomNodes),
        '',
        ...totalled([
          ['# bytes lost to arena map root', rootBytes],
          ['# bytes lost to arena map mid', midBytes],
          ['# bytes lost to arena map bot', bottomBytes],
        ]),
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

function classLine({ class: sizeClass, size, pools, blocksInUse, availableBlocks }: ClassRow): string {
  const cells: [number, number][] = [
    [sizeClass, 5],
    [size, 6],
    [pools, 11],
    [blocksInUse, 15],
    [availableBlocks, 13],
  ];
  return cells.map(([value, width]) => String(value).padStart(width)).join(' ');
}

function line(words: string, value: number): string {
  const digits = String(value).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${words.padEnd(WORDS)}=${digits.padStart(NUMBER)}`;
}

function totalled(entries: readonly (readonly [string, number])[]): string[] {
  const total = entries.reduce((sum, [, value]) => sum + value, 0);
  return [...entries.map(([words, value]) => line(words, value)), line('Total', total)];
}
