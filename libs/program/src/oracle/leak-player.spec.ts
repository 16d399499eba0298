import { describe, expect, it } from '@jest/globals';
import { playLeakScript } from './leak-player.js';

const script = (...commands: readonly object[]): string =>
  commands.map((command) => JSON.stringify(command)).join('\n');

describe('a leak script', () => {
  it('is told in the oracle’s form: the talk’s example', () => {
    const told = playLeakScript(
      script(
        { op: 'call', fn: 'Leak' },
        { op: 'local', name: 'a' },
        { op: 'new', dst: 'a', size: 40, kind: 'new[]' },
        { op: 'return' },
        { op: 'return' },
      ),
    );
    expect(told).toEqual({
      checks: [
        {
          at: 5,
          cmd: 'exit',
          summary: { definite: [40, 1], indirect: [0, 0], possible: [0, 0], reachable: [0, 0] },
          records: [
            {
              kind: 'definite',
              bytes: 40,
              blocks: 1,
              alloc: 'new[]',
              path: 'Leak:3 main:1',
              indirectBytes: 0,
              ids: [3],
            },
          ],
        },
      ],
      errors: [],
      heap: { inUseAtExit: [40, 1], allocs: 1, frees: 0, bytesAllocated: 40 },
    });
  });

  it('ends at exit with all frames standing, and what comes after is not looked at', () => {
    const told = playLeakScript(
      `${script({ op: 'call', fn: 'F' }, { op: 'local', name: 'a' }, { op: 'new', dst: 'a', size: 1, kind: 'malloc' }, { op: 'exit' })}\nnonsense`,
    );
    expect(told.checks[0].summary.reachable).toEqual([1, 1]);
  });

  it('tells an error once with its count, its size or freeing function, and the paths', () => {
    const told = playLeakScript(
      script(
        { op: 'local', name: 'a' },
        { op: 'new', dst: 'a', size: 8, kind: 'malloc', line: 30 },
        { op: 'free', name: 'a', line: 31 },
        { op: 'free', name: 'a', line: 32 },
        { op: 'free', name: 'a', line: 32 },
        { op: 'read', block: 'a', offset: 2, size: 4 },
        { op: 'addrof', dst: 'a', src: 'a' },
        { op: 'delete', name: 'a' },
        { op: 'exit' },
      ),
    );
    const freed = { region: 'heap', block: 2, blockSize: 8, state: 'freed', relation: 'inside' };
    const paths = { allocPath: 'main:30', freePath: 'main:31' };
    expect(told.errors).toEqual([
      {
        at: 4,
        kind: 'InvalidFree',
        call: 'free',
        path: 'main:32',
        address: { ...freed, ...paths, distance: 0 },
        count: 2,
      },
      { at: 6, kind: 'InvalidRead', size: 4, path: 'main:6', address: { ...freed, ...paths, distance: 2 } },
      { at: 8, kind: 'InvalidFree', call: 'delete', path: 'main:8', address: { region: 'stack' } },
    ]);
  });

  it.each([
    ['no such command', { op: 'fork' }, 'line 2: "op" must be one of local, '],
    ['an undeclared name', { op: 'null', name: 'b' }, 'line 2: There is no variable "b".'],
    [
      'a size below 0',
      { op: 'new', dst: 'a', size: -1, kind: 'malloc' },
      'line 2: "size" must be a whole number from 0',
    ],
    ['an unknown kind', { op: 'new', dst: 'a', size: 1, kind: 'mmap' }, 'line 2: "kind" must be one of malloc, calloc'],
    ['an access of 3 bytes', { op: 'read', block: 'a', offset: 0, size: 3 }, 'line 2: "size" must be 1, 2, 4 or 8'],
    ['half an offset', { op: 'load', dst: 'a', block: 'a', offset: 0.5 }, 'line 2: "offset" must be a whole number'],
    ['no name', { op: 'local' }, 'line 2: "name" must be a string, not undefined'],
  ])('with %s is refused, with the line', (_, command, message) => {
    expect(() => playLeakScript(script({ op: 'local', name: 'a' }, command, { op: 'exit' }))).toThrow(message);
  });

  it('that does not end is refused', () => {
    expect(() => playLeakScript(script({ op: 'call', fn: 'F' }, { op: 'return' }))).toThrow(
      'line 2: the script ends without "exit" or a return from main',
    );
  });
});
