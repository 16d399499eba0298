/**
 * Closes the interpreter: after this, Python code meets no JavaScript and no machine.
 *
 * - Builtin modules that reach out are struck from the tables of builtin modules (CPython keeps two: the one it was linked
 *   with, and the copy that its runtime made of it).
 * - Objects of the bridge that a crawl through the collector's lists would find become plain, immortal `object()`s.
 * - Functions of the bridge raise PermissionError.
 * - The rest (`sys.modules`, finders, `os`, the environment) is done in Python: `seal-source.ts`.
 *
 * Struct offsets are those of CPython 3.14 on wasm32: PyObject { refcount, type }, PyCFunctionObject { .., ml at 8 },
 * PyMethodDef { name, function, flags, doc }, struct _inittab { name, function }.
 */
import type { EmscriptenModule } from './emscripten.js';
import type { Interpreter } from './interpreter.js';
import { SEAL_SOURCE } from './seal-source.js';

const BANNED =
  /^(_ctypes.*|_test.*|_xx.*|xx.*|_socket|_ssl|_interp.*|_posixsubprocess|_pyodide_core|mmap|_remote_debugging|fcntl|termios|select|_multiprocessing|_posixshmem|resource|faulthandler|_signal)$/;
const MODULE_ENTRY = 8;
const IMMORTAL = 0xe000_0000;
/** Bytes of `_PyRuntime` that are searched for the second table. */
const RUNTIME_BYTES = 400_000;

/** PyTypeObject.tp_flags, Py_TPFLAGS_HAVE_GC. */
const TYPE_FLAGS = 84;
const HAVE_GC = 1 << 14;

const METH_VARARGS = 1;
const METH_KEYWORDS = 2;
const METH_FASTCALL = 0x80;

export function seal(interpreter: Interpreter): void {
  const { module } = interpreter;
  strikeBuiltinModules(module);
  interpreter.define(SEAL_SOURCE);
  const none = module.__Py_NoneStruct;
  const [objects, functions] = addresses(interpreter, none);
  for (const object of objects) defuse(module, object);
  const stubs = new Map<string, number>();
  for (const builtin of functions) refuseCalls(module, builtin, stubs);
}

/** What a program can still do that it should not. Empty = sealed. */
export function breaches(interpreter: Interpreter): string[] {
  const found: unknown = JSON.parse(interpreter.call('run_check', interpreter.module.__Py_NoneStruct));
  return Array.isArray(found) ? found.map(String) : ['the check said nothing'];
}

function addresses(interpreter: Interpreter, none: number): [number[], number[]] {
  interpreter.define('def run_forget(_): return forget()\ndef run_check(_): return check()');
  const lists: [number[], number[]] = JSON.parse(interpreter.call('run_forget', none));
  return lists;
}

function strikeBuiltinModules(module: EmscriptenModule): void {
  const heap = module.HEAPU32;
  const linked = heap[module._PyImport_Inittab >>> 2] ?? 0;
  const firstName = heap[linked >>> 2];
  const tables = new Set([linked]);
  for (let at = module.__PyRuntime; at < module.__PyRuntime + RUNTIME_BYTES; at += 4) {
    const pointer = heap[at >>> 2] ?? 0;
    if (pointer > 1024 && pointer % 4 === 0 && pointer < module.HEAPU8.length && heap[pointer >>> 2] === firstName) {
      tables.add(pointer);
    }
  }
  // A name that nobody can import: it cannot be written as a module's name, and is not empty, which would end the table.
  const struck = module.stringToNewUTF8('\u0001struck');
  for (const table of tables) {
    for (let entry = table; (heap[entry >>> 2] ?? 0) !== 0; entry += MODULE_ENTRY) {
      if (BANNED.test(module.UTF8ToString(heap[entry >>> 2] ?? 0))) heap[entry >>> 2] = struck;
    }
  }
}

/** The object keeps its place and is never freed; its type knows no JavaScript, and the collector no longer looks at it. */
function defuse(module: EmscriptenModule, object: number): void {
  const type = module.HEAPU32[(object + 4) >>> 2] ?? 0;
  if (((module.HEAPU32[(type + TYPE_FLAGS) >>> 2] ?? 0) & HAVE_GC) !== 0) module._PyObject_GC_UnTrack(object);
  module.HEAPU32[object >>> 2] = IMMORTAL;
  module.HEAPU32[(object + 4) >>> 2] = module._PyBaseObject_Type;
}

function refuseCalls(module: EmscriptenModule, builtin: number, stubs: Map<string, number>): void {
  const definition = module.HEAPU32[(builtin + 8) >>> 2] ?? 0;
  const flags = module.HEAPU32[(definition + 8) >>> 2] ?? 0;
  const signature = signatureOf(flags);
  let stub = stubs.get(signature);
  if (stub === undefined) {
    const message = module.stringToNewUTF8('the bridge to the host is not available in the sandbox');
    stub = module.addFunction(() => {
      module._PyErr_SetString(module.HEAPU32[module._PyExc_PermissionError >>> 2] ?? 0, message);
      return 0;
    }, signature);
    stubs.set(signature, stub);
  }
  module.HEAPU32[(definition + 4) >>> 2] = stub;
}

/** i = a pointer or a count; the first stands for the result. */
function signatureOf(flags: number): string {
  const keywords = (flags & METH_KEYWORDS) !== 0;
  if ((flags & METH_FASTCALL) !== 0) return keywords ? 'iiiii' : 'iiii';
  return (flags & METH_VARARGS) !== 0 && keywords ? 'iiii' : 'iii';
}
