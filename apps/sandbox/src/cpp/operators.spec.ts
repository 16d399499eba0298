/** `operator new` and `delete` in all their forms: who gives, who takes, and what a program may put in their place. */
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { runLLVM } from '@yowasp/clang';
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

async function leaksOf(source: string): Promise<LeaksMessage> {
  const messages: ChildMessage[] = [];
  const outbox = {
    elapsed: 0,
    say: (message: ChildMessage) => messages.push(message),
    chunk() {},
    output() {},
    exception() {},
  };
  const limits = {
    timeMs: 20_000,
    memoryBytes: 64 << 20,
    events: 1e6,
    lines: 0,
    outputBytes: 65_536,
    sourceBytes: 1e6,
  };
  const request = { language: 'cpp' as const, file: 'main.cc', source, args: [], record: 'requests' as const, limits };
  expect(await runProgram(toolchain, request, outbox as unknown as Outbox)).toMatchObject({ outcome: 'finished' });
  return messages.find((message): message is LeaksMessage => message.kind === 'leaks') as LeaksMessage;
}

const HEAD = '#include <cstdlib>\n#include <new>\nstruct alignas(64) Wide { char c[64]; };\n';

describe('new and delete', () => {
  it(
    'belong together in all their forms',
    async () => {
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
    },
    PATIENCE,
  );

  it(
    'of one thing and of many do not',
    async () => {
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
    },
    PATIENCE,
  );

  it(
    'that may fail answer NULL, and the next that may not is no array',
    async () => {
      const { errors, failedRequests, records } = await leaksOf(`${HEAD}int main() {
  volatile std::size_t much = 0x70000000;
  if (new (std::nothrow) char[much]) return 1;
  new int;
}`);
      expect([errors, failedRequests]).toEqual([[], 1]);
      expect(records).toMatchObject([{ givenBy: 'new', bytes: 4 }]);
    },
    PATIENCE,
  );

  it(
    'go on to those of the program: arrays, sizes and nothrow too',
    async () => {
      const { errors, records } = await leaksOf(`${HEAD}void *operator new(std::size_t n) { return std::malloc(n); }
void operator delete(void *p) noexcept { std::free(p); }
int main() {
  delete new int;
  delete[] new int[3];
  delete[] new (std::nothrow) int[3];
  delete new Wide;
}`);
      expect([errors, records]).toEqual([[], []]);
    },
    PATIENCE,
  );

  it(
    'of which a program has only the one do not fit the other',
    async () => {
      const { errors } = await leaksOf(`${HEAD}void *operator new(std::size_t n) { return std::malloc(n); }
int main() { delete new int; }`);
      expect(errors).toMatchObject([{ kind: 'mismatchedFree', givenBy: 'malloc', call: 'delete' }]);
    },
    PATIENCE,
  );
});
