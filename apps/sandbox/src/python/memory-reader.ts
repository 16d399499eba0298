/**
 * Reads Python objects straight from memory, without a call into CPython: looking does not touch a reference count, fill a
 * cache or allocate.
 */
import type { EmscriptenModule } from './emscripten.js';
import type { Layout } from './layout.js';

const LONGEST_NAME = 200;

export class MemoryReader {
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
    return this.module.UTF8ToString(this.word(type + this.layout.typeName), LONGEST_NAME);
  }

  /** Its first elements, `most` of them. */
  tuple(object: number, most: number): number[] {
    const size = Math.min(this.word(object + this.layout.tupleSize), most);
    return Array.from({ length: size }, (_, index) => this.word(object + this.layout.tupleItems + 4 * index));
  }

  /** Contents of a `str`, as PEP 393 keeps it: compact, 1, 2 or 4 bytes per character. */
  text(object: number): string {
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
