import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { AccessSize } from './accesses.js';
import { MAX_LOCALS } from './address-space.js';
import { leakSummary, lossRecords } from './loss-records.js';
import { Memcheck } from './memcheck.js';

const recordsOf = (memcheck: Memcheck): string[] =>
  lossRecords(memcheck.checkLeaks(), memcheck.paths).map(
    ({ kind, bytes, blocks, alloc, pathText, ids, indirectBytes, clique }) =>
      `${kind} ${bytes}/${blocks} ${alloc} ${pathText} [${ids.join()}]${clique.length > 0 ? ` +${indirectBytes} [${clique.join()}]` : ''}`,
  );

describe('loss records', () => {
  it('merge blocks of one kind, allocator and call path, lines included', () => {
    const memcheck = new Memcheck();
    memcheck.declareLocal('p');
    [
      [1, 7, 16],
      [2, 7, 24],
      [3, 8, 8],
      [4, 8, 8],
    ].forEach(([command, line, size]) => {
      memcheck.step(command, line);
      memcheck.allocate('p', size, command === 4 ? 'calloc' : 'malloc');
    });
    expect(recordsOf(memcheck)).toEqual([
      'definite 40/2 malloc main:7 [1,2]',
      'definite 8/1 malloc main:8 [3]',
      'reachable 8/1 calloc main:8 [4]',
    ]);
  });

  it('one place may have a definite record and a reachable one', () => {
    const memcheck = new Memcheck();
    memcheck.declareLocal('p');
    for (const command of [1, 2]) {
      memcheck.step(command, 5);
      memcheck.allocate('p', 8, 'new');
    }
    expect(recordsOf(memcheck)).toEqual(['definite 8/1 new main:5 [1]', 'reachable 8/1 new main:5 [2]']);
  });

  it('tell what is lost through them, and the whole call path', () => {
    const memcheck = new Memcheck();
    memcheck.declareGlobal('owner');
    memcheck.declareGlobal('owned');
    memcheck.step(1, 3);
    memcheck.call('Make');
    memcheck.step(2, 9);
    memcheck.allocate('owned', 100, 'new[]');
    memcheck.step(3, 10);
    memcheck.allocate('owner', 8, 'new');
    memcheck.store('owner', 0, 'owned');
    memcheck.return();
    memcheck.setNull('owner');
    memcheck.setNull('owned');
    expect(recordsOf(memcheck)).toEqual([
      'definite 8/1 new Make:10 main:3 [3] +100 [2]',
      'indirect 100/1 new[] Make:9 main:3 [2]',
    ]);
    expect(leakSummary(memcheck.checkLeaks())).toEqual({
      definite: [8, 1],
      indirect: [100, 1],
      possible: [0, 0],
      reachable: [0, 0],
    });
  });

  it('come by kind, then most bytes with indirect ones first, then by path and allocator', () => {
    const memcheck = new Memcheck();
    const allocate = (command: number, line: number, size: number, allocator: 'malloc' | 'calloc' = 'malloc'): void => {
      memcheck.step(command, line);
      memcheck.declareLocal(`v${command}`);
      memcheck.allocate(`v${command}`, size, allocator);
    };
    allocate(1, 30, 8);
    allocate(2, 20, 9);
    allocate(3, 50, 5);
    allocate(4, 40, 8);
    allocate(5, 12, 5);
    allocate(6, 12, 5, 'calloc');
    memcheck.store('v4', 0, 'v1');
    for (const lost of [1, 2, 4]) memcheck.setNull(`v${lost}`);
    expect(recordsOf(memcheck)).toEqual([
      'definite 8/1 malloc main:40 [4] +8 [1]',
      'definite 9/1 malloc main:20 [2]',
      'indirect 8/1 malloc main:30 [1]',
      'reachable 5/1 calloc main:12 [6]',
      'reachable 5/1 malloc main:12 [5]',
      'reachable 5/1 malloc main:50 [3]',
    ]);
  });
});

/** `p` and `old` hold a block of 24 bytes. */
function start(allocator: 'malloc' | 'calloc' | 'new' = 'malloc'): Memcheck {
  const memcheck = new Memcheck();
  ['p', 'q', 'old'].forEach((name) => memcheck.declareLocal(name));
  memcheck.step(1, 1);
  memcheck.allocate('p', 24, allocator);
  memcheck.copy('old', 'p');
  memcheck.step(2, 2);
  return memcheck;
}

