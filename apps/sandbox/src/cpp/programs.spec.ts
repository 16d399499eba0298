/** Programs of all kinds through the real compiler, in one process: what they print, ask, and leave behind; how they end. */
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

describe('a program', () => {
  it('prints, is given its arguments and the time, sleeps, and ends with its status', async () => {
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
  });

  it('has requests of the libraries told, with the way there', async () => {
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
  });

  it('has a recursion folded, and calls by pointer and from the library followed', async () => {
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
  });

  it('may run functions before main and at its end, and keep things in static variables', async () => {
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
  });

  it('that ends in the middle still has its variables looked at', async () => {
    const { leaks } = await run(
      'c',
      `#include <stdlib.h>
static void leave(void) { char *local = malloc(5); exit(local == 0); }
int main(void) { char *mine = malloc(7); leave(); return mine == 0; }`,
    );
    expect(leaks.summary.reachable).toEqual({ bytes: 12, blocks: 2 });
  });

  it('resizes: the block stays the same, and what is freed already is not resized', async () => {
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
  });

  it('may put its own operator new in the place of the usual one', async () => {
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
  });
});
