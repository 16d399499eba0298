/**
 * The only way out of WebAssembly is an import, so a gate stands before each: once it is closed, those on the list below work
 * as before and every other one does nothing at all for whoever calls it.
 *
 * This holds whatever the program does inside its memory (a crawl for forgotten objects, forged byte code, a corrupted
 * heap): it can call no JavaScript but clocks, randomness and a file system in memory. Bridge functions (`JsProxy`, `to_js`,
 * `run_js`), the host's shell (`_emscripten_system`), sockets, `dlopen` and libffi are among those that are shut.
 *
 * The gate has to be put up before pyodide instantiates its module: `putUp` wraps the import object in place, which also
 * covers functions that are taken from it later (the dynamic linker's table of functions).
 */

/** File system in memory, clocks, randomness, memory: what a plain program needs. Sizes are kept by `MemoryCap`. */
const SYSTEM_CALLS =
  'openat faccessat chdir chmod fchdir fchmod fchmodat2 dup dup3 fdatasync fstat64 stat64 newfstatat lstat64 ftruncate64 ' +
  'truncate64 getcwd getdents64 mkdirat readlinkat unlinkat rmdir renameat statfs64 fstatfs64 symlinkat utimensat ' +
  'fadvise64 fcntl64 ioctl getuid32_js umask_js';
const OTHERS =
  'fd_close fd_read fd_write fd_sync fd_fdstat_get fd_seek fd_pread fd_pwrite _try_fcntl64 clock_res_get clock_time_get ' +
  'emscripten_get_now emscripten_date_now _tzset_js _localtime_js _gmtime_js _mktime_js _timegm_js random_get environ_get ' +
  'environ_sizes_get emscripten_resize_heap emscripten_get_heap_max ' +
  // How CPython calls a C function whose signature may differ, and asks for signals that nobody can send.
  '_PyEM_TrampolineCall_JS _Py_CheckEmscriptenSignals_Helper _Py_emscripten_runtime can_run_sync_js';
const OPEN = new Set([...SYSTEM_CALLS.split(' ').map((call) => `__syscall_${call}`), ...OTHERS.split(' ')]);

/** The program asked to end: `os._exit(3)`, `abort()`. */
export class ProgramExit extends Error {
  constructor(readonly status: number) {
    super(`exit ${status}`);
  }
}

/** The program called an import that is shut. It cannot go on: what the import should have answered is not known. */
export class GateClosed extends Error {
  constructor(readonly importName: string) {
    super(`the program called ${importName}, which is shut`);
  }
}

/** -EPERM, as Emscripten numbers it. */
const NOT_PERMITTED = -63;

type Import = ((...values: unknown[]) => unknown) & { sig?: string };

function isImport(value: unknown): value is Import {
  return typeof value === 'function';
}

export class ImportGate {
  #closed = false;
  #wrapped = 0;

  /** Imports that are shut once the gate is closed. */
  get guarded(): number {
    return this.#wrapped;
  }

  get closed(): boolean {
    return this.#closed;
  }

  close(): void {
    this.#closed = true;
  }

  /** Wraps the imports of every module that is instantiated from now on. Returns a function that ends it. */
  putUp(): () => void {
    const original = WebAssembly.instantiate;
    const instantiate = (source: unknown, imports?: Record<string, unknown>, ...rest: unknown[]): unknown => {
      for (const name of ['env', 'wasi_snapshot_preview1']) this.#wrap(imports?.[name]);
      return Reflect.apply(original, WebAssembly, [source, imports, ...rest]);
    };
    Object.defineProperty(WebAssembly, 'instantiate', { value: instantiate, configurable: true, writable: true });
    return () => {
      Object.defineProperty(WebAssembly, 'instantiate', { value: original, configurable: true, writable: true });
    };
  }

  #wrap(imports: unknown): void {
    if (typeof imports !== 'object' || imports === null) return;
    for (const [name, value] of Object.entries(imports)) {
      if (!isImport(value) || OPEN.has(name) || this.#guards.has(value)) continue;
      Reflect.set(imports, name, this.#guard(name, value));
    }
  }

  readonly #guards = new WeakSet<object>();

  #guard(name: string, original: Import): Import {
    const guard: Import = (...values) => (this.#closed ? this.#refuse(name, values) : original(...values));
    if (original.sig !== undefined) guard.sig = original.sig;
    this.#guards.add(guard);
    this.#wrapped++;
    return guard;
  }

  #refuse(name: string, values: readonly unknown[]): number {
    if (name === 'proc_exit' || name === 'exit' || name === '_emscripten_runtime_keepalive_clear') {
      throw new ProgramExit(typeof values[0] === 'number' ? values[0] : 0);
    }
    if (name === '_abort_js' || name === '__assert_fail') throw new ProgramExit(134);
    // System calls have a way to say no.
    if (name.startsWith('__syscall_') || /^_(emscripten_system|mmap_js|munmap_js|msync_js|setitimer_js)$/.test(name)) {
      return NOT_PERMITTED;
    }
    // No library, no symbol.
    if (name === '_dlopen_js' || name === '_dlsym_js') return 0;
    throw new GateClosed(name);
  }
}