describe('realloc', () => {
  it.each([8, 24, 100])('always moves, also to %i bytes, with an id, a path and an allocator of its own', (size) => {
    const memcheck = start();
    memcheck.reallocate('p', 'p', size);
    expect(recordsOf(memcheck)).toEqual([`reachable ${size}/1 realloc main:2 [2]`]);
    memcheck.step(3, 3);
    memcheck.free('old', 'free');
    const [{ address }] = memcheck.errors();
    expect(address).toMatchObject({ block: 1, state: 'freed', distance: 0 });
    expect(address.region === 'heap' && memcheck.paths.text(address.freePath)).toBe('main:2');
  });

  it('carries bytes and what is known of them up to the smaller size; the rest is uninitialised', () => {
    const memcheck = start('calloc');
    memcheck.allocate('q', 8, 'malloc');
    memcheck.store('p', 8, 'q');
    memcheck.reallocate('p', 'p', 64);
    memcheck.setNull('q');
    expect(memcheck.checkLeaks().kind).toEqual(Uint8Array.of(3, 3));
    // Twelve zeroed bytes and four new ones: three quarters of a word are initialised, and it is no pointer.
    memcheck.load('q', 'p', 24);
    memcheck.store('p', 8, 'q');
    expect(memcheck.checkLeaks().kind).toEqual(Uint8Array.of(0, 3));
  });

  it('of null is malloc', () => {
    const memcheck = start();
    memcheck.reallocate('q', 'q', 8);
    expect(recordsOf(memcheck)).toContain('reachable 8/1 malloc main:2 [2]');
  });

  it('to 0 frees and gives null, and counts one free', () => {
    const memcheck = start();
    memcheck.reallocate('p', 'p', 0);
    expect(memcheck.heap).toEqual({ bytesInUse: 0, blocksInUse: 0, allocs: 1, frees: 1, bytesAllocated: 24 });
    memcheck.free('p', 'free');
    expect(memcheck.errors()).toEqual([]);
  });

  it('of what is no block reports, gives null, and counts an alloc, a free and the size', () => {
    const memcheck = start();
    memcheck.copy('q', 'p', 8);
    memcheck.reallocate('q', 'q', 50);
    expect(memcheck.errors().map(({ kind, call }) => [kind, call])).toEqual([['InvalidFree', 'realloc']]);
    expect(memcheck.heap).toEqual({ bytesInUse: 24, blocksInUse: 1, allocs: 2, frees: 1, bytesAllocated: 74 });
    memcheck.free('q', 'free');
    expect(memcheck.errors()).toHaveLength(1);
  });

  it('of another family’s block is a mismatch, and moves it', () => {
    const memcheck = start('new');
    memcheck.reallocate('p', 'p', 8);
    expect(memcheck.errors().map(({ kind, call }) => [kind, call])).toEqual([['MismatchedFree', 'realloc']]);
    expect(memcheck.heap).toEqual({ bytesInUse: 8, blocksInUse: 1, allocs: 2, frees: 1, bytesAllocated: 32 });
  });
});

