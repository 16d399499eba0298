import { describe, expect, it } from '@jest/globals';
import { Memcheck } from './memcheck.js';
import type { AccessSize } from './accesses.js';
import type { MemoryError } from './memory-errors.js';

/** A program with a variable `p` that holds a block. */
function programWith(bytes: number, allocator: 'malloc' | 'calloc' | 'new' | 'new[]' = 'malloc'): Memcheck {
  const memcheck = new Memcheck();
  memcheck.declareLocal('p');
  memcheck.declareLocal('q');
  memcheck.step(1, 1);
  memcheck.allocate('p', bytes, allocator);
  memcheck.step(2, 2);
  return memcheck;
}

const brief = ({ kind, size, call, address, count }: MemoryError): string =>
  [
    kind,
    call ?? size,
    address.region === 'heap' ? `${address.distance} ${address.relation} ${address.state}` : address.region,
    count,
  ].join(', ');

const errorsOf = (memcheck: Memcheck): string[] => memcheck.errors().map(brief);

describe('an access', () => {
  it('is good inside a live block, up to its last byte', () => {
    const memcheck = programWith(16);
    for (const size of [1, 2, 4, 8] as const) {
      memcheck.write('p', 16 - size, size);
      memcheck.read('p', 0, size);
    }
    expect(errorsOf(memcheck)).toEqual([]);
  });

  it.each([
    [16, 1, '0 after allocated'],
    [31, 1, '15 after allocated'],
    [32, 1, 'unknown'],
    [12, 8, '12 inside allocated'],
    [-1, 1, '1 before allocated'],
    [-16, 4, '16 before allocated'],
    [-17, 1, 'unknown'],
  ] as const)('writing at %i, %i bytes, is told by its first byte: %s', (offset, size, where) => {
    const memcheck = programWith(16);
    memcheck.write('p', offset, size);
    expect(errorsOf(memcheck)).toEqual([`InvalidWrite, ${size}, ${where}, 1`]);
  });

  it('of a freed block tells where it was freed and allocated', () => {
    const memcheck = programWith(16);
    memcheck.free('p', 'free');
    memcheck.step(3, 3);
    memcheck.read('p', 4, 4);
    const [{ address, path }] = memcheck.errors();
    expect(address).toMatchObject({ block: 1, distance: 4, relation: 'inside', state: 'freed', blockSize: 16 });
    expect(
      address.region === 'heap' && [address.freePath, address.allocPath].map((of) => memcheck.paths.text(of)),
    ).toEqual(['main:2', 'main:1']);
    expect(memcheck.paths.text(path)).toBe('main:3');
  });

  it('may read past the end if it reads 4 or 8 aligned bytes, one of which is good', () => {
    expect([exempt(13, 8, 8), exempt(13, 12, 4), exempt(9, 8, 8)]).toEqual([true, true, true]);
    expect([exempt(12, 6, 8), exempt(9, 6, 4), exempt(13, 12, 2), exempt(8, 8, 8), exempt(8, 8, 4)]).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it('may never write so', () => {
    const memcheck = programWith(13);
    memcheck.write('p', 8, 8);
    memcheck.step(3, 3);
    memcheck.store('p', 8, 'q');
    expect(errorsOf(memcheck)).toEqual([
      'InvalidWrite, 8, 8 inside allocated, 1',
      'InvalidWrite, 8, 8 inside allocated, 1',
    ]);
  });

  it('counts an invalid write of two bytes at an even address twice', () => {
    const memcheck = programWith(8);
    memcheck.write('p', 8, 2);
    memcheck.step(3, 3);
    memcheck.write('p', 9, 2);
    memcheck.step(4, 4);
    memcheck.read('p', 8, 2);
    expect(errorsOf(memcheck)).toEqual([
      'InvalidWrite, 2, 0 after allocated, 2',
      'InvalidWrite, 2, 1 after allocated, 1',
      'InvalidRead, 2, 0 after allocated, 1',
    ]);
  });

  it('may go through the address of a standing variable', () => {
    const memcheck = programWith(8);
    memcheck.addressOf('q', 'p');
    memcheck.load('p', 'q', 0);
    memcheck.store('q', 0);
    expect(errorsOf(memcheck)).toEqual([]);
    memcheck.free('p', 'free');
    expect(memcheck.heap.frees).toBe(0);
  });

  it('through null is an error at an unknown address', () => {
    const memcheck = programWith(8);
    memcheck.load('p', 'q', 0);
    memcheck.write('q', 0, 4);
    expect(errorsOf(memcheck)).toEqual(['InvalidRead, 8, unknown, 1', 'InvalidWrite, 4, unknown, 1']);
  });
});

describe('what an invalid access leaves behind', () => {
  it('a write into a freed block is written, and read back as a good pointer', () => {
    const memcheck = programWith(16);
    memcheck.allocate('q', 8, 'malloc');
    memcheck.free('p', 'free');
    memcheck.store('p', 0, 'q');
    memcheck.setNull('q');
    memcheck.load('q', 'p', 0);
    memcheck.free('q', 'free');
    expect(memcheck.heap.blocksInUse).toBe(0);
    expect(errorsOf(memcheck)).toEqual(['InvalidWrite, 8, 0 inside freed, 1', 'InvalidRead, 8, 0 inside freed, 1']);
  });

  it('the bytes inside of a write across the end are written', () => {
    const memcheck = programWith(12, 'calloc');
    memcheck.allocate('q', 8, 'malloc');
    memcheck.store('p', 0, 'q');
    memcheck.write('p', 4, 8);
    memcheck.setNull('q');
    memcheck.load('q', 'p', 0);
    expect(memcheck.checkLeaks().kind).toEqual(Uint8Array.of(3, 0));
  });

  it('of an exempted read the bytes from outside are uninitialised, whatever was written there', () => {
    const memcheck = programWith(12);
    memcheck.allocate('q', 8, 'malloc');
    memcheck.store('p', 8, 'q');
    memcheck.setNull('q');
    memcheck.load('q', 'p', 8);
    expect(errorsOf(memcheck)).toEqual(['InvalidWrite, 8, 8 inside allocated, 1']);
    expect(memcheck.checkLeaks().kind).toEqual(Uint8Array.of(3, 0));
  });

  it.each([
    ['calloc', 'are initialised: a pointer whose upper half they overwrite with zeros is still one', 3],
    ['malloc', 'are not, nor is what they overwrite', 0],
  ] as const)('the bytes of an unwritten %s block, also when it has moved, %s', (allocator, _, kind) => {
    const memcheck = programWith(16, allocator);
    memcheck.reallocate('p', 'p', 24);
    ['holder', 'unwritten'].forEach((name) => memcheck.declareLocal(name));
    memcheck.allocate('holder', 16, 'malloc');
    memcheck.allocate('q', 8, 'malloc');
    memcheck.load('unwritten', 'p', 0);
    memcheck.store('holder', 0, 'q');
    memcheck.store('holder', 4, 'unwritten');
    memcheck.setNull('q');
    expect(memcheck.checkLeaks().kind).toEqual(Uint8Array.of(3, 3, kind));
  });

  it('what was written wholly outside is read back there', () => {
    const memcheck = programWith(16);
    memcheck.allocate('q', 8, 'malloc');
    memcheck.store('p', 16, 'q');
    memcheck.setNull('q');
    memcheck.load('q', 'p', 16);
    expect(memcheck.checkLeaks().kind).toEqual(Uint8Array.of(3, 3));
  });
});

describe('a wrong free', () => {
  it('of null is none', () => {
    const memcheck = programWith(8);
    for (const call of ['free', 'delete', 'delete[]'] as const) memcheck.free('q', call);
    expect(memcheck.errors()).toEqual([]);
    expect(memcheck.heap.frees).toBe(0);
  });

  it('not at the start of a live block frees nothing and counts', () => {
    const memcheck = programWith(8);
    memcheck.copy('q', 'p', 4);
    memcheck.free('q', 'free');
    memcheck.free('p', 'free');
    memcheck.step(3, 3);
    memcheck.free('p', 'free');
    expect(errorsOf(memcheck)).toEqual([
      'InvalidFree, free, 4 inside allocated, 1',
      'InvalidFree, free, 0 inside freed, 1',
    ]);
    expect(memcheck.heap).toEqual({ bytesInUse: 0, blocksInUse: 0, allocs: 1, frees: 3, bytesAllocated: 8 });
  });

  it('of a variable’s address says stack or data', () => {
    const memcheck = programWith(8);
    memcheck.declareGlobal('g');
    memcheck.addressOf('q', 'p');
    memcheck.free('q', 'free');
    memcheck.addressOf('q', 'g');
    memcheck.free('q', 'delete');
    expect(errorsOf(memcheck)).toEqual(['InvalidFree, free, stack, 1', 'InvalidFree, delete, data, 1']);
  });

  it.each([
    ['malloc', 'free'],
    ['calloc', 'free'],
    ['new', 'delete'],
    ['new[]', 'delete[]'],
  ] as const)('%s belongs to %s; any other frees all the same and is a mismatch', (allocator, right) => {
    for (const call of ['free', 'delete', 'delete[]'] as const) {
      const memcheck = programWith(8, allocator);
      memcheck.free('p', call);
      expect(errorsOf(memcheck)).toEqual(call === right ? [] : [`MismatchedFree, ${call}, 0 inside allocated, 1`]);
      expect(memcheck.heap.blocksInUse).toBe(0);
    }
  });

  it('a reallocated block belongs to free', () => {
    const memcheck = programWith(8);
    memcheck.reallocate('p', 'p', 4);
    memcheck.free('p', 'delete');
    expect(errorsOf(memcheck)).toEqual(['MismatchedFree, delete, 0 inside allocated, 1']);
  });
});

describe('one report', () => {
  it('is the same kind, size and freeing function at the same function and line, whoever called', () => {
    const memcheck = programWith(8);
    memcheck.declareGlobal('g');
    memcheck.copy('g', 'p');
    for (const line of [10, 11]) {
      memcheck.step(line, line);
      memcheck.call('F');
      memcheck.step(20, 5);
      memcheck.write('g', 8, 4);
      memcheck.write('g', 9, 4);
      memcheck.write('g', 8, 8);
      memcheck.read('g', 8, 4);
      memcheck.return();
    }
    expect(
      memcheck.errors().map((error) => [memcheck.paths.text(error.path), error.kind, error.size, error.count]),
    ).toEqual([
      ['F:5 main:10', 'InvalidWrite', 4, 4],
      ['F:5 main:10', 'InvalidWrite', 8, 2],
      ['F:5 main:10', 'InvalidRead', 4, 2],
    ]);
  });

  it('is kept apart from another line, function or freeing function', () => {
    const memcheck = programWith(8);
    memcheck.free('p', 'free');
    memcheck.free('p', 'free');
    memcheck.free('p', 'delete');
    memcheck.step(3, 3);
    memcheck.free('p', 'free');
    memcheck.call('F');
    memcheck.declareLocal('copy');
    memcheck.declareGlobal('g');
    memcheck.free('g', 'free');
    expect(memcheck.errors().map((error) => [error.at, error.call, error.count])).toEqual([
      [2, 'free', 1],
      [2, 'delete', 1],
      [3, 'free', 1],
    ]);
  });

  it('is told to the listener each time', () => {
    const counts: number[] = [];
    const memcheck = new Memcheck({ listener: { reported: (error) => counts.push(error.count) } });
    memcheck.declareLocal('p');
    for (let time = 0; time < 3; time++) memcheck.write('p', 0, 1);
    expect(counts).toEqual([1, 2, 3]);
  });
});

/** Whether reading there is not reported. */
function exempt(bytes: number, offset: number, size: AccessSize): boolean {
  const memcheck = programWith(bytes);
  memcheck.read('p', offset, size);
  return memcheck.errors().length === 0;
}
