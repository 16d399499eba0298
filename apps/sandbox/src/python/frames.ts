/**
 * Turns the recorder's records of frames (`frames-source.ts`), which name objects by address, into the columns of the protocol,
 * which name the blocks that they live in.
 *
 * An address tells nothing for ever: the object may go, and the next one at that place be another block of the program's.
 * So where something was requested since, all variables that are shown are looked up again.
 */
import type { Outbox } from '../outbox.js';
import {
  FRAME_RECORD,
  FRAMES_RECORD,
  LOCAL_RECORD,
  MODULE_PLACE,
  MOST_GLOBALS,
  MOST_LOCALS,
  PLACE_SHIFT,
  PLACES,
} from './frames-source.js';
import type { LiveBlocks } from './live-blocks.js';
import type { TextTable } from './text-table.js';

/** Bytes before an object that the collector looks at, and before one with a dict or weak references. */
export const OBJECT_OFFSETS = [0, 8, 16] as const;

const INDEX = 0xffff;
const VARIABLES = PLACES * MOST_LOCALS + MOST_GLOBALS;
const MOST_RECORDS = 4096;
const MOST_CHANGES = 65_536;
/** One record may bring about so many changes: all that is shown. */
const ROOM = VARIABLES + PLACES;

/** A code object of the program; texts by their number. */
export interface OwnCode {
  readonly name: number;
  /** Of its locals; at most `MOST_LOCALS`. */
  readonly variables: readonly number[];
  readonly isModule: boolean;
}

export class FrameColumns {
  /** What is shown of each variable: address (0 = nothing), and what was told of it. */
  readonly #objects = new Uint32Array(VARIABLES);
  readonly #names = new Uint32Array(VARIABLES);
  readonly #types = new Uint32Array(VARIABLES);
  readonly #references = new Uint32Array(VARIABLES);
  readonly #blocks = new Uint32Array(VARIABLES);
  /** Number of the code at a place; 0 = none. */
  readonly #codes = new Uint32Array(PLACES);
  #globals = 0;
  /** Changes of the blocks when a place was last looked through. */
  readonly #looked = new Float64Array(PLACES + 1);

  readonly #records = columns(5, MOST_RECORDS);
  readonly #changes = columns(5, MOST_CHANGES);
  #length = 0;
  #changed = 0;
  /** Changes since the last record. */
  #since = 0;
  #total = 0;

  constructor(
    private readonly outbox: Outbox,
    private readonly live: LiveBlocks,
    private readonly texts: TextTable,
    /** By number, from 1 on. */
    private readonly own: readonly OwnCode[],
    /** Most records that are told. */
    private readonly most: number,
  ) {}

  /** Whether it must be told before it takes more. */
  get full(): boolean {
    return this.#length === MOST_RECORDS || this.#changed > MOST_CHANGES - ROOM;
  }

  /** One of the recorder's records at `words[at]`. @param event requests made before */
  take(words: Uint32Array, at: number, event: number): void {
    const op = words[at];
    if (op === LOCAL_RECORD) {
      this.#variable(words[at + 1], words[at + 2], words[at + 3], words[at + 4], words[at + 5]);
    } else if (op === FRAME_RECORD) {
      this.#enter(words[at + 1], words[at + 2]);
    } else if (op === FRAMES_RECORD && this.#total < this.most) {
      this.#total++;
      this.#record(event, words[at + 4], words[at + 1], words[at + 2]);
    }
  }

  /** Tells what it holds. */
  tell(): void {
    const texts = this.texts.take();
    if (texts.texts.length > 0) this.outbox.say({ kind: 'texts', ...texts });
    if (this.#changed === 0 && this.#length === 0) return;
    this.outbox.locals(this.#length, this.#changed, [
      ...this.#records.map((column) => column.subarray(0, this.#length)),
      ...this.#changes.map((column) => column.subarray(0, this.#changed)),
    ]);
    this.#length = this.#changed = this.#since = 0;
  }

  #enter(place: number, code: number): void {
    const { name, isModule } = this.own[code - 1];
    this.#codes[place] = code;
    this.#objects.fill(0, place * MOST_LOCALS, (place + 1) * MOST_LOCALS);
    this.#change(place << PLACE_SHIFT, name, isModule ? 1 : 0, 0, 0);
  }

  #variable(where: number, object: number, type: number, references: number, name: number): void {
    const place = where >>> PLACE_SHIFT;
    const index = where & INDEX;
    const at = place * MOST_LOCALS + index;
    if (place === MODULE_PLACE) this.#globals = Math.max(this.#globals, index + 1);
    this.#objects[at] = object;
    this.#names[at] = place === MODULE_PLACE ? name : this.own[this.#codes[place] - 1].variables[index];
    this.#types[at] = type;
    this.#references[at] = references;
    this.#blocks[at] = object === 0 ? 0 : this.#blockOf(object);
    this.#tellVariable(where, at);
  }

  #record(event: number, site: number, innermost: number, depth: number): void {
    for (let up = 0; up < depth; up++) this.#lookThrough((innermost - up) & (PLACES - 1));
    const at = this.#length++;
    const [events, sites, places, depths, counts] = this.#records;
    events[at] = event;
    sites[at] = site;
    places[at] = innermost;
    depths[at] = depth;
    counts[at] = this.#since;
    this.#since = 0;
  }

  /** Finds variables whose object is of another block than was told. */
  #lookThrough(place: number): void {
    const code = this.own[this.#codes[place] - 1];
    const shown = code.isModule ? MODULE_PLACE : place;
    if (this.#looked[shown] === this.live.changes) return;
    this.#looked[shown] = this.live.changes;
    const count = code.isModule ? this.#globals : code.variables.length;
    const first = shown * MOST_LOCALS;
    for (let index = 0; index < count; index++) {
      const object = this.#objects[first + index];
      if (object === 0) continue;
      const block = this.#blockOf(object);
      if (block === this.#blocks[first + index]) continue;
      this.#blocks[first + index] = block;
      this.#tellVariable((shown << PLACE_SHIFT) | index, first + index);
    }
  }

  #tellVariable(where: number, at: number): void {
    this.#change(where + 1, this.#names[at], this.#types[at], this.#blocks[at], this.#references[at]);
  }

  #change(place: number, name: number, type: number, block: number, references: number): void {
    const at = this.#changed++;
    const [places, names, types, blocks, counts] = this.#changes;
    places[at] = place;
    names[at] = name;
    types[at] = type;
    blocks[at] = block;
    counts[at] = references;
    this.#since++;
  }

  #blockOf(object: number): number {
    for (const offset of OBJECT_OFFSETS) {
      const number = this.live.at(object - offset);
      if (number !== 0) return number;
    }
    return 0;
  }
}

function columns(count: number, room: number): Uint32Array[] {
  return Array.from({ length: count }, () => new Uint32Array(room));
}
