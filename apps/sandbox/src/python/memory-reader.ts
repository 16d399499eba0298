/**
 * Reads Python objects straight from memory, without a call into CPython: looking does not touch a reference count, fill a
 * cache or allocate.
 *
 * What the debug offsets do not tell is as CPython 3.14 lays it out on wasm32: PyDictObject { refcount, type, used, -, tag u64,
 * keys, values }, PyDictKeysObject { refcount, log2 size u8, log2 index bytes u8, kind u8, …, version, usable, entries },
 * entries after the index table: { key, value } for a table of names.
 */
import type { EmscriptenModule } from './emscripten.js';
import type { Layout } from './layout.js';

const DICT_KEYS = 24;
const DICT_VALUES = 28;
const KEYS_LOG2_INDEX_BYTES = 5;
const KEYS_KIND = 6;
const KEYS_COUNT = 16;
const KEYS_INDICES = 20;
const KIND_NAMES = 1;
const MOST_NAMES = 256;
const LONGEST_NAME = 200;
const IMMORTAL = 0x4000_0000;

export interface NamedObject {
  readonly name: string;
  readonly object: number;
}

export class MemoryReader {
  readonly #texts = new Map<number, string>();
  readonly #types = new Map<number, string>();

  constructor(
    private readonly module: EmscriptenModule,
    private readonly layout: Layout,
  ) {}

  word(address: number): number {
    return this.module.HEAPU32[address >>> 2] ?? 0;
  }

  typeOf(object: number): string {
    return this.typeName(this.word(object + this.layout.objectType));
  }

  typeName(type: number): string {
    let name = this.#types.get(type);
    if (name === undefined) {
      name = this.module.UTF8ToString(this.word(type + this.layout.typeName), LONGEST_NAME);
      this.#types.set(type, name);
    }
    return name;
  }

  /** -1 = immortal. */
  references(object: number): number {
    const count = this.word(object);
    return count >= IMMORTAL ? -1 : count;
  }

  /** Names are interned: each is read once. */
  name(object: number): string {
    let text = this.#texts.get(object);
    if (text === undefined) {
      text = this.#readText(object);
      if (this.#texts.size < 100_000) this.#texts.set(object, text);
    }
    return text;
  }

  tuple(object: number): number[] {
    const size = Math.min(this.word(object + this.layout.tupleSize), MOST_NAMES);
    return Array.from({ length: size }, (_, index) => this.word(object + this.layout.tupleItems + 4 * index));
  }

  /** A namespace: a dict whose keys are all texts. Empty for any other. */
  namespace(dict: number): NamedObject[] {
    const keys = this.word(dict + DICT_KEYS);
    const heap = this.module.HEAPU8;
    if (keys === 0 || this.word(dict + DICT_VALUES) !== 0 || heap[keys + KEYS_KIND] !== KIND_NAMES) return [];
    const entries = keys + KEYS_INDICES + 2 ** (heap[keys + KEYS_LOG2_INDEX_BYTES] ?? 0);
    const count = Math.min(this.word(keys + KEYS_COUNT), 4 * MOST_NAMES);
    const found: NamedObject[] = [];
    for (let at = entries; at < entries + 8 * count && found.length < MOST_NAMES; at += 8) {
      const [key, object] = [this.word(at), this.word(at + 4)];
      if (key === 0 || object === 0) continue;
      const name = this.name(key);
      if (!name.startsWith('__')) found.push({ name, object });
    }
    return found;
  }

  /** PEP 393: compact texts of 1, 2 or 4 bytes per character. */
  #readText(object: number): string {
    const { layout } = this;
    const state = this.word(object + layout.textState);
    const length = Math.min(this.word(object + layout.textLength), LONGEST_NAME);
    const kind = (state >>> 2) & 7;
    const ascii = ((state >>> 6) & 1) !== 0;
    const data = object + layout.textAscii + (ascii ? 0 : 8);
    const bytes = this.module.HEAPU8;
    let text = '';
    for (let index = 0; index < length; index++) {
      let point = 0;
      const width = ascii ? 1 : kind;
      for (let byte = width - 1; byte >= 0; byte--) point = point * 256 + (bytes[data + index * width + byte] ?? 0);
      text += String.fromCodePoint(Math.min(point, 0x10ffff));
    }
    return text;
  }
}
