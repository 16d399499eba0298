/** Programs of all kinds through the real compiler, in one process: what they print, ask, do wrong, and how they end. */
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { runLLVM } from '@yowasp/clang';
import type { Site } from '@heapcast/trace';
import type { Outbox } from '../outbox.js';
import type { ChildMessage, LeaksMessage } from '../protocol.js';
import { runProgram } from './load.js';
import { type Llvm, Toolchain } from './toolchain.js';

const PATIENCE = 120_000;
const engine = WebAssembly;
let toolchain: Toolchain;
beforeAll(async () => {
  toolchain = await Toolchain.load(runLLVM as Llvm);
}, PATIENCE);
// Taken away before each program runs.
afterEach(() => {
  globalThis.WebAssembly = engine;
});

/** Keeps what the program says. */
class HeldOutbox {
  readonly messages: ChildMessage[] = [];
  events = 0;
  outputBytes = 0;
  #started = 0;

  say(message: ChildMessage): void {
    if (message.kind === 'started') this.#started = performance.now();
    this.messages.push(message);
  }

  chunk(firstEvent: number, length: number): void {
    expect(firstEvent).toBe(this.events);
    this.events += length;
  }

  output(stream: 'stdout' | 'stderr', text: string, bytes: number): void {
    this.outputBytes += bytes;
    this.messages.push({ kind: 'output', stream, text });
  }

  exception(exception: { type: string; message: string; line: number; traceback: string }): void {
    this.messages.push({ kind: 'exception', ...exception });
  }

  get elapsed(): number {
    return performance.now() - this.#started;
  }
}

async function run(language: 'c' | 'cpp', source: string, limits: object = {}, args: readonly string[] = []) {
  const outbox = new HeldOutbox();
  const usual = { timeMs: 20_000, memoryBytes: 64 << 20, events: 1e6, lines: 0, outputBytes: 65_536, sourceBytes: 1e6 };
  const file = language === 'c' ? 'main.c' : 'main.cc';
  const request = { language, file, source, args, record: 'requests' as const, limits: { ...usual, ...limits } };
  const ending = await runProgram(toolchain, request, outbox as unknown as Outbox);
  const of = <K extends ChildMessage['kind']>(kind: K) =>
    outbox.messages.filter((message): message is Extract<ChildMessage, { kind: K }> => message.kind === kind);
  const sites = of('sites').flatMap((message): readonly Site[] => message.sites);
  const output = of('output')
    .map(({ text }) => text)
    .join('');
  const [leaks] = of('leaks');
  const path = (site: number): string[] => {
    const place = sites[site - 1];
    return place ? [`${place.function}:${place.line}`, ...path(place.parent)] : [];
  };
  return {
    ending,
    output,
    leaks: leaks as LeaksMessage,
    exception: of('exception')[0],
    path,
    events: outbox.events,
    of,
  };
}

