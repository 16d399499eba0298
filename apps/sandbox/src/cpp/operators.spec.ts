/** `operator new` and `delete` in all their forms: who gives, who takes, and what a program may put in their place. */
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { loadToolchain, runCpp } from '../../../../test/sandbox/cpp-under-test.js';
import type { Toolchain } from './toolchain.js';

jest.setTimeout(120_000);
let toolchain: Toolchain;
beforeAll(async () => {
  toolchain = await loadToolchain();
});

async function leaksOf(source: string) {
  const { ending, leaks } = await runCpp(toolchain, 'cpp', source);
  expect(ending.outcome).toBe('finished');
  return leaks;
}

const HEAD = '#include <cstdlib>\n#include <new>\nstruct alignas(64) Wide { char c[64]; };\n';

describe('new and delete', () => {
  it('belong together in all their forms', async () => {
    const { errors, records } = await leaksOf(`${HEAD}int main() {
  delete new int;
  delete[] new int[3];
  delete new (std::nothrow) int;
  delete[] new (std::nothrow) int[3];
  delete new Wide;
  delete[] new Wide[3];
  delete new (std::nothrow) Wide;
  delete[] new (std::nothrow) Wide[3];
}`);
    expect([errors, records]).toEqual([[], []]);
  });

  it('of one thing and of many do not', async () => {
    const { errors } = await leaksOf(`${HEAD}int main() {
  int *one = new int;
  delete[] one;
  int *many = new (std::nothrow) int[3];
  delete many;
  Wide *wide = new Wide[3];
  delete wide;
  free(new int);
}`);
    expect(errors.map(({ kind, givenBy, call }) => `${kind}: ${givenBy}, ${call}`)).toEqual([
      'mismatchedFree: new, delete[]',
      'mismatchedFree: new[], delete',
      'mismatchedFree: new[], delete',
      'mismatchedFree: new, free',
    ]);
  });

  it('that may fail answer NULL, and the next that may not is no array', async () => {
    const { errors, failedRequests, records } = await leaksOf(`${HEAD}int main() {
  volatile std::size_t much = 0x70000000;
  if (new (std::nothrow) char[much]) return 1;
  new int;
}`);
    expect([errors, failedRequests]).toEqual([[], 1]);
    expect(records).toMatchObject([{ givenBy: 'new', bytes: 4 }]);
  });

  it('go on to those of the program: arrays, sizes and nothrow too', async () => {
    const { errors, records } = await leaksOf(`${HEAD}void *operator new(std::size_t n) { return std::malloc(n); }
void operator delete(void *p) noexcept { std::free(p); }
int main() {
  delete new int;
  delete[] new int[3];
  delete[] new (std::nothrow) int[3];
  delete new Wide;
}`);
    expect([errors, records]).toEqual([[], []]);
  });

  it('of which a program has only the one do not fit the other', async () => {
    const { errors } = await leaksOf(`${HEAD}void *operator new(std::size_t n) { return std::malloc(n); }
int main() { delete new int; }`);
    expect(errors).toMatchObject([{ kind: 'mismatchedFree', givenBy: 'malloc', call: 'delete' }]);
  });
});
