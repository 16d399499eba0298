/**
 * Which objects are equal as Python's `==` says (1, 1.0 and True are), and which cannot be keys. Each kind of value gets
 * a small number, so that nested tuples cost no more than they have elements, however often one is repeated.
 */
import { type PythonObject, textKey } from './objects.js';

export class HashKeys {
  readonly #known = new Map<PythonObject, number | undefined>();
  readonly #numbers = new Map<string, number>();

  /** Equal numbers for equal objects; undefined for what cannot be hashed. */
  keyOf(object: PythonObject): number | undefined {
    if (this.#known.has(object)) return this.#known.get(object);
    const text = this.#textOf(object);
    const key = text === undefined ? undefined : this.#numberOf(text);
    this.#known.set(object, key);
    return key;
  }

  #numberOf(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.#numbers.size);
    return this.#numbers.size - 1;
  }

  #textOf(object: PythonObject): string | undefined {
    const { value } = object;
    switch (value.kind) {
      case 'none':
      case 'ellipsis':
        return value.kind;
      case 'object':
        return `object ${this.#known.size}`;
      case 'bool':
        return `number ${value.value ? 1 : 0}`;
      case 'int':
        return `number ${value.value}`;
      case 'float':
        return Number.isInteger(value.value) ? `number ${BigInt(value.value)}` : `number ${value.value}`;
      case 'complex':
        return value.imaginary === 0 ? 'number 0' : `complex ${value.imaginary}`;
      case 'str':
      case 'unicode':
        return `text ${textKey(value.text)}`;
      case 'bytes':
        return `bytes ${textKey(value.text)}`;
      case 'range':
        return `range ${value.length} ${value.length > 0 ? value.first : 0} ${value.length > 1 ? value.step : 0}`;
      case 'tuple':
      case 'frozenset': {
        const keys = value.elements.objects.map((element) => this.keyOf(element));
        if (keys.includes(undefined)) return undefined;
        if (value.kind === 'frozenset') keys.sort((a, b) => (a ?? 0) - (b ?? 0));
        return `${value.kind} ${value.elements.count} ${keys.join()}`;
      }
      default:
        return undefined;
    }
  }
}
