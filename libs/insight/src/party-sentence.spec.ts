import { describe, expect, it } from '@jest/globals';
import { describeAtParty, describeStateAtParty, type PartyEvent } from './party-sentence.js';
import { PARTY_WORDS } from './party-words.js';

const EVENT: PartyEvent = {
  op: 'malloc',
  outcome: 'placed',
  block: 7,
  size: 24,
  arena: 1,
  pool: 0,
  index: 3,
  blockSize: 32,
};

describe('the lens of the party', () => {
  it("uses the talk's words", () => {
    const { program, block, pool, region, system, allocator } = PARTY_WORDS;
    expect([program, block, pool, region, system, allocator].map(({ party }) => party)).toEqual([
      'children',
      'toy',
      'collection',
      'order',
      'vendor',
      'you',
    ]);
  });

  it('tells requests, mistakes and deliveries', () => {
    expect(describeAtParty(EVENT)).toBe(
      'The children ask for a toy of 24 bytes: you hand out toy 3 of collection 0 in order 1, 32 bytes.',
    );
    expect(describeAtParty({ ...EVENT, mapped: [{ bytes: 1 << 20 }] })).toBe(
      'The children ask for a toy of 24 bytes: you hand out toy 3 of collection 0 in order 1, 32 bytes; you rent another order of 1.0 MiB from the vendor.',
    );
    expect(describeAtParty({ ...EVENT, op: 'free', outcome: 'freed', unmapped: [{ bytes: 262_144 }] })).toBe(
      'The children bring back toy 7: toy 3 of collection 0 in order 1 is free for the next; a whole order of 256.0 KiB is free, and you give it back to the vendor.',
    );
    expect(describeAtParty({ ...EVENT, op: 'free', outcome: 'doubleFree' })).toBe(
      'The children bring back toy 7: they brought it back before; nothing changes.',
    );
    expect(describeAtParty({ ...EVENT, outcome: 'raw', size: 5000, arena: null, pool: null, index: null })).toBe(
      'The children ask for a toy of 5,000 bytes: a toy too big for any collection; the vendor lends it directly.',
    );
    expect(describeAtParty({ ...EVENT, op: 'mark', outcome: 'none', label: 'cleared' })).toBe(
      'A moment of the party: "cleared".',
    );
    expect(describeAtParty({ ...EVENT, outcome: 'outOfMemory' })).toContain('the vendor has nothing left');
    expect(describeAtParty({ ...EVENT, pool: null, index: null })).toContain('a toy of order 1');
  });

  it('says of no request a word of the allocator', () => {
    const ops = ['malloc', 'calloc', 'realloc', 'free', 'mark'] as const;
    const outcomes = [
      'none',
      'placed',
      'raw',
      'inPlace',
      'moved',
      'freed',
      'outOfMemory',
      'doubleFree',
      'invalidFree',
      'invalidRealloc',
    ] as const;
    for (const op of ops) {
      for (const outcome of outcomes) {
        const sentence = describeAtParty({ ...EVENT, op, outcome, mapped: [{ bytes: 1 }], unmapped: [{ bytes: 1 }] });
        expect(sentence).not.toMatch(/malloc|free\(|arena|pool|block|operating system/);
        expect(sentence).toMatch(/^(The children|A moment) .*\.$/);
      }
    }
  });

  it('tells a state', () => {
    const totals = {
      events: 3,
      liveBlocks: 14_020,
      requestedBytes: 9,
      allocatedBytes: 9,
      mappedBytes: 2_097_152,
      rawBlocks: 1,
      rawBytes: 600,
    };
    const ledger = { mapped: 2_097_152, entries: {} };
    expect(describeStateAtParty({ totals, ledger, regions: { mapped: 2, noun: 'arena' } })).toBe(
      'You rent 2 orders (2.0 MiB); 14,020 toys are out, and a toy too big for any collection.',
    );
    expect(describeStateAtParty({ totals, ledger: { mapped: 0, entries: {} } })).toBe(
      'Nothing is rented, and no toy is out.',
    );
  });
});
