/**
 * C and C++ in the child: loads clang, compiles the recorder, and then compiles, links and runs one program.
 *
 * What keeps a program in: it is WebAssembly, so it reaches its own memory and its imports, and the only imports it is given
 * are those of `host-functions.ts` and `system-interface.ts`. The compiler is WebAssembly too and sees no file but those of
 * its package. Around both stand the walls of the process, as for every language.
 */
import type { SnippetRequest } from '../protocol.js';
import type { Ending, LoadRuntime } from '../runtime.js';
import type { Outbox } from '../outbox.js';
import { limitCompilerMemory } from './compiler-memory.js';
import { translate } from './dialect.js';
import { Execution } from './execution.js';
import { type Llvm, Toolchain } from './toolchain.js';

const PACKAGE = '@yowasp/clang';
const COMPILER_MEMORY = 1 << 30;

const REMARKS = [
  'Sizes are those of a 32-bit build: int 4, long 4, pointers 4 bytes.',
  'Compiled without optimisation and without exceptions, so that every line and every variable is where it was written.',
];

export const load: LoadRuntime = async (outbox) => {
  limitCompilerMemory(COMPILER_MEMORY);
  const { runLLVM, version } = (await import(PACKAGE)) as { readonly runLLVM: Llvm; readonly version: string };
  const toolchain = await Toolchain.load(runLLVM);
  return {
    title: `clang ${version.split('-')[0]}, wasm32 (${PACKAGE} ${version})`,
    layers: [],
    run: async (request) => runProgram(toolchain, request, outbox),
  };
};

/** Compiles and runs one program. Time counts from when it is compiled. */
export async function runProgram(toolchain: Toolchain, request: SnippetRequest, outbox: Outbox): Promise<Ending> {
  const { source, notes } = translate(request.source);
  const language = request.language === 'c' ? 'c' : 'cpp';
  const { diagnostics, program } = await toolchain.build(language, request.file, source, request.limits.memoryBytes);
  outbox.say({ kind: 'started', translations: notes, remarks: REMARKS });
  if (diagnostics.length > 0) outbox.say({ kind: 'diagnostics', diagnostics });
  if (program) return new Execution(program, request, outbox).run();
  const first = diagnostics.find(({ severity }) => severity === 'error') ?? diagnostics[0];
  const traceback = diagnostics
    .map(({ file, line, column, severity, message }) => `${file ? `${file}:${line}:${column}: ` : ''}${severity}: ${message}`)
    .join('\n');
  outbox.exception({ type: 'CompileError', message: first.message, line: first.line, traceback });
  return { outcome: 'doesNotCompile', detail: first.message, events: 0, blocks: 0, exitStatus: null };
}