describe('variables', () => {
  it('start as null, and shadow globals in their function only', () => {
    const memcheck = new Memcheck();
    memcheck.declareGlobal('v');
    memcheck.allocate('v', 8, 'malloc');
    memcheck.call('F');
    memcheck.declareLocal('v');
    memcheck.free('v', 'free');
    expect(memcheck.heap.frees).toBe(0);
    expect(memcheck.return()).toBe(true);
    memcheck.free('v', 'free');
    expect(memcheck.heap.blocksInUse).toBe(0);
  });

  it('of a caller cannot be named by the callee', () => {
    const memcheck = new Memcheck();
    memcheck.declareLocal('mine');
    memcheck.call('F');
    expect(memcheck.isDeclared('mine')).toBe(false);
    expect(() => memcheck.setNull('mine')).toThrow('There is no variable "mine".');
  });

  it('are gone when main returns, which ends the program', () => {
    const memcheck = new Memcheck();
    memcheck.declareLocal('v');
    memcheck.allocate('v', 8, 'malloc');
    expect(memcheck.return()).toBe(false);
    expect(memcheck.depth).toBe(0);
    expect(leakSummary(memcheck.checkLeaks()).definite).toEqual([8, 1]);
  });

  it('are null again in the next call at the same depth', () => {
    const memcheck = new Memcheck();
    memcheck.call('F');
    memcheck.declareLocal('v');
    memcheck.allocate('v', 8, 'malloc');
    memcheck.return();
    memcheck.call('F');
    memcheck.declareLocal('v');
    expect(leakSummary(memcheck.checkLeaks()).reachable).toEqual([0, 0]);
  });

  it('leave null behind when their function returns', () => {
    const memcheck = new Memcheck();
    ['kept', 'stale'].forEach((name) => memcheck.declareGlobal(name));
    memcheck.call('F');
    memcheck.declareLocal('v');
    memcheck.allocate('v', 8, 'malloc');
    memcheck.addressOf('stale', 'v');
    memcheck.return();
    memcheck.call('G');
    memcheck.load('kept', 'stale', 0);
    expect(memcheck.errors()).toEqual([]);
    expect(leakSummary(memcheck.checkLeaks()).definite).toEqual([8, 1]);
  });

  it('have room in their frame up to a limit', () => {
    const memcheck = new Memcheck();
    for (let n = 0; n < MAX_LOCALS; n++) memcheck.declareLocal(`v${n}`);
    expect(() => memcheck.declareLocal('one more')).toThrow('No room for a local.');
  });

  it('live in calls as deep as a program recurses', () => {
    const memcheck = new Memcheck();
    for (let depth = 1; depth <= 50_000; depth++) {
      memcheck.step(depth, 1);
      memcheck.call('F');
    }
    memcheck.declareLocal('v');
    memcheck.allocate('v', 8, 'malloc');
    expect(memcheck.depth).toBe(50_001);
    expect(leakSummary(memcheck.checkLeaks()).reachable).toEqual([8, 1]);
  });
});

describe('bounds', () => {
  it('gives null when there is no memory, and counts nothing', () => {
    const memcheck = new Memcheck();
    memcheck.declareLocal('p');
    let blocks = 0;
    while (memcheck.allocate('p', 0xffff_ffff, 'calloc')) blocks++;
    expect(blocks).toBe(16383);
    expect(memcheck.heap.allocs).toBe(blocks);
    memcheck.free('p', 'free');
    expect(memcheck.errors()).toEqual([]);
    expect(leakSummary(memcheck.checkLeaks()).definite[1]).toBe(blocks);
  });

  it('refuses sizes that no block can have', () => {
    const memcheck = new Memcheck();
    memcheck.declareLocal('p');
    for (const size of [-1, 0.5, 2 ** 32]) expect(() => memcheck.allocate('p', size, 'malloc')).toThrow(RangeError);
  });

  it('remembers freed blocks up to the volume it is given, and lives on in bounded memory', () => {
    const memcheck = new Memcheck({ freedVolume: 1000 });
    ['first', 'keep', 'p', 'last'].forEach((name) => memcheck.declareLocal(name));
    memcheck.step(1, 1);
    memcheck.allocate('first', 64, 'malloc');
    memcheck.allocate('keep', 64, 'malloc');
    memcheck.allocate('p', 64, 'malloc');
    memcheck.store('keep', 0, 'p');
    memcheck.free('first', 'free');
    for (let round = 0; round < 20_000; round++) {
      memcheck.allocate('last', 64, 'malloc');
      memcheck.store('last', 0, 'keep');
      memcheck.free('last', 'free');
    }
    memcheck.read('last', 0, 8);
    memcheck.step(2, 2);
    memcheck.read('first', 0, 8);
    expect(memcheck.errors().map(({ address }) => address.region)).toEqual(['heap', 'unknown']);
    const { blocks, memory } = memcheck.save();
    expect(blocks.length).toBeLessThan(4000);
    expect(memory.pages.length).toBeLessThan(200);
    memcheck.setNull('p');
    expect(leakSummary(memcheck.checkLeaks()).reachable).toEqual([128, 2]);
  });
});

