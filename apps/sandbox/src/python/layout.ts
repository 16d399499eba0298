/**
 * Where CPython 3.14 keeps things, from the table that it carries for debuggers (`_Py_DebugOffsets`, the first member of
 * `_PyRuntime`; pycore_debug_offsets.h). Its entries are 64-bit words; the indices below are theirs.
 */
import type { EmscriptenModule } from './emscripten.js';

const COOKIE = 'xdebugpy';
const VERSION = 0x30e;

const WORDS = {
  interpreters: 5,
  threads: 9,
  currentFrame: 26,
  framePrevious: 32,
  frameCode: 33,
  frameLocals: 35,
  codeNames: 46,
  objectType: 51,
  typeName: 53,
  typeFlags: 55,
  tupleItems: 57,
  tupleSize: 58,
  textState: 78,
  textLength: 79,
  textAscii: 80,
} as const;

export type Layout = { readonly [Name in keyof typeof WORDS]: number } & {
  /** The interpreter's only thread. */
  readonly thread: number;
};

/** @throws Error for another CPython than the one this was written for */
export function readLayout(module: EmscriptenModule): Layout {
  const at = module.__PyRuntime;
  if (module.UTF8ToString(at, COOKIE.length) !== COOKIE) throw new Error('CPython carries no debug offsets');
  const view = new DataView(module.HEAPU8.buffer);
  const word = (index: number): number => Number(view.getBigUint64(at + 8 * index, true));
  if (word(1) >>> 16 !== VERSION) throw new Error(`not CPython 3.14 (${word(1).toString(16)})`);
  const offsets = { ...WORDS } as { [Name in keyof typeof WORDS]: number };
  for (const name of Object.keys(WORDS)) Reflect.set(offsets, name, word(Number(Reflect.get(WORDS, name))));
  const heap = module.HEAPU32;
  const interpreter = heap[(at + offsets.interpreters) >>> 2];
  return { ...offsets, thread: heap[(interpreter + offsets.threads) >>> 2] };
}
