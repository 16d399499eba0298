/**
 * The part of pyodide that is used here: the Emscripten module (`py._module`), whose functions are CPython's C API.
 *
 * `number` stands for an address in the program's memory (`PyObject *`, `char *`, a slot of the function table). Views of the
 * memory are replaced when it grows: take `HEAPU32` anew after any call into it.
 */
export interface EmscriptenModule {
  readonly HEAPU8: Uint8Array;
  readonly HEAPU32: Uint32Array;
  readonly memory: WebAssembly.Memory;
  readonly wasmTable: WebAssembly.Table;
  readonly FS: EmscriptenFileSystem;
  readonly ENV: Record<string, string>;

  /** Address of `_PyRuntime`, whose first member are the debug offsets. */
  readonly __PyRuntime: number;
  /** Addresses of variables. */
  readonly _PyImport_Inittab: number;
  readonly _PyCode_Type: number;
  readonly _PyBaseObject_Type: number;
  readonly _PyExc_PermissionError: number;
  readonly __Py_NoneStruct: number;

  addFunction(callback: (...values: number[]) => number | void, signature: string): number;
  stringToNewUTF8(text: string): number;
  UTF8ToString(address: number, length?: number): string;

  _malloc(bytes: number): number;
  _free(address: number): void;
  _PyMem_GetAllocator(domain: number, into: number): void;
  _PyMem_SetAllocator(domain: number, from: number): void;
  _PyImport_AddModule(name: number): number;
  _PyModule_GetDict(module: number): number;
  _PyRun_StringFlags(source: number, start: number, globals: number, locals: number, flags: number): number;
  _PyEval_EvalCode(code: number, globals: number, locals: number): number;
  _PyDict_New(): number;
  _PyDict_GetItemString(dict: number, key: number): number;
  _PyDict_SetItemString(dict: number, key: number, value: number): number;
  _PyUnicode_FromStringAndSize(text: number, bytes: number): number;
  _PyUnicode_AsUTF8AndSize(text: number, size: number): number;
  _PyObject_CallOneArg(callable: number, argument: number): number;
  _PyObject_SetAttrString(object: number, name: number, value: number): number;
  _PyObject_GC_UnTrack(object: number): void;
  _PyCMethod_New(definition: number, self: number, module: number, type: number): number;
  _PyErr_SetString(type: number, message: number): void;
  _PyErr_GetRaisedException(): number;
  _PyErr_Clear(): void;
  _PyLong_AsLong(object: number): number;
  _PyLong_FromLong(value: number): number;
  _Py_DecRef(object: number): void;
}

/** Emscripten's file system in memory. Its own types are not part of pyodide's. */
export interface EmscriptenFileSystem {
  readonly ErrnoError: new (errno: number) => Error;
  readonly filesystems: {
    readonly MEMFS: {
      /** Shared by all files: what is put here holds for those that exist, too. */
      readonly ops_table: { readonly file: { readonly stream: { write: WriteFile } } };
      resizeFileStorage(node: MemoryFile, size: number): void;
    };
  };
}

export type WriteFile = (
  open: { readonly node: MemoryFile },
  buffer: Uint8Array,
  offset: number,
  length: number,
  position: number,
  canOwn?: boolean,
) => number;

export interface MemoryFile {
  contents?: Uint8Array | null;
  usedBytes: number;
}

export interface Pyodide {
  readonly _module: EmscriptenModule;
  readonly version: string;
  runPython(source: string): unknown;
  setStdout(options: { write: (bytes: Uint8Array) => number }): void;
  setStderr(options: { write: (bytes: Uint8Array) => number }): void;
  setStdin(options: { stdin: () => null }): void;
  makeMemorySnapshot(): Uint8Array;
}

export type LoadPyodide = (options: {
  readonly indexURL?: string;
  readonly env?: Record<string, string>;
  readonly _makeSnapshot?: boolean;
  readonly _loadSnapshot?: Uint8Array;
}) => Promise<Pyodide>;
