/**
 * The text of `sys._debugmallocstats()`, as CPython prints it for pymalloc: the table of size classes, arenas, where the
 * bytes are, and from 3.10 on the arena map. Free lists of object types, which CPython prints after it, are no part.
 *
 * Byte for byte as recorded for 3.9, 3.11 and 3.13. Other versions print the same parts; before 3.10 there is no map,
 * before 2.5 no counts of arenas. (Builds before 3.3 print it only when compiled for debugging, then with one line more,
 * the number of calls to malloc.)
 */
import type { Heap } from './heap.js';
import { arenaCountsOf, classTableOf } from './statistics.js';
import { arenaMapOf } from './arena-map.js';

/** Width of the words of a line, and of its number. */
const WORDS = 35;
const NUMBER = 21;

export function debugMallocStats(heap: Heap): string {
  const { geometry, arenas, edition } = heap;
  const { arenaBytes, poolBytes, headerBytes } = geometry;
  const classes = classTableOf(heap);
  const counts = arenaCountsOf(heap);
  const sum = (of: (row: (typeof classes)[number]) => number): number => classes.reduce((n, row) => n + of(row), 0);

  const lines = [`Small block threshold = ${geometry.threshold}, in ${geometry.classes} size classes.`, ''];
  lines.push('class   size   num pools   blocks in use  avail blocks');
  lines.push('-----   ----   ---------   -------------  ------------');
  for (const row of classes) {
    if (row.pools === 0) continue;
    lines.push(
      [
        String(row.class).padStart(5),
        String(row.size).padStart(6),
        String(row.pools).padStart(11),
        String(row.blocksInUse).padStart(15),
        String(row.availableBlocks).padStart(13),
      ].join(' '),
    );
  }

  lines.push('');
  if (edition.printsArenaCounts) {
    lines.push(line('# arenas allocated total', counts.allocatedTotal));
    lines.push(line('# arenas reclaimed', counts.reclaimed));
    lines.push(line('# arenas highwater mark', counts.highWater));
    lines.push(line('# arenas allocated current', counts.current));
  }
  lines.push(line(`${counts.current} arenas * ${arenaBytes} bytes/arena`, counts.current * arenaBytes));

  lines.push('');
  lines.push(
    ...totalled([
      ['# bytes in allocated blocks', sum((row) => row.blocksInUse * row.size)],
      ['# bytes in available blocks', sum((row) => row.availableBlocks * row.size)],
      [`${arenas.freePools} unused pools * ${poolBytes} bytes`, arenas.freePools * poolBytes],
      ['# bytes lost to pool headers', sum((row) => row.pools * headerBytes)],
      ['# bytes lost to quantization', sum((row) => row.pools * geometry.tail[row.class])],
      ['# bytes lost to arena alignment', arenas.misaligned * poolBytes],
    ]),
  );

  const map = arenaMapOf(heap);
  if (map) {
    lines.push('', 'arena map counts');
    lines.push(line('# arena map mid nodes', map.midNodes));
    lines.push(line('# arena map bot nodes', map.bottomNodes));
    lines.push('');
    lines.push(
      ...totalled([
        ['# bytes lost to arena map root', map.rootBytes],
        ['# bytes lost to arena map mid', map.midBytes],
        ['# bytes lost to arena map bot', map.bottomBytes],
      ]),
    );
  }
  return `${lines.join('\n')}\n`;
}

function line(words: string, value: number): string {
  const digits = String(value).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${words.padEnd(WORDS)}=${digits.padStart(NUMBER)}`;
}

function totalled(entries: readonly (readonly [string, number])[]): string[] {
  const total = entries.reduce((sum, [, value]) => sum + value, 0);
  return [...entries.map(([words, value]) => line(words, value)), line('Total', total)];
}
