/**
 * The memory of a C or C++ program: variables and blocks of bytes, pointers stored in both, and memcheck watching.
 *
 * A place is an address here: `p` is the variable itself, `p.next` a word of the block that p points to, `p[3]` its fourth
 * element. Errors that memcheck reports are the command's outcome; the command goes on, as the program would.
 */
import type {
  AccessCommand,
  DeleteCommand,
  DeleteKind,
  ListPage,
  ListWindow,
  NewKind,
  Place,
  ProgramValue,
  ProgramVariable,
  ResizeCommand,
  Scalar,
} from '@heapcast/contracts';
import type { Allocator } from '../memcheck/blocks.js';
import type { Word } from '../memcheck/shadow-memory.js';
import type { LeakFinding } from './leak-report.js';
import { findManualLeaks } from './manual-leaks.js';
import { ManualObjects, type PointedAt, type SavedManualObjects } from './manual-objects.js';
import { dataWord, pointerWord } from './manual-words.js';
import { Misstep } from './misstep.js';
import type { ObjectRecord } from './object-record.js';
import { type ParsedPlace, parsePlace, placeText, type Step, stepText } from './place.js';
import type { Inspection, NewObject, ProgramMemory } from './program-memory.js';
import { elementSize, isArray } from './type-sizes.js';
import type { Wardens } from './wardens.js';

/** Where a place is. */
interface Target {
  readonly address: number;
  /** Bytes that belong to it: 8, or the size of an element of a C array. */
  readonly width: 1 | 2 | 4 | 8;
  readonly isVariable: boolean;
}

/** What is stored: eight bytes, and the value that they stand for where they are no pointer. */
interface Operand {
  readonly word: Word;
  readonly scalar: Scalar;
}

const WORD = 8;
const FREED_BY: Readonly<Record<Allocator, DeleteKind>> = {
  malloc: 'free',
  calloc: 'free',
  realloc: 'free',
  new: 'delete',
  'new[]': 'delete[]',
};

export class ManualMemory implements ProgramMemory {
  private readonly objects: ManualObjects;

  constructor(private readonly wardens: Wardens) {
    this.objects = new ManualObjects(wardens);
  }

  call(args: Readonly<Record<string, ProgramValue>>, enter: () => void): void {
    const operands = Object.entries(args).map(([name, value]) => [name, this.evaluate(value)] as const);
    this.objects.requireLocals(operands.length);
    this.objects.call(enter);
    for (const [name, operand] of operands) this.store(this.declare(name, 'local'), operand);
  }

  return(value: ProgramValue | undefined, to: Place | undefined, leave: () => void): void {
    const operand = value === undefined ? null : this.evaluate(value);
    const place = to === undefined ? null : this.parse(to);
    if (place !== null && place.steps.length > 0 && !this.objects.isKnownToCaller(place.variable)) {
      throw new Misstep('unknownName', `the caller has no variable ${place.variable}`);
    }
    this.objects.return();
    leave();
    if (place === null || operand === null || this.wardens.stack.depth === 0) return;
    this.store(this.targetOrNew(place), operand);
  }

  let(name: string, value: ProgramValue, scope: 'local' | 'global'): void {
    const operand = this.evaluate(value);
    this.store(this.declare(name, scope), operand);
  }

  assign(to: Place, value: ProgramValue): void {
    const operand = this.evaluate(value);
    this.store(this.target(this.parse(to)), operand);
  }

  create(object: NewObject): ObjectRecord {
    if (object.container !== undefined || object.finalizer !== undefined) {
      const what = object.finalizer === undefined ? '"container"' : 'a finalizer';
      throw new Misstep('notAllowed', `${what} is for programs with a collector; in C++ an object has a destructor`);
    }
    this.wardens.register.requireRoom(object.fields === undefined ? 0 : fieldCount(object.fields));
    const target = object.to === undefined ? null : this.targetOrNew(this.parse(object.to));
    const kind: NewKind = object.kind ?? (isArray(object.type) ? 'new[]' : 'new');
    const { record, address } = this.objects.make(object, kind);
    if (target !== null) this.store(target, pointerTo(address));
    return record;
  }

  newOwner(object: NewObject, closesInFinalizer: boolean): ObjectRecord {
    if (closesInFinalizer) throw new Misstep('notAllowed', 'C++ has no finalizers; a destructor closes, or nobody');
    return this.create(object);
  }

  /** realloc: the old pointer is dangling afterwards, unless it is the one that is assigned. */
  resize({ to, from, size }: ResizeCommand): void {
    const { word } = this.pointer(from ?? to);
    const target = this.targetOrNew(this.parse(to));
    this.wardens.register.requireRoom(0);
    this.store(target, pointerTo(this.objects.reallocate(word.address, size)));
  }

  delete({ place, kind }: DeleteCommand): void {
    const { word } = this.pointer(place);
    const { address } = word;
    if (address === 0) {
      this.objects.freeNull();
      return;
    }
    const pointed = this.objects.at(address);
    this.objects.free(
      address,
      kind ?? FREED_BY[pointed?.record.kind === 'object' ? 'new' : (pointed?.record.kind ?? 'new')],
    );
  }

  unset(place: Place): void {
    this.store(this.target(this.parse(place)), pointerTo(0));
  }

