/** What is told in words and numbers: it follows a signal, but no more often than one can read. */
import { effect, type ReadonlySignal, signal } from '@preact/signals';

/** Milliseconds from one telling to the next. */
const READABLE = 250;

export class Calm<T> {
  readonly #told;
  readonly #stop: () => void;
  #last = -Infinity;
  #due: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly source: ReadonlySignal<T>) {
    this.#told = signal(source.peek());
    this.#stop = effect(() => {
      void source.value;
      const wait = this.#last + READABLE - performance.now();
      if (wait <= 0) this.#tell();
      else this.#due ??= setTimeout(() => this.#tell(), wait);
    });
  }

  get told(): ReadonlySignal<T> {
    return this.#told;
  }

  close(): void {
    this.#stop();
    clearTimeout(this.#due);
  }

  #tell(): void {
    clearTimeout(this.#due);
    this.#due = undefined;
    this.#last = performance.now();
    this.#told.value = this.source.peek();
  }
}
