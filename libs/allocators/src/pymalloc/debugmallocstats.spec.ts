import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { printStats } from './debugmallocstats.js';
import { RequestsByHand } from './requests-by-hand.js';

const FIXTURES = new URL('../../../../test/fixtures/oracle/', import.meta.url);

function number(text: string, words: RegExp): number {
  const found = words.exec(text);
  if (!found) throw new Error(`no ${words.source} in the text`);
  return Number(found[1].replaceAll(',', ''));
}

/** The numbers that a text counts; all that it derives from them is left to be derived anew. */
function numbersOf(text: string): Parameters<typeof printStats>[0] {
  const poolBytes = number(text, /unused pools \* (\d+) bytes/);
  const arenaBytes = number(text, /arenas \* (\d+) bytes\/arena/);
  const rows = text.match(/^ +\d+ +\d+ +\d+ +\d+ +\d+$/gm) ?? [];
  const mapped = text.includes('arena map');
  return {
    threshold: number(text, /^Small block threshold = (\d+)/),
    sizeClasses: number(text, /in (\d+) size classes/),
    arenaBytes,
    poolBytes,
    headerBytes: 48,
    classes: rows.map((row) => {
      const [sizeClass, size, pools, blocksInUse, availableBlocks] = row.trim().split(/ +/).map(Number);
      return { class: sizeClass, size, pools, blocksInUse, availableBlocks };
    }),
    arenas: {
      allocatedTotal: number(text, /# arenas allocated total +=\s+([\d,]+)/),
      reclaimed: number(text, /# arenas reclaimed +=\s+([\d,]+)/),
      highWater: number(text, /# arenas highwater mark +=\s+([\d,]+)/),
      current: number(text, /# arenas allocated current +=\s+([\d,]+)/),
    },
    printsArenaCounts: true,
    unusedPools: number(text, /^(\d+) unused pools/m),
    misaligned: number(text, /# bytes lost to arena alignment +=\s+([\d,]+)/) / poolBytes,
    arenaMap: mapped
      ? {
          levels: 3,
          midNodes: number(text, /# arena map mid nodes +=\s+([\d,]+)/),
          bottomNodes: number(text, /# arena map bot nodes +=\s+([\d,]+)/),
          rootBytes: 262_144,
          midBytes: 262_144 * number(text, /# arena map mid nodes +=\s+([\d,]+)/),
          bottomBytes: 131_072 * number(text, /# arena map bot nodes +=\s+([\d,]+)/),
        }
      : null,
  };
}

describe.each(['3.9.18', '3.11.7', '3.13.0'])('what CPython %s printed', (version) => {
  const file = readFileSync(new URL(`${version}/mix.debugmallocstats.txt`, FIXTURES), 'utf8');
  const parts = file.split(/^@@PHASE (\d+)\n/m);
  const texts = Array.from({ length: (parts.length - 1) / 2 }, (_, i) => ({
    mark: parts[2 * i + 1],
    text: parts[2 * i + 2],
  }));

  it.each(texts)('at mark $mark is printed again from its numbers, byte for byte', ({ text }) => {
    expect(printStats(numbersOf(text))).toBe(text);
  });

  it('has fourteen texts', () => {
    expect(texts).toHaveLength(14);
  });
});

function textOf(profile: string, misalignment: number[] = []): string {
  const heap = new RequestsByHand(profile, {}, misalignment);
  heap.mallocMany('a', 300, 64);
  heap.mallocMany('b', 3, 100);
  heap.free('b1');
  heap.malloc('c', 1000);
  return heap.model.debugMallocStats() ?? '';
}

describe('the text of a heap', () => {
  it('is what 3.11 prints', () => {
    expect(textOf('cpython-3.11', [2])).toBe(
      [
        'Small block threshold = 512, in 32 size classes.',
        '',
        'class   size   num pools   blocks in use  avail blocks',
        '-----   ----   ---------   -------------  ------------',
        '    3     64           2             300           210',
        '    6    112           1               2           143',
        '',
        '# arenas allocated total           =                    1',
        '# arenas reclaimed                 =                    0',
        '# arenas highwater mark            =                    1',
        '# arenas allocated current         =                    1',
        '1 arenas * 1048576 bytes/arena     =            1,048,576',
        '',
        '# bytes in allocated blocks        =               19,424',
        '# bytes in available blocks        =               29,456',
        '60 unused pools * 16384 bytes      =              983,040',
        '# bytes lost to pool headers       =                  144',
        '# bytes lost to quantization       =                  128',
        '# bytes lost to arena alignment    =               16,384',
        'Total                              =            1,048,576',
        '',
        'arena map counts',
        '# arena map mid nodes              =                    1',
        '# arena map bot nodes              =                    1',
        '',
        '# bytes lost to arena map root     =              262,144',
        '# bytes lost to arena map mid      =              262,144',
        '# bytes lost to arena map bot      =              131,072',
        'Total                              =              655,360',
        '',
      ].join('\n'),
    );
  });

  it('has the smaller arena map of 48-bit addresses in 3.10', () => {
    expect(textOf('cpython-3.10')).toMatch(
      /map root +=  +8,192\n.*map mid +=  +8,192\n.*map bot +=  +2,048\nTotal +=  +18,432\n$/,
    );
  });

  it('has pool headers of 32 bytes and an arena map of one level in a 32-bit build', () => {
    const text = textOf('cpython-3.14-32bit');
    expect(text).toMatch(/^Small block threshold = 512, in 64 size classes\.\n/);
    expect(text).toMatch(/# bytes lost to pool headers +=  +192\n/);
    expect(text).toMatch(/\n\narena map counts\n# bytes lost to arena map root +=  +131,072\n$/);
  });

  it.each(['2.7', '3.6', '3.7', '3.8', '3.9'])('ends with the total of the arenas in %s', (version) => {
    expect(textOf(`cpython-${version}`)).toMatch(/# arenas reclaimed .*\nTotal +=  +262,144\n$/s);
  });

  it('counts no arenas in 2.3, which never gave one back', () => {
    const text = textOf('cpython-2.3');
    expect(text).toMatch(/^Small block threshold = 256, in 32 size classes\.\n/);
    expect(text).toMatch(/-\n {4}7 {5}64 .*\n\n1 arenas \* 262144 bytes\/arena +=  +262,144\n\n# bytes in allocated/s);
    expect(text).not.toContain('# arenas');
  });

  it('is there before the first request', () => {
    const text = new RequestsByHand('cpython-3.8').model.debugMallocStats();
    expect(text).toContain('0 arenas * 262144 bytes/arena      =                    0\n');
    expect(text).toContain('\nTotal                              =                    0\n');
  });
});