describe('a program', () => {
  it(
    'prints, is given its arguments and the time, sleeps, and ends with its status',
    async () => {
      const { output, ending, leaks } = await run(
        'c',
        `#include <stdio.h>
#include <time.h>
#include <unistd.h>
int main(int argc, char **argv) {
  printf("%s %s %d\\n", argv[0], argv[1], argc);
  struct timespec from, to;
  clock_gettime(CLOCK_MONOTONIC, &from);
  usleep(20000);
  clock_gettime(CLOCK_MONOTONIC, &to);
  fprintf(stderr, "%d %d\\n", to.tv_nsec - from.tv_nsec >= 20000000 || to.tv_sec > from.tv_sec, time(0) > 1700000000);
  return 3;
}`,
        {},
        ['å b'],
      );
      expect(output).toBe('./main å b 2\n1 1\n');
      expect(ending).toMatchObject({ outcome: 'exception', exitStatus: 3, events: 0 });
      expect(leaks.summary.definite.blocks).toBe(0);
    },
    PATIENCE,
  );

  it(
    'has requests of the libraries told, with the way there',
    async () => {
      const { leaks, path } = await run(
        'c',
        `#include <string.h>
char *copy(void) { return strdup("0123456789"); }
int main(void) {
  copy();
  return 0;
}`,
      );
      expect(leaks.records).toMatchObject([{ kind: 'definite', bytes: 11, givenBy: 'malloc' }]);
      expect(path(leaks.records[0]?.site ?? 0)).toEqual(['strdup:0', 'copy:2', 'main:4']);
    },
    PATIENCE,
  );

  it(
    'has a recursion folded, and calls by pointer and from the library followed',
    async () => {
      const { leaks, path } = await run(
        'c',
        `#include <stdlib.h>
static int compare(const void *a, const void *b) {
  malloc(8);
  return *(const int *)a - *(const int *)b;
}
static void deep(int n) {
  if (n > 0) deep(n - 1);
  else malloc(16);
}
int main(void) {
  int two[2] = {2, 1};
  qsort(two, 2, sizeof *two, compare);
  deep(500);
  return 0;
}`,
      );
      const paths = leaks.records.map(({ site }) => path(site));
      expect(paths[0]).toEqual(['deep:8', 'deep:7', 'main:13']);
      expect([paths[1]?.[0], paths[1]?.at(-1)]).toEqual(['compare:3', 'main:12']);
    },
    PATIENCE,
  );

  it(
    'may run functions before main and at its end, and keep things in static variables',
    async () => {
      const { output, leaks, path } = await run(
        'cpp',
        `#include <cstdio>
#include <vector>
struct Kept { int *p; Kept() : p(new int) { std::puts("before"); } ~Kept() { std::puts("after"); } };
static Kept kept;
static std::vector<int> numbers(100);
int main() { std::puts("main"); }`,
      );
      expect(output).toBe('before\nmain\nafter\n');
      // The vector is gone by then; what Kept never deletes is still pointed at.
      expect(leaks.records).toMatchObject([{ kind: 'reachable', bytes: 4, blocks: 1, givenBy: 'new' }]);
      expect(path(leaks.records[0]?.site ?? 0)[0]).toBe('Kept::Kept():3');
    },
    PATIENCE,
  );

  it(
    'that ends in the middle still has its variables looked at',
    async () => {
      const { leaks } = await run(
        'c',
        `#include <stdlib.h>
static void leave(void) { char *local = malloc(5); exit(local == 0); }
int main(void) { char *mine = malloc(7); leave(); return mine == 0; }`,
      );
      expect(leaks.summary.reachable).toEqual({ bytes: 12, blocks: 2 });
    },
    PATIENCE,
  );

  it(
    'resizes: the block stays the same, and what is freed already is not resized',
    async () => {
      const { leaks, events, ending } = await run(
        'c',
        `#include <stdlib.h>
int main(void) {
  char *p = realloc(0, 10);
  p = realloc(p, 100000);
  free(p);
  return realloc(p, 5) != 0;
}`,
      );
      expect([ending.blocks, events, ending.exitStatus]).toEqual([1, 4, 0]);
      expect(leaks.errors).toMatchObject([{ kind: 'doubleFree', call: 'realloc', size: 100_000 }]);
    },
    PATIENCE,
  );

  it(
    'may put its own operator new in the place of the usual one',
    async () => {
      const { leaks, path } = await run(
        'cpp',
        `#include <cstdlib>
void *operator new(std::size_t n) { return std::malloc(n); }
void operator delete(void *p) noexcept { std::free(p); }
int main() {
  delete new int;
  new long;
}`,
      );
      expect(leaks.errors).toEqual([]);
      expect(leaks.records).toMatchObject([{ kind: 'definite', bytes: 4, givenBy: 'malloc' }]);
      expect(path(leaks.records[0]?.site ?? 0).at(-1)).toBe('main:6');
    },
    PATIENCE,
  );
});

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
  ] as const)(
    '%s',
    async (_, source, limits, outcome, detail) => {
      const { ending } = await run('c', source, limits);
      expect(ending).toMatchObject({ outcome, detail: expect.stringContaining(detail) });
    },
    PATIENCE,
  );

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
  ])(
    '%s: a trap is told with its line',
    async (_, source, type, line) => {
      const { ending, exception } = await run('c', source);
      expect(ending.outcome).toBe('exception');
      expect(exception).toMatchObject({ type, line });
      expect(exception?.traceback).toContain('main (main.c:');
    },
    PATIENCE,
  );

  it(
    'sees no file, no environment and no input',
    async () => {
      const { ending } = await run(
        'c',
        `#include <stdio.h>
#include <stdlib.h>
int main(void) {
  return fopen("/etc/passwd", "r") || fopen("new", "w") || getenv("PATH") || getchar() != EOF;
}`,
      );
      expect(ending).toMatchObject({ outcome: 'finished', exitStatus: 0 });
    },
    PATIENCE,
  );

  it(
    'a request that is larger than all memory answers NULL',
    async () => {
      const { ending, leaks } = await run(
        'c',
        '#include <stdlib.h>\nint main(void) { return malloc(0x70000000) != 0; }',
      );
      expect([ending.outcome, ending.events, leaks.failedRequests]).toEqual(['finished', 0, 1]);
    },
    PATIENCE,
  );
});
