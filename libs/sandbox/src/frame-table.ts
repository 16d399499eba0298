/**
 * Puts frames together from what changed in them (`LocalsMessage`). What did not change between two records is one and the same
 * object in both, so that a program of many lines does not become as many copies of its variables.
 *
 * The child may have been taken over: places, texts and counts are checked.
 */
import { ProtocolFault } from './protocol-fault.js';
import {
  FRAME_PLACES,
  type FrameRecord,
  type FrameView,
  type LocalsMessage,
  type LocalVariable,
  MODULE_VARIABLES,
  PLACE_VARIABLES,
  SHOWS_MODULE,
  type TextsMessage,
} from './recorded.js';

const MOST_TEXTS = 200_000;
const PLACE_SHIFT = 16;
const INDEX = 0xffff;

/** The variables of a place by index, and as they are told; `null` = to be gathered anew. */
class Variables {
  readonly #slots: (LocalVariable | undefined)[] = [];
  #told: readonly LocalVariable[] | null = null;

  set(index: number, variable: LocalVariable | undefined): void {
    while (this.#slots.length < index) this.#slots.push(undefined);
    this.#slots[index] = variable;
    this.#told = null;
  }

  clear(): void {
    this.#slots.length = 0;
    this.#told = null;
  }

  get told(): readonly LocalVariable[] {
    this.#told ??= this.#slots.filter((variable) => variable !== undefined);
    return this.#told;
  }
}

interface Place {
  function: string;
  own: Variables;
  shown: Variables;
  view: FrameView | null;
}

export class FrameTable {
  readonly #texts: string[] = [''];
  readonly #module = new Variables();
  readonly #places: readonly Place[] = Array.from({ length: FRAME_PLACES }, () => {
    const own = new Variables();
    return { function: '', own, shown: own, view: null };
  });

  /** @throws ProtocolFault */
  add({ first, texts }: TextsMessage): void {
    if (first !== this.#texts.length) throw new ProtocolFault(`texts from ${first}`);
    if (first + texts.length > MOST_TEXTS) throw new ProtocolFault('too many texts');
    this.#texts.push(...texts);
  }

  /** @throws ProtocolFault */
  records(message: LocalsMessage): FrameRecord[] {
    const { length, changes, event, site, innermost, depth, count } = message;
    const records: FrameRecord[] = [];
    let next = 0;
    const changeUpTo = (end: number): void => {
      if (end > changes) throw new ProtocolFault('fewer changes than it says');
      for (; next < end; next++) this.#change(message, next);
    };
    for (let at = 0; at < length; at++) {
      changeUpTo(next + count[at]);
      if (depth[at] > FRAME_PLACES || innermost[at] >= FRAME_PLACES) throw new ProtocolFault('a frame in no place');
      const frames: FrameView[] = [];
      for (let up = 0; up < depth[at]; up++) {
        frames.push(this.#view(this.#places[(innermost[at] - up + FRAME_PLACES) % FRAME_PLACES]));
      }
      records.push({ event: event[at], site: site[at], frames });
    }
    changeUpTo(changes);
    return records;
  }

  #change({ place, name, type, block, references }: LocalsMessage, at: number): void {
    const number = place[at] >>> PLACE_SHIFT;
    const index = (place[at] & INDEX) - 1;
    if (index < 0) return this.#enter(number, this.#text(name[at]), type[at] === SHOWS_MODULE);
    const ofModule = number === FRAME_PLACES;
    if (number > FRAME_PLACES || index >= (ofModule ? MODULE_VARIABLES : PLACE_VARIABLES)) {
      throw new ProtocolFault('a variable in no place');
    }
    const variables = ofModule ? this.#module : this.#places[number].own;
    if (type[at] === 0) return variables.set(index, undefined);
    return variables.set(index, {
      name: this.#text(name[at]),
      type: this.#text(type[at]),
      block: block[at],
      references: references[at] | 0,
    });
  }

  #enter(number: number, name: string, showsModule: boolean): void {
    if (number >= FRAME_PLACES) throw new ProtocolFault('a frame in no place');
    const place = this.#places[number];
    place.own.clear();
    place.function = name;
    place.shown = showsModule ? this.#module : place.own;
    place.view = null;
  }

  #view(place: Place): FrameView {
    const locals = place.shown.told;
    if (place.view?.locals !== locals) place.view = { function: place.function, locals };
    return place.view;
  }

  #text(number: number): string {
    if (number >= this.#texts.length) throw new ProtocolFault('a text that is not known');
    return this.#texts[number];
  }
}
