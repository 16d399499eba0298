/**
 * clang and lld as WebAssembly (`@yowasp/clang`, an optional package): a program's text becomes a module. They see nothing but
 * the files they are given and the headers and libraries that the package brings along.
 *
 * The compiler is called without its driver, which would start LLVM twice for each step. Its options are those that the
 * driver gives for `-O0 -gline-tables-only`, except that everything is as simple as it can be: no optimisation (each variable
 * has its place in memory, where the leak scan finds it) and no exceptions (there is no unwinder in these libraries).
 */
import type { CompilerDiagnostic } from '../protocol.js';
import { readDiagnostics } from './diagnostics.js';
import { ARGUMENTS_SOURCE, RECORDER_SOURCE, RecorderName, WRAPPED } from './recorder-source.js';

export type CompiledLanguage = 'c' | 'cpp';

/** `run` of LLVM: files in, files out. @throws an `Exit` with what it had written until then */
export type Llvm = (
  args: string[],
  files: Record<string, string | Uint8Array>,
  options: {
    readonly stdout: (bytes: Uint8Array | null) => void;
    readonly stderr: (bytes: Uint8Array | null) => void;
    readonly fetchProgress: () => void;
    /** Files that hold only ASCII come as texts. */
    readonly decodeASCII: boolean;
  },
) => Promise<unknown>;

export interface LinkedProgram {
  readonly wasm: Uint8Array;
  /** Text of the linker's map. */
  readonly map: string;
}

export interface CompileResult {
  readonly diagnostics: readonly CompilerDiagnostic[];
  /** `null`: refused. */
  readonly program: LinkedProgram | null;
}

const TRIPLE = 'wasm32-unknown-wasip1';
/** The stack lies below everything else, from here down to 0. */
export const STACK_BYTES = 1 << 20;
const LIBRARIES = ['-L/usr/lib/wasm32-unknown-wasip1', '-L/usr/lib/wasm32-wasip1'];
const CXX_HEADERS = ['/usr/include/wasm32-wasip1/c++/v1', '/usr/include/c++/v1'];
const HEADERS = ['/usr/include', '/usr/include/wasm32-wasip1'];
const PAGE_BYTES = 65_536;
/** Of a program whose `main` takes arguments. */
const MAIN_WITH_ARGUMENTS = '__main_argc_argv';

/** Symbols that the host looks for in a program. */
const EXPORTED = [
  RecorderName.depth,
  RecorderName.fuel,
  RecorderName.path,
  'heapcast_keep',
  '__stack_pointer',
  '__data_end',
  '__heap_base',
];

export class Toolchain {
  private constructor(
    private readonly llvm: Llvm,
    private readonly recorder: Uint8Array,
    private readonly argumentsObject: Uint8Array,
  ) {}

  /** Loads LLVM and compiles the recorder: what every program needs. */
  static async load(llvm: Llvm): Promise<Toolchain> {
    const recorder = await compileOwn(llvm, 'recorder.c', RECORDER_SOURCE);
    return new Toolchain(llvm, recorder, await compileOwn(llvm, 'arguments.c', ARGUMENTS_SOURCE));
  }

  /** @param memoryBytes what the program may grow to */
  async build(language: CompiledLanguage, file: string, source: string, memoryBytes: number): Promise<CompileResult> {
    const compiled = await invoke(
      this.llvm,
      [...compilerOptions(language, file), '-O0', '-debug-info-kind=line-tables-only'],
      {
        [file]: source,
      },
    );
    const diagnostics = readDiagnostics(compiled.text);
    const object = compiled.files[`${file}.o`];
    if (!object) return { diagnostics: orElse(diagnostics, compiled.text), program: null };
    const objects: Record<string, Uint8Array> = { 'program.o': object, 'recorder.o': this.recorder };
    if (new TextDecoder('latin1').decode(object).includes(MAIN_WITH_ARGUMENTS))
      objects['arguments.o'] = this.argumentsObject;
    const linked = await invoke(this.llvm, linkerOptions(Object.keys(objects), memoryBytes), objects);
    const said = [...diagnostics, ...readDiagnostics(linked.text)];
    const { 'program.wasm': wasm, 'program.map': map } = linked.files;
    if (!wasm || !map) return { diagnostics: orElse(said, linked.text), program: null };
    return { diagnostics: said, program: { wasm, map: new TextDecoder().decode(map) } };
  }
}