  objectAt(place: Place): ObjectRecord {
    const pointed = this.objects.at(this.dereference(place));
    if (pointed === null) throw new Misstep('notAnObject', `${place} points to no object`);
    if (pointed.isFreed) {
      throw new Misstep(
        'useAfterFree',
        `${place} points to ${pointed.record.type}#${pointed.record.id}, which is freed`,
      );
    }
    return pointed.record;
  }

  requireFinalizer(): void {
    throw new Misstep('notAllowed', 'C++ has no finalizers; a destructor closes, or nobody');
  }

  weakReference(): void {
    throw new Misstep(
      'notAllowed',
      'pointers are neither strong nor weak; weak references are for programs with a collector',
    );
  }

  collect(): number {
    throw new Misstep('notAllowed', 'nobody collects here; "delete" gives an object back');
  }

  gc(): void {
    throw new Misstep('notAllowed', 'nobody collects here; "delete" gives an object back');
  }

  access({ op, place, offset = 0, size = WORD }: AccessCommand): void {
    const address = this.dereference(place) + offset;
    if (op === 'read') {
      this.objects.memcheck.readData(address, size);
      return;
    }
    this.objects.overwrite(address, size);
    this.objects.memcheck.writeData(address, size);
  }

  /** What follows is this command, at this line of the innermost function. */
  step(command: number, line: number): void {
    this.objects.memcheck.step(command, line);
  }

  settle(): void {
    // Nothing waits.
  }

  locals(depth: number, window: ListWindow | undefined): ListPage<ProgramVariable> {
    return this.objects.variables(this.objects.memcheck.localsAt(depth), window);
  }

  globals(window: ListWindow | undefined): ListPage<ProgramVariable> {
    return this.objects.variables(this.objects.memcheck.globalVariables(), window);
  }

  inspect(): Inspection {
    return this.objects.inspect();
  }

  gcState(): null {
    return null;
  }

  leaks(): LeakFinding {
    return findManualLeaks(this.objects);
  }

  save(): SavedManualObjects {
    return this.objects.save();
  }

  restore(saved: SavedManualObjects): void {
    this.objects.restore(saved);
  }

  /** What comes of a value; the program reads what it names. */
  private evaluate(value: ProgramValue): Operand {
    if (value === null) return pointerTo(0);
    if (typeof value !== 'object') return { word: dataWord(), scalar: value };
    if ('addressOf' in value) return pointerTo(this.variable(value.addressOf));
    const operand = this.load(this.target(this.parse(value.ref)));
    if (value.delta === undefined) return operand;
    if (operand.scalar !== null)
      throw new Misstep('notAnObject', `${value.ref} is a plain value; "delta" is for pointers`);
    operand.word.add(value.delta);
    return operand;
  }

  private load({ address, width, isVariable }: Target): Operand {
    const { memcheck } = this.objects;
    const scalar = this.objects.scalarAt(address);
    if (width !== WORD) {
      memcheck.readData(address, width);
      return { word: dataWord(), scalar };
    }
    const word = pointerWord(0);
    if (isVariable) memcheck.peekWord(address, word);
    else memcheck.loadWord(address, word);
    return { word, scalar };
  }

  /** Stores into a place that has been found. */
  private store({ address, width, isVariable }: Target, { word, scalar }: Operand): void {
    const { memcheck } = this.objects;
    this.objects.overwrite(address, width);
    if (width === WORD && (scalar === null || isVariable)) memcheck.storeWord(address, word);
    else memcheck.writeData(address, width);
    if (scalar !== null) this.objects.keepScalar(address, scalar);
  }

  /** What a place holds, which must be a pointer. */
  private pointer(place: Place): Operand {
    const operand = this.load(this.target(this.parse(place)));
    if (operand.scalar !== null) throw new Misstep('notAnObject', `${place} is a plain value, no pointer`);
    return operand;
  }

  /** The address that a place points to, which must not be null. */
  private dereference(place: Place): number {
    const { word } = this.pointer(place);
    if (word.address === 0) throw new Misstep('nullDereference', `${place} is null`);
    return word.address;
  }

  /** Follows the pointers of a place; the program reads all but the last. */
  private target(place: ParsedPlace): Target {
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

  private targetOrNew(place: ParsedPlace): Target {
    const { variable, steps } = place;
    if (steps.length === 0 && this.objects.memcheck.find(variable) === undefined)
      return this.declare(variable, 'local');
    return this.target(place);
  }

  private declare(name: string, scope: 'local' | 'global'): Target {
    return { address: this.objects.declare(name, scope), width: WORD, isVariable: true };
  }

  private variable(name: string): number {
    const address = this.objects.memcheck.find(name);
    if (address === undefined) throw new Misstep('unknownName', `there is no variable ${name} here`);
    return address;
  }

  private parse(text: Place): ParsedPlace {
    const place = parsePlace(text);
    if (place === null) throw new Misstep('unknownName', `${text} is no place`);
    return place;
  }
}

function pointerTo(address: number): Operand {
  return { word: pointerWord(address), scalar: null };
}

function fieldCount(fields: number | readonly string[]): number {
  return typeof fields === 'number' ? fields : fields.length;
}
