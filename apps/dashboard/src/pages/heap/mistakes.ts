/**
 * What the recorded program did wrong: a free of what is not live, a realloc of it, memory that there was none of. Playing stops at
 * it, and goes on when somebody says so.
 */
import { batch, effect, signal } from '@preact/signals';
import type { SessionEvent } from '@heapcast/contracts';
import type { FoundEvents } from '../../service/subject.js';
import { bytes, count } from '../../words/amounts.js';
import type { HeapView } from './heap-view.js';
import { WRONG } from './search-words.js';

export class Mistakes {
  /** Playing stopped here. */
  readonly stopped = signal<SessionEvent | null>(null);
  /** The next one from where playing began; `null` = none is known. */
  readonly #ahead = signal<SessionEvent | null>(null);
  #search = 0;

  constructor(private readonly view: HeapView) {}

  /** Watches over playing until the returned function is called. */
  watch(): () => void {
    const { view } = this;
    const stopBegin = effect(() => {
      if (view.playing.value) void this.#lookAhead(view.at.peek());
    });
    const stopAt = effect(() => {
      const next = this.#ahead.value;
      if (!view.playing.value || next === null || view.at.value < next.seq) return;
      // After the frame that came here: it would ask for another one.
      queueMicrotask(() => this.#stop(next));
    });
    const stopLeave = effect(() => {
      const { stopped } = this;
      if (stopped.value && view.at.value !== stopped.value.seq) stopped.value = null;
    });
    return () => {
      this.#search++;
      for (const end of [stopBegin, stopAt, stopLeave]) end();
    };
  }

  /** Goes on behind it. */
  skip(): void {
    this.stopped.value = null;
    if (!this.view.playing.value) this.view.toggle();
  }

  stay(): void {
    this.stopped.value = null;
  }

  #stop(mistake: SessionEvent): void {
    if (!this.view.playing.value) return;
    batch(() => {
      this.view.pause();
      this.view.seek(mistake.seq);
      this.stopped.value = mistake;
      this.#ahead.value = null;
    });
  }

  async #lookAhead(at: number): Promise<void> {
    const search = ++this.#search;
    this.#ahead.value = null;
    // Who cannot be asked says so elsewhere; playing goes on without.
    for (let from: number | null = at; from !== null && search === this.#search;) {
      const found: FoundEvents | null = await this.view.subject
        .search(`outcome=${WRONG}&limit=1&from=${from}`)
        .catch(() => null);
      if (!found || search !== this.#search) return;
      const [mistake] = found.events;
      if (mistake) return void (this.#ahead.value = mistake);
      from = found.next;
    }
  }
}

/** `Event 51 203 frees an address that is not live.`; empty = it is no mistake. */
export function mistakeSentence({ seq, outcome, size, address }: SessionEvent): string {
  const where = address ? ` (0x${address.toString(16)})` : '';
  const head = `Event ${count(seq)}`;
  if (outcome === 'doubleFree') return `${head} frees an address that is not live${where}: it was freed before.`;
  if (outcome === 'invalidFree') return `${head} frees an address that never was a block.`;
  if (outcome === 'invalidRealloc') return `${head} resizes an address that is not live${where}.`;
  return outcome === 'outOfMemory' ? `${head} asks for ${bytes(size)}, and there is no memory.` : '';
}