type Step =
  | { readonly do: 'allocate'; readonly to: number; readonly size: number; readonly kind: 'malloc' | 'calloc' | 'new' }
  | { readonly do: 'reallocate'; readonly to: number; readonly from: number; readonly size: number }
  | { readonly do: 'free' | 'null' | 'delete'; readonly of: number }
  | { readonly do: 'copy' | 'address'; readonly to: number; readonly from: number; readonly delta: number }
  | { readonly do: 'store' | 'load'; readonly at: number; readonly offset: number; readonly other: number }
  | { readonly do: 'write' | 'read'; readonly at: number; readonly offset: number; readonly size: AccessSize }
  | { readonly do: 'call' | 'return' };

const variable = fc.nat(4);
const offset = fc.integer({ min: -20, max: 60 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('allocate' as const),
      to: variable,
      size: fc.nat(48),
      kind: fc.constantFrom('malloc' as const, 'calloc' as const, 'new' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('reallocate' as const), to: variable, from: variable, size: fc.nat(64) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('free' as const, 'null' as const, 'delete' as const), of: variable }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('copy' as const, 'address' as const),
      to: variable,
      from: variable,
      delta: fc.integer({ min: -8, max: 40 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom('store' as const, 'load' as const),
      at: variable,
      offset,
      other: variable,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('write' as const, 'read' as const),
      at: variable,
      offset,
      size: fc.constantFrom<AccessSize>(1, 2, 4, 8),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('call' as const, 'return' as const) }) },
);
const steps = fc.array(step, { maxLength: 120 });

function begin(): Memcheck {
  const memcheck = new Memcheck();
  for (let n = 0; n < 5; n++) memcheck.declareGlobal(`v${n}`);
  return memcheck;
}

function run(memcheck: Memcheck, story: readonly Step[]): Memcheck {
  story.forEach((next, index) => {
    memcheck.step(index + 1, (index % 9) + 1);
    switch (next.do) {
      case 'allocate':
        memcheck.allocate(`v${next.to}`, next.size, next.kind);
        return;
      case 'reallocate':
        memcheck.reallocate(`v${next.to}`, `v${next.from}`, next.size);
        return;
      case 'null':
        memcheck.setNull(`v${next.of}`);
        return;
      case 'free':
      case 'delete':
        memcheck.free(`v${next.of}`, next.do);
        return;
      case 'copy':
        memcheck.copy(`v${next.to}`, `v${next.from}`, next.delta);
        return;
      case 'address':
        memcheck.addressOf(`v${next.to}`, `v${next.from}`);
        return;
      case 'store':
        memcheck.store(`v${next.at}`, next.offset, `v${next.other}`);
        return;
      case 'load':
        memcheck.load(`v${next.other}`, `v${next.at}`, next.offset);
        return;
      case 'write':
        memcheck.write(`v${next.at}`, next.offset, next.size);
        return;
      case 'read':
        memcheck.read(`v${next.at}`, next.offset, next.size);
        return;
      case 'call':
        memcheck.call(`F${index % 3}`);
        return;
      case 'return':
        if (memcheck.depth > 1) memcheck.return();
    }
  });
  return memcheck;
}

describe('whatever a program does', () => {
  it('the heap’s books balance with the blocks that a check sees', () => {
    fc.assert(
      fc.property(steps, (story) => {
        const live = new Map<number, number>();
        const memcheck = new Memcheck({
          listener: { allocated: (id, size) => live.set(id, size), freed: (id) => live.delete(id) },
        });
        for (let n = 0; n < 5; n++) memcheck.declareGlobal(`v${n}`);
        run(memcheck, story);
        const { id, size } = memcheck.checkLeaks();
        expect(new Map(Array.from(id, (block, entry) => [block, size[entry]]))).toEqual(live);
        expect(memcheck.heap.blocksInUse).toBe(live.size);
        expect(memcheck.heap.bytesInUse).toBe([...live.values()].reduce((sum, bytes) => sum + bytes, 0));
      }),
    );
  });

  it('a restored state goes on exactly as the saved one would have', () => {
    fc.assert(
      fc.property(steps, steps, steps, (before, other, after) => {
        const memcheck = run(begin(), before);
        const saved = structuredClone(memcheck.save());
        const restored = run(begin(), other);
        restored.restore(saved);
        expect(run(restored, after).save()).toEqual(run(memcheck, after).save());
        expect(recordsOf(restored)).toEqual(recordsOf(memcheck));
      }),
    );
  });
});
