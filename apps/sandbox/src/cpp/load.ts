/**
 * C and C++ in the child: loads clang, compiles the recorder, and then compiles, links and runs one program.
 *
 * What keeps a program in: it is WebAssembly, so it reaches its own memory and its imports, and the only imports it is given
 * are those of `host-functions.ts` and `system-interface.ts`. The compiler is WebAssembly too and sees no file but those of
 * its package. Around both stand the walls of the process, as for every language.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import v8 from 'node:v8';
import type { LayerFinding, SnippetRequest } from '../protocol.js';
import { openings, sealRealm } from '../realm.js';
import type { Ending, LoadRuntime } from '../runtime.js';
import type { Outbox } from '../outbox.js';
import { limitCompilerMemory } from './compiler-memory.js';
import { translate } from './dialect.js';
import { Execution } from './execution.js';
import { type Llvm, Toolchain } from './toolchain.js';

export const RECORDER_OBJECT = 'recorder.o';
export const ARGUMENTS_OBJECT = 'arguments.o';
/** The compiler's entry in its package. */
export const ENTRY = 'gen/bundle.js';

const COMPILER_MEMORY = 1 << 30;
/** What most programs have the compiler do. */
const REHEARSAL = `#include <cstdio>
#include <vector>
struct Toy { int *parts; Toy() : parts(new int[3]) {} ~Toy() { delete[] parts; } };
int main(int argc, char **argv) {
  std::vector<Toy *> toys;
  for (int i = 0; i < argc; i++) toys.push_back(new Toy);
  std::printf("%d %s\\n", (int)toys.size(), argv[0]);
}
`;

/** LLVM is 75 MB that run for a second: V8 is to compile it once and simply. A program is compiled as well as V8 can. */
const { setFlagsFromString } = v8;
function compileQuickly(quickly: boolean): void {
  setFlagsFromString(quickly ? '--liftoff-only' : '--no-liftoff-only');
}

/** What the package exports, as far as it is used. */
interface ClangPackage {
  readonly runLLVM: Llvm;
  readonly version: string;
}

const REMARKS = [
  'Sizes are those of a 32-bit build: int 4, long 4, pointers 4 bytes.',
  'Compiled without optimisation and without exceptions, so that every line and every variable is where it was written.',
];

/** `(module (import "env" "x" (func)))`: what a program would have to do to reach anything else. */
const REACHES_OUT = Uint8Array.from(
  [
    [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    [1, 4, 1, 0x60, 0, 0],
    [2, 9, 1, 3, 0x65, 0x6e, 0x76, 1, 0x78, 0, 0],
  ].flat(),
);

/** `folders`: the compiler's package, and the one of what was prepared. */
export const load: LoadRuntime = async (outbox, [folder = '', prepared = ''], isAhead) => {
  const engine = WebAssembly;
  limitCompilerMemory(COMPILER_MEMORY);
  compileQuickly(true);
  const { runLLVM, version }: ClangPackage = await import(pathToFileURL(path.join(folder, ENTRY)).href);
  const toolchain = await Toolchain.load(runLLVM, {
    recorder: readFileSync(path.join(prepared, RECORDER_OBJECT)),
    arguments: readFileSync(path.join(prepared, ARGUMENTS_OBJECT)),
  });
  // LLVM's functions are compiled when they are first called: one that nobody waits for does it now.
  if (isAhead) await toolchain.build('cpp', 'rehearsal.cc', REHEARSAL, COMPILER_MEMORY);
  sealRealm();
  const layers = findings(engine);
  // LLVM is started anew for each step; nothing of a program runs before this is taken away again.
  Object.defineProperty(globalThis, 'WebAssembly', {
    value: { Instance: engine.Instance, instantiate: engine.instantiate },
    configurable: true,
  });
  return {
    title: `clang ${version.split('-')[0]}, wasm32 (@yowasp/clang ${version})`,
    layers,
    run: async (request) => runProgram(toolchain, request, outbox),
  };
};

function findings(engine: typeof WebAssembly): LayerFinding[] {
  const open = openings();
  let refusal = '';
  try {
    // oxlint-disable-next-line no-new
    new engine.Instance(new engine.Module(REACHES_OUT), {});
  } catch (error) {
    refusal = error instanceof Error ? error.name : 'refused';
  }
  return [
    {
      layer: 'realm',
      inForce: open.length === 0,
      detail: open.length === 0 ? 'no process, no code from text' : `still there: ${open.join(', ')}`,
    },
    {
      layer: 'interpreter',
      inForce: refusal !== '',
      detail:
        refusal === ''
          ? 'a program may import anything'
          : `a program that imports more than it is given is not started (${refusal})`,
    },
  ];
}

/** Compiles and runs one program. Its time counts from when it is compiled. */
export async function runProgram(toolchain: Toolchain, request: SnippetRequest, outbox: Outbox): Promise<Ending> {
  const { source, notes } = translate(request.source);
  const language = request.language === 'c' ? 'c' : 'cpp';
  const { diagnostics, program, outgrew } = await toolchain.build(
    language,
    request.file,
    source,
    request.limits.memoryBytes,
  );
  Reflect.deleteProperty(globalThis, 'WebAssembly');
  compileQuickly(false);
  outbox.say({ kind: 'started', translations: notes, remarks: REMARKS });
  if (diagnostics.length > 0) outbox.say({ kind: 'diagnostics', diagnostics });
  if (program) return new Execution(program, request, outbox).run();
  if (outgrew !== null) return { outcome: 'memoryLimit', detail: outgrew, events: 0, blocks: 0, exitStatus: null };
  const first = diagnostics.find(({ severity }) => severity === 'error') ?? diagnostics[0];
  const traceback = diagnostics
    .map(
      ({ file, line, column, severity, message }) =>
        `${file ? `${file}:${line}:${column}: ` : ''}${severity}: ${message}`,
    )
    .join('\n');
  outbox.exception({ type: 'CompileError', message: first.message, line: first.line, traceback });
  return { outcome: 'doesNotCompile', detail: first.message, events: 0, blocks: 0, exitStatus: null };
}
