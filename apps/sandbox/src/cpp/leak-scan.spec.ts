import { describe, expect, it } from '@jest/globals';
import { LEAK_KINDS, type ScannedBlock, scanForLeaks } from './leak-scan.js';

/** A memory of 8 KiB: words are written by address; roots are 0 … 64, blocks come after. */
function scan(
  blocks: readonly (readonly [address: number, size: number, isArray?: boolean])[],
  words: Record<number, number>,
) {
  const memory = new Uint8Array(8192);
  const view = new DataView(memory.buffer);
  for (const [address, value] of Object.entries(words)) view.setUint32(Number(address), value, true);
  const scanned: ScannedBlock[] = blocks.map(([address, size, isArray = false]) => ({ address, size, isArray }));
  const { kind, leader } = scanForLeaks(memory, scanned, [{ from: 0, to: 64 }]);
  return { kinds: Array.from(kind, (each) => LEAK_KINDS[each]), leader: Array.from(leader) };
}

describe('scanForLeaks', () => {
  it('finds a block that nothing points at definitely lost', () => {
    expect(scan([[1024, 40]], {}).kinds).toEqual(['definite']);
  });

  it('finds what a variable points at reachable, and what that points at', () => {
    expect(
      scan(
        [
          [1024, 8],
          [2048, 8],
          [3072, 8],
        ],
        { 8: 3072, 3072: 1024 },
      ).kinds,
    ).toEqual(['reachable', 'definite', 'reachable']);
  });

  it('finds what only a pointer to the inside leads to possibly lost, with all behind it', () => {
    expect(
      scan(
        [
          [1024, 40],
          [2048, 8],
        ],
        { 0: 1032, 1028: 2048 },
      ).kinds,
    ).toEqual(['possible', 'possible']);
  });

  it('lets a pointer to the start win over one to the inside', () => {
    expect(scan([[1024, 40]], { 0: 1032, 4: 1024 }).kinds).toEqual(['reachable']);
  });

  it('finds a lost chain lost through its head', () => {
    expect(
      scan(
        [
          [1024, 8],
          [2048, 8],
          [3072, 8],
        ],
        { 1024: 2048, 2048: 3072 },
      ),
    ).toEqual({
      kinds: ['definite', 'indirect', 'indirect'],
      leader: [-1, 0, 0],
    });
  });

  it('names the lowest block of a lost circle the definite one', () => {
    expect(
      scan(
        [
          [1024, 8],
          [2048, 8],
        ],
        { 1024: 2048, 2048: 1024 },
      ).kinds,
    ).toEqual(['definite', 'indirect']);
  });

  it('gives a leader that is claimed later, with its followers, to the one that claims it', () => {
    // 3072 -> 2048 -> 1024: 2048 leads 1024 until 3072 claims it.
    expect(
      scan(
        [
          [1024, 8],
          [2048, 8],
          [3072, 8],
        ],
        { 3072: 2048, 2048: 1024 },
      ),
    ).toEqual({
      kinds: ['indirect', 'indirect', 'definite'],
      leader: [2, 2, -1],
    });
  });

  it('counts a pointer behind the count of new[] as one to the start', () => {
    const blocks = [[1024, 28, true]] as const;
    expect(scan(blocks, { 0: 1028, 1024: 3 }).kinds).toEqual(['reachable']);
    expect(scan(blocks, { 0: 1028, 1024: 5 }).kinds).toEqual(['possible']);
    expect(scan([[1024, 28, false]], { 0: 1028, 1024: 3 }).kinds).toEqual(['possible']);
  });

  it('reads aligned words only, and none beyond the end of a block', () => {
    expect(
      scan(
        [
          [1024, 6],
          [2048, 8],
        ],
        { 0: 1024, 1026: 2048, 1028: 2048 },
      ).kinds,
    ).toEqual(['reachable', 'definite']);
  });

  it('takes a block of no bytes for one of one', () => {
    expect(scan([[1024, 0]], { 0: 1024 }).kinds).toEqual(['reachable']);
    expect(scan([[1024, 0]], { 0: 1025 }).kinds).toEqual(['definite']);
  });

  it('is not disturbed by words that point nowhere', () => {
    expect(scan([[1024, 8]], { 0: 0xffff_ffff, 4: 8191, 8: 1032, 12: 1 }).kinds).toEqual(['definite']);
  });
});
