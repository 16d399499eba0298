/** Whatever a program does wrong, through the real compiler: each ends in an outcome, with the line that it is about. */
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { loadToolchain, runCpp } from '../../../../test/sandbox/cpp-under-test.js';
import type { Toolchain } from './toolchain.js';

jest.setTimeout(120_000);
let toolchain: Toolchain;
beforeAll(async () => {
  toolchain = await loadToolchain();
});

type Rest = Parameters<typeof runCpp> extends [unknown, ...infer Others] ? Others : never;
const run = (...rest: Rest) => runCpp(toolchain, ...rest);

describe('whatever it does', () => {
  it.each([
    [
      'calls what is not there',
      'void gone(void);\nint main(void) { gone(); }',
      {},
      'doesNotCompile',
      'undefined symbol: gone',
    ],
    ['forks', '#include <unistd.h>\nint main(void) { for (;;) fork(); }', {}, 'doesNotCompile', "'fork'"],
    ['includes what is not there', '#include "/etc/passwd"\nint main(void) {}', {}, 'doesNotCompile', 'file not found'],
    [
      'prints without end',
      '#include <stdio.h>\nint main(void) { for (;;) puts("flood"); }',
      { outputBytes: 9000 },
      'outputLimit',
      '9000 bytes',
    ],
    [
      'asks without end',
      '#include <stdlib.h>\nint main(void) { for (;;) free(malloc(9)); }',
      { events: 501 },
      'eventLimit',
      '501',
    ],
    [
      'recurses twice without end',
      'int f(int n) { return n ? f(n - 1) + f(n - 1) : 0; }\nint main(void) { return f(60); }',
      { timeMs: 200 },
      'timeLimit',
      'f (main.c:1)',
    ],
    [
      'sleeps too long',
      '#include <unistd.h>\nint main(void) {\n  sleep(100);\n}',
      { timeMs: 200 },
      'timeLimit',
      '200 ms',
    ],
    [
      'imports what it is not given',
      '__attribute__((import_module("node"), import_name("exit"))) void out(void);\nint main(void) { out(); }',
      {},
      'refused',
      'could not be started',
    ],
    [
      'tells the recorder lies',
      '__attribute__((import_module("heapcast"), import_name("placed"))) void lie(int, void *, unsigned, void *, unsigned);\nint main(void) { for (int i = -9; i < 99; i++) lie(i, (void *)0xfffffff0, ~0u, (void *)8, ~0u); }',
      {},
      'finished',
      '',
    ],
  ] as const)('%s', async (_, source, limits, outcome, detail) => {
    const { ending } = await run('c', source, limits);
    expect(ending).toMatchObject({ outcome, detail: expect.stringContaining(detail) });
  });

  it.each([
    [
      'recurses without end',
      'int f(int n) {\n  return f(n + 1) + 1;\n}\nint main(void) { return f(0); }',
      'StackOverflow',
      2,
    ],
    [
      'fills the stack',
      'void f(void) {\n  volatile char big[1 << 19];\n  big[0] = 1;\n  f();\n  big[1] = 2;\n}\nint main(void) { f(); }',
      'StackOverflow',
      3,
    ],
    ['divides by 0', 'int main(int argc, char **argv) {\n  return 5 / (argc - 1);\n}', 'DivisionByZero', 2],
    [
      'reads what it does not have',
      'int main(void) {\n  int *wild = (int *)0x7ffffff0;\n  return *wild;\n}',
      'SegmentationFault',
      3,
    ],
    ['calls a number', 'int main(void) {\n  ((void (*)(void))12345)();\n}', 'BadFunctionPointer', 2],
    ['fails an assertion', '#include <assert.h>\nint main(void) {\n  assert(1 == 2);\n}', 'Abort', 3],
  ])('%s: a trap is told with its line', async (_, source, type, line) => {
    const { ending, exception } = await run('c', source);
    expect(ending.outcome).toBe('exception');
    expect(exception).toMatchObject({ type, line });
    expect(exception?.traceback).toContain('main (main.c:');
  });

  it('sees no file, no environment and no input', async () => {
    const { ending } = await run(
      'c',
      `#include <stdio.h>
#include <stdlib.h>
int main(void) {
  return fopen("/etc/passwd", "r") || fopen("new", "w") || getenv("PATH") || getchar() != EOF;
}`,
    );
    expect(ending).toMatchObject({ outcome: 'finished', exitStatus: 0 });
  });

  it('a request that is larger than all memory answers NULL', async () => {
    const { ending, leaks } = await run('c', '#include <stdlib.h>\nint main(void) { return malloc(0x70000000) != 0; }');
    expect([ending.outcome, ending.events, leaks.failedRequests]).toEqual(['finished', 0, 1]);
  });
});

describe('variables that do not fit', () => {
  // The package would copy an object file of such a size for every 4 KB of it.
  it.each([
    ['by far', 'char big[100 << 20];', /take more than the 67108864 bytes/],
    ['by little', 'char big[(64 << 20) - 9];', /need \d+ bytes of memory; it may have 67108864/],
    ['what the compiler itself may have', 'char big[0xf0000000u];', /compiler ran out of memory/],
  ])('%s are the memory limit', async (_, variable, detail) => {
    const { ending } = await run('c', `${variable}\nint main(void) { return big[5]; }`);
    expect(ending).toMatchObject({ outcome: 'memoryLimit', detail: expect.stringMatching(detail) });
  });

  it('are told from those that do', async () => {
    const { ending } = await run(
      'c',
      'char big[60 << 20];\nint main(void) { big[50 << 20] = 7; return big[50 << 20]; }',
    );
    expect(ending).toMatchObject({ outcome: 'exception', exitStatus: 7 });
  });
});