async function compileOwn(llvm: Llvm, file: string, source: string): Promise<Uint8Array> {
  const { files, text } = await invoke(llvm, [...compilerOptions('c', file), '-O1'], { [file]: source });
  const object = files[`${file}.o`];
  if (!object) throw new Error(`${file} does not compile: ${text}`);
  return object;
}

function compilerOptions(language: CompiledLanguage, file: string): string[] {
  const isCxx = language === 'cpp';
  return [
    ['clang', '-cc1', '-triple', TRIPLE, '-target-cpu', 'generic', '-emit-obj', '-disable-free'],
    ['-main-file-name', file, '-mrelocation-model', 'static', '-mframe-pointer=none', '-fvisibility=hidden'],
    ['-ffp-contract=on', '-fno-rounding-math', '-mconstructor-aliases', '-dwarf-version=5', '-debugger-tuning=gdb'],
    ['-fdebug-compilation-dir=/', '-resource-dir', '/usr', '-isysroot', '/usr', '-fgnuc-version=4.2.1'],
    [...(isCxx ? CXX_HEADERS : []), ...HEADERS].flatMap((folder) => ['-internal-isystem', folder]),
    isCxx ? ['-fdeprecated-macro', '-fskip-odr-check-in-gmf'] : [],
    ['-ferror-limit', '19', '-o', `${file}.o`, '-x', isCxx ? 'c++' : 'c', file],
  ].flat();
}

function linkerOptions(objects: readonly string[], memoryBytes: number): string[] {
  const pages = Math.max(1, Math.floor(memoryBytes / PAGE_BYTES));
  return [
    ['wasm-ld', '-m', 'wasm32', ...LIBRARIES, '/usr/lib/wasm32-wasip1/crt1-command.o', ...objects],
    // The linker must have looked for the allocator before it wraps it, or it gives up on programs that never call it.
    ['--undefined=malloc', ...WRAPPED.map((name) => `--wrap=${name}`)],
    ['--stack-first', '-z', `stack-size=${STACK_BYTES}`, `--max-memory=${pages * PAGE_BYTES}`],
    EXPORTED.map((name) => `--export=${name}`),
    ['-lc++', '-lc++abi', '-lc', '/usr/lib/wasm32-unknown-wasip1/libclang_rt.builtins.a'],
    ['--Map=program.map', '-o', 'program.wasm'],
  ].flat();
}

interface Invocation {
  /** Empty when it failed. */
  readonly files: Readonly<Record<string, Uint8Array | undefined>>;
  /** Standard output and error. */
  readonly text: string;
}

async function invoke(llvm: Llvm, args: string[], given: Record<string, string | Uint8Array>): Promise<Invocation> {
  const decoder = new TextDecoder();
  let text = '';
  const take = (bytes: Uint8Array | null): void => {
    if (bytes) text += decoder.decode(bytes, { stream: true });
  };
  try {
    const written = await llvm(args, given, {
      stdout: take,
      stderr: take,
      fetchProgress: () => undefined,
      decodeASCII: false,
    });
    const files: Record<string, Uint8Array> = {};
    for (const [name, content] of Object.entries(written ?? {})) {
      if (content instanceof Uint8Array) files[name] = content;
    }
    return { files, text };
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'number') return { files: {}, text };
    // LLVM ended in a trap: its memory is used up, or it is a defect of its own.
    const reason = error instanceof Error ? error.message : String(error);
    return { files: {}, text: `${text}\nerror: the compiler gave up: ${reason}` };
  }
}

/** Something must have been said when there is no program. */
function orElse(diagnostics: readonly CompilerDiagnostic[], text: string): readonly CompilerDiagnostic[] {
  if (diagnostics.some(({ severity }) => severity === 'error')) return diagnostics;
  const message = text.trim().slice(0, 2000) || 'the compiler gave no reason';
  return [...diagnostics, { severity: 'error', file: '', line: 0, column: 0, message }];
}
