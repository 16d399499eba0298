/**
 * The program's call stack as it is, read from memory: functions, and what their locals refer to.
 *
 * A frame's locals are tagged pointers (`_PyStackRef`): the low bits say how the reference is counted; 3 is a number that is
 * no object. At module level, names live in the module's dict.
 */
import type { LocalVariable } from '../protocol.js';
import type { Layout } from './layout.js';
import type { LiveBlocks } from './live-blocks.js';
import type { MemoryReader, NamedObject } from './memory-reader.js';
import type { SiteTable } from './site-table.js';

const TAGS = 3;
const MOST_FRAMES = 64;
const CELL_CONTENTS = 8;
/** Bytes before an object that the collector looks at, and before one with a dict or weak references. */
export const OBJECT_OFFSETS = [0, 8, 16] as const;

export interface FrameView {
  readonly function: string;
  readonly locals: LocalVariable[];
}

export class FrameReader {
  readonly #names = new Map<number, string[]>();

  constructor(
    private readonly memory: MemoryReader,
    private readonly layout: Layout,
    private readonly blocks: LiveBlocks,
    private readonly sites: SiteTable,
    /** Code object and namespace of the module. */
    private readonly module: { readonly code: number; readonly globals: number },
  ) {}

  /** Innermost first. Only the program's own functions. */
  read(): FrameView[] {
    const { layout, memory } = this;
    const frames: FrameView[] = [];
    let frame = memory.word(layout.thread + layout.currentFrame);
    for (let depth = 0; frame !== 0 && depth < 10_000 && frames.length < MOST_FRAMES; depth++) {
      const code = memory.word(frame + layout.frameCode) & ~TAGS;
      if (this.sites.isOurs(code)) {
        const named = code === this.module.code ? memory.namespace(this.module.globals) : this.#locals(frame, code);
        frames.push({ function: this.sites.functionName(code), locals: named.map((local) => this.#describe(local)) });
      }
      frame = memory.word(frame + layout.framePrevious);
    }
    return frames;
  }

  #locals(frame: number, code: number): NamedObject[] {
    const { layout, memory } = this;
    let names = this.#names.get(code);
    if (names === undefined) {
      names = memory.tuple(memory.word(code + layout.codeNames)).map((name) => memory.name(name));
      this.#names.set(code, names);
    }
    const found: NamedObject[] = [];
    for (const [index, name] of names.entries()) {
      const reference = memory.word(frame + layout.frameLocals + 4 * index);
      const object = reference & ~TAGS;
      if (object !== 0 && (reference & TAGS) !== TAGS) found.push({ name, object: object >>> 0 });
    }
    return found;
  }

  #describe({ name, object }: NamedObject): LocalVariable {
    const { memory } = this;
    let type = memory.typeOf(object);
    let shown = object;
    // A variable that an inner function uses, too, is kept in a cell.
    if (type === 'cell' && memory.word(object + CELL_CONTENTS) !== 0) {
      shown = memory.word(object + CELL_CONTENTS);
      type = memory.typeOf(shown);
    }
    return { name, type, block: this.#block(shown), references: memory.references(shown) };
  }

  #block(object: number): number {
    for (const offset of OBJECT_OFFSETS) {
      const number = this.blocks.at(object - offset);
      if (number !== 0) return number;
    }
    return 0;
  }
}
