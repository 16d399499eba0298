/**
 * clang and lld as WebAssembly (`@yowasp/clang`, an optional package): a program's text becomes a module. They see nothing but
 * the files they are given and the headers and libraries that the package brings along.
 *
 * The compiler is called without its driver, which would start LLVM twice for each step. Its options are those that the
 * driver gives for `-O0 -gline-tables-only`, except that everything is as simple as it can be: no optimisation (each variable
 * has its place in memory, where the leak scan finds it) and no exceptions (there is no unwinder in these libraries).
 *
 * Objects and programs are written to standard output, not to a file: the package copies the whole of a file for every 4 KB
 * that are added to it, and an object file holds every zero of a large array.
 */
import type { CompilerDiagnostic } from '../protocol.js';
import { readDiagnostics } from './diagnostics.js';
import { ARGUMENTS_SOURCE, RECORDER_SOURCE, RecorderName, WRAPPED } from './recorder-source.js';

export type CompiledLanguage = 'c' | 'cpp';

/** `run` of LLVM: files in, files out. @throws an `Exit` with what it had written until then */
export type Llvm = (
  /** `null`: only loads it. */
  args: string[] | null,
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
  /** It needs more memory than it, or its compiler, may have; in words. */
  readonly outgrew: string | null;
}

/** What every program is linked with, compiled. */
export interface OwnObjects {
  readonly recorder: Uint8Array;
  readonly arguments: Uint8Array;
}

const TRIPLE = 'wasm32-unknown-wasip1';
/** The stack lies below everything else, from here down to 0. */
export const STACK_BYTES = 1 << 20;
const LIBRARIES = ['-L/usr/lib/wasm32-unknown-wasip1', '-L/usr/lib/wasm32-wasip1'];
const CXX_HEADERS = ['/usr/include/wasm32-wasip1/c++/v1', '/usr/include/c++/v1'];
const HEADERS = ['/usr/include', '/usr/include/wasm32-wasip1'];
const MAP = 'program.map';
const PAGE_BYTES = 65_536;
/** Of an object or a program, beside the contents of its memory. */
const ROOM_FOR_CODE = 32 * 1024 * 1024;
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

const ignored = (): void => undefined;

export class Toolchain {
  private constructor(
    private readonly llvm: Llvm,
    private readonly own: OwnObjects,
  ) {}

  /** Loads LLVM. @param own compiled now if not given */
  static async load(llvm: Llvm, own?: OwnObjects): Promise<Toolchain> {
    await llvm(null, {}, { stdout: ignored, stderr: ignored, fetchProgress: ignored, decodeASCII: false });
    return new Toolchain(llvm, own ?? (await compileOwnObjects(llvm)));
  }

  /** @param memoryBytes what the program may grow to */
  async build(language: CompiledLanguage, file: string, source: string, memoryBytes: number): Promise<CompileResult> {
    const most = memoryBytes + ROOM_FOR_CODE;
    const options = [...compilerOptions(language, file), '-O0', '-debug-info-kind=line-tables-only'];
    const compiled = await invoke(this.llvm, options, { [file]: source }, most);
    const diagnostics = readDiagnostics(compiled.text);
    const object = compiled.output;
    if (!object) return refusal(diagnostics, compiled, memoryBytes);
    const objects: Record<string, Uint8Array> = { 'program.o': object, 'recorder.o': this.own.recorder };
    if (new TextDecoder('latin1').decode(object).includes(MAIN_WITH_ARGUMENTS))
      objects['arguments.o'] = this.own.arguments;
    const linked = await invoke(this.llvm, linkerOptions(Object.keys(objects), memoryBytes), objects, most);
    const said = [...diagnostics, ...readDiagnostics(linked.text)];
    const map = linked.files[MAP];
    if (!linked.output || !map) return refusal(said, linked, memoryBytes);
    return { diagnostics: said, program: { wasm: linked.output, map: new TextDecoder().decode(map) }, outgrew: null };
  }
}

/** What is linked to every program; made once, it is the same for all. */
export async function compileOwnObjects(llvm: Llvm): Promise<OwnObjects> {
  return {
    recorder: await compileOwn(llvm, 'recorder.c', RECORDER_SOURCE),
    arguments: await compileOwn(llvm, 'arguments.c', ARGUMENTS_SOURCE),
  };
}

