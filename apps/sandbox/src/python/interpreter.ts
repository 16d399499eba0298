/**
 * CPython by its C API, without pyodide's bridge: texts go in and out as UTF-8, and what is ours in Python lives in one
 * namespace of its own. Still works when the bridge is gone.
 *
 * `PyObject *` are plain numbers; those that a call returns new are released here.
 */
import type { EmscriptenModule } from './emscripten.js';

const FILE_INPUT = 257;

/** One of our own Python functions raised: a defect here, or a program that broke what they stand on. */
export class InterpreterError extends Error {}

export class Interpreter {
  readonly #namespace: number;

  constructor(readonly module: EmscriptenModule) {
    this.#namespace = module._PyDict_New();
  }

  /** Runs our own source in our namespace. */
  define(source: string): void {
    this.withText(source, (text) => {
      const result = this.module._PyRun_StringFlags(text, FILE_INPUT, this.#namespace, this.#namespace, 0);
      if (result === 0) throw new InterpreterError(`our own Python failed: ${this.#raised()}`);
      this.module._Py_DecRef(result);
    });
  }

  /** A borrowed reference to a name in our namespace; 0 = there is none. */
  get(name: string): number {
    return this.withText(name, (text) => this.module._PyDict_GetItemString(this.#namespace, text));
  }

  set(name: string, object: number): void {
    this.withText(name, (text) => this.module._PyDict_SetItemString(this.#namespace, text, object));
  }

  /** Calls one of our functions with a text, or an object, and answers the text that it returns. */
  call(name: string, argument: string | number): string {
    const answer = this.try(name, argument);
    if (answer.raised !== 0) throw new InterpreterError(`${name} failed: ${this.#describe(answer.raised)}`);
    return answer.text;
  }

  /** The same; when it raises, the exception (a new reference) in place of a text. */
  try(name: string, argument: string | number): { readonly text: string; readonly raised: number } {
    const value = typeof argument === 'number' ? argument : this.text(argument);
    const result = this.module._PyObject_CallOneArg(this.get(name), value);
    if (typeof argument === 'string') this.module._Py_DecRef(value);
    if (result === 0) return { text: '', raised: this.module._PyErr_GetRaisedException() };
    const text = this.read(result);
    this.module._Py_DecRef(result);
    return { text, raised: 0 };
  }

  /** A new `str`. */
  text(value: string): number {
    const bytes = new TextEncoder().encode(value);
    const address = this.module._malloc(bytes.length + 1);
    this.module.HEAPU8.set(bytes, address);
    const object = this.module._PyUnicode_FromStringAndSize(address, bytes.length);
    this.module._free(address);
    if (object === 0) throw new InterpreterError('no memory for a text');
    return object;
  }

  /** The contents of a `str`. Empty for anything else, and for lone surrogates. */
  read(object: number): string {
    const { module } = this;
    const size = module._malloc(4);
    const address = module._PyUnicode_AsUTF8AndSize(object, size);
    const length = module.HEAPU32[size >>> 2] ?? 0;
    module._free(size);
    if (address === 0) {
      module._PyErr_Clear();
      return '';
    }
    return new TextDecoder().decode(module.HEAPU8.slice(address, address + length));
  }

  /** A builtin function of ours; `flags` as `METH_FASTCALL`. */
  builtin(name: string, slot: number, flags: number): number {
    const { module } = this;
    const definition = module._malloc(16);
    module.HEAPU32.set([module.stringToNewUTF8(name), slot, flags, 0], definition >>> 2);
    return module._PyCMethod_New(definition, 0, 0, 0);
  }

  withText<Result>(text: string, use: (address: number) => Result): Result {
    const address = this.module.stringToNewUTF8(text);
    try {
      return use(address);
    } finally {
      this.module._free(address);
    }
  }

  #raised(): string {
    return this.#describe(this.module._PyErr_GetRaisedException());
  }

  #describe(exception: number): string {
    if (exception === 0) return 'no exception';
    const kind = this.module.HEAPU32[(exception + 4) >>> 2] ?? 0;
    return this.module.UTF8ToString(this.module.HEAPU32[(kind + 12) >>> 2] ?? 0);
  }
}
