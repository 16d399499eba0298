/**
 * Places of a C or C++ program are addresses: of a variable, or of bytes in the block that a pointer points to. Following
 * a place reads memory, as the program would, and memcheck watches.
 */
import type { Place, ProgramValue, Scalar } from '@heapcast/contracts';
import type { Word } from '../memcheck/shadow-memory.js';
import type { ManualObjects, PointedAt } from './manual-objects.js';
import { dataWord, pointerWord } from './manual-words.js';
import { Misstep } from './misstep.js';
import { type ParsedPlace, parsePlace, placeText, type Step, stepText } from './place.js';
import { elementSize } from './type-sizes.js';
import type { Wardens } from './wardens.js';

/** Where a place is. */
export interface Target {
  readonly address: number;
  /** Bytes that belong to it: 8, or the size of an element of a C array. */
  readonly width: 1 | 2 | 4 | 8;
  readonly isVariable: boolean;
}

/** What is stored: eight bytes, and the value that they stand for where they are no pointer. */
export interface Operand {
  readonly word: Word;
  readonly scalar: Scalar;
}

const WORD = 8;

export class ManualPlaces {
  constructor(
    private readonly wardens: Wardens,
    private readonly objects: ManualObjects,
  ) {}

  /** What comes of a value; the program reads what it names. */
  evaluate(value: ProgramValue): Operand {
    if (value === null) return pointerTo(0);
    if (typeof value !== 'object') return { word: dataWord(), scalar: value };
    if ('addressOf' in value) return pointerTo(this.variable(value.addressOf));
    const operand = this.load(this.target(this.parse(value.ref)));
    if (value.delta === undefined) return operand;
    if (operand.scalar !== null)
      throw new Misstep('notAnObject', `${value.ref} is a plain value; "delta" is for pointers`);
    const { address: before } = operand.word;
    operand.word.add(value.delta);
    this.objects.losses.moves(before, operand.word.address);
    return operand;
  }

  /** The program reads what is there. */
  load({ address, width, isVariable }: Target): Operand {
    const { memcheck } = this.objects;
    const scalar = this.objects.scalarAt(address);
    if (width !== WORD) {
      memcheck.readData(address, width);
      return { word: dataWord(), scalar };
    }
    const word = pointerWord(0);
    if (isVariable) memcheck.peekWord(address, word);
    else memcheck.loadWord(address, word);
    if (scalar === null) this.objects.losses.loads(address, word);
    return { word, scalar };
  }

  /** Stores into a place that has been found. */
  store({ address, width, isVariable }: Target, { word, scalar }: Operand): void {
    const { memcheck } = this.objects;
    this.objects.overwrite(address, width);
    if (width === WORD && (scalar === null || isVariable)) memcheck.storeWord(address, word);
    else memcheck.writeData(address, width);
    if (scalar !== null) this.objects.keepScalar(address, scalar);
  }

  /** What a place holds, which must be a pointer. */
  pointer(place: Place): Operand {
    const operand = this.load(this.target(this.parse(place)));
    if (operand.scalar !== null) throw new Misstep('notAnObject', `${place} is a plain value, no pointer`);
    return operand;
  }

  /** The address that a place points to, which must not be null. */
  dereference(place: Place): number {
    const { word } = this.pointer(place);
    if (word.address === 0) throw new Misstep('nullDereference', `${place} is null`);
    return word.address;
  }

  /** Follows the pointers of a place; the program reads all but the last. */
  target(place: ParsedPlace): Target {
    const { steps } = place;
    let target: Target = { address: this.variable(place.variable), width: WORD, isVariable: true };
    for (let at = 0; at < steps.length; at++) {
      const { word, scalar } = this.load(target);
      const text = placeText(place, at);
      if (scalar !== null)
        throw new Misstep('notAnObject', `${text} is a plain value and has no ${stepText(steps[at])}`);
      const { address } = word;
      if (address === 0) throw new Misstep('nullDereference', `${text} is null and has no ${stepText(steps[at])}`);
      target = this.member(address, steps[at], this.objects.at(address), text);
      this.objects.losses.moves(address, target.address);
    }
    return target;
  }

  private member(address: number, step: Step, pointed: PointedAt | null, text: string): Target {
    if (typeof step === 'number') {
      const size = pointed === null ? undefined : elementSize(pointed.record.type, this.wardens.choice.dataModel);
      const width = size === 1 || size === 2 || size === 4 ? size : WORD;
      return { address: address + step * width, width, isVariable: false };
    }
    if (pointed === null) {
      throw new Misstep(
        'noSuchField',
        `${text} points to nothing known, so where ${stepText(step)} would be is not known`,
      );
    }
    const field = pointed.record.layout.find(step);
    if (field < 0) throw new Misstep('noSuchField', `${text} (${pointed.record.type}) has no ${stepText(step)}`);
    return { address: address + field * WORD, width: WORD, isVariable: false };
  }

  /** A bare name that is new becomes a local. */
  targetOrNew(place: ParsedPlace): Target {
    const { variable, steps } = place;
    if (steps.length === 0 && this.objects.memcheck.find(variable) === undefined)
      return this.declare(variable, 'local');
    return this.target(place);
  }

  /** A variable, new or as it is. */
  declare(name: string, scope: 'local' | 'global'): Target {
    return { address: this.objects.declare(name, scope), width: WORD, isVariable: true };
  }

  private variable(name: string): number {
    const address = this.objects.memcheck.find(name);
    if (address === undefined) throw new Misstep('unknownName', `there is no variable ${name} here`);
    return address;
  }

  parse(text: Place): ParsedPlace {
    const place = parsePlace(text);
    if (place === null) throw new Misstep('unknownName', `${text} is no place`);
    return place;
  }
}

/** What is stored for an address. */
export function pointerTo(address: number): Operand {
  return { word: pointerWord(address), scalar: null };
}