async function compileOwn(llvm: Llvm, file: string, source: string): Promise<Uint8Array> {
  const { output, text } = await invoke(
    llvm,
    [...compilerOptions('c', file), '-O1'],
    { [file]: source },
    ROOM_FOR_CODE,
  );
  if (!output) throw new Error(`${file} does not compile: ${text}`);
  return output;
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
    ['-ferror-limit', '19', '-o', '-', '-x', isCxx ? 'c++' : 'c', file],
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
    [`--Map=${MAP}`, '-o', '-'],
  ].flat();
}

interface Invocation {
  /** What was written to standard output; `null` when it failed. */
  readonly output: Uint8Array | null;
  readonly files: Readonly<Record<string, Uint8Array | undefined>>;
  /** Standard error. */
  readonly text: string;
  /** It was to write more than it may. */
  readonly overflowed: boolean;
}

async function invoke(
  llvm: Llvm,
  args: string[],
  given: Record<string, string | Uint8Array>,
  mostBytes: number,
): Promise<Invocation> {
  const decoder = new TextDecoder();
  const output = new Output(mostBytes);
  let text = '';
  try {
    const written = await llvm(args, given, {
      stdout: (bytes) => output.add(bytes),
      stderr: (bytes) => {
        if (bytes) text += decoder.decode(bytes, { stream: true });
      },
      fetchProgress: () => undefined,
      decodeASCII: false,
    });
    const files: Record<string, Uint8Array> = {};
    for (const [name, content] of Object.entries(written ?? {})) {
      if (content instanceof Uint8Array) files[name] = content;
    }
    return { output: output.taken(), files, text, overflowed: output.overflowed };
  } catch (error) {
    const failed = { output: null, files: {}, overflowed: output.overflowed };
    if (error instanceof Error && 'code' in error && typeof error.code === 'number') return { ...failed, text };
    // LLVM ended in a trap: its memory is used up, or it is a defect of its own.
    const reason = error instanceof Error ? error.message : String(error);
    return { ...failed, text: `${text}\nerror: the compiler gave up: ${reason}` };
  }
}

/** Standard output of a step, up to so many bytes. */
class Output {
  #bytes = new Uint8Array(65_536);
  #length = 0;
  overflowed = false;

  constructor(private readonly most: number) {}

  add(bytes: Uint8Array | null): void {
    if (!bytes) return;
    const end = this.#length + bytes.length;
    if (end > this.most) {
      this.overflowed = true;
      throw new Error('the output is too long');
    }
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(2 * end);
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = end;
  }

  taken(): Uint8Array | null {
    return this.#length === 0 || this.overflowed ? null : this.#bytes.subarray(0, this.#length);
  }
}

/** As LLVM says it, and as its linker does. */
const OUT_OF_MEMORY = /LLVM ERROR: out of memory|Allocation failed/;
const TOO_LARGE = /(?:maximum|initial) memory too (?:small|large), (\d+) bytes needed/;

function refusal(
  diagnostics: readonly CompilerDiagnostic[],
  { text, overflowed }: Invocation,
  memoryBytes: number,
): CompileResult {
  const needed = TOO_LARGE.exec(text)?.[1];
  let outgrew: string | null = null;
  if (needed !== undefined)
    outgrew = `The program's variables need ${needed} bytes of memory; it may have ${memoryBytes}.`;
  else if (overflowed) outgrew = `The program's variables take more than the ${memoryBytes} bytes that it may have.`;
  else if (OUT_OF_MEMORY.test(text)) outgrew = 'The compiler ran out of memory.';
  return { diagnostics: orElse(diagnostics, text), program: null, outgrew };
}

/** Something must have been said when there is no program. */
function orElse(diagnostics: readonly CompilerDiagnostic[], text: string): readonly CompilerDiagnostic[] {
  if (diagnostics.some(({ severity }) => severity === 'error')) return diagnostics;
  const message = text.trim().slice(0, 2000) || 'the compiler gave no reason';
  return [...diagnostics, { severity: 'error', file: '', line: 0, column: 0, message }];
}
