/** Moments that a teacher kept for a class: in this browser only. */
import { signal } from '@preact/signals';

interface Kept {
  readonly events: readonly number[];
}

const MOST = 50;

export class Moments {
  readonly #key: string;
  readonly kept = signal<Kept>({ events: [] });

  constructor(classroomId: string) {
    this.#key = `heapcast.class.${classroomId}.moments`;
    try {
      const read: Partial<Kept> | null = JSON.parse(localStorage.getItem(this.#key) ?? 'null');
      if (read) this.kept.value = { events: read.events ?? [] };
    } catch {
      // What cannot be read is as good as nothing kept.
    }
  }

  /** Keeps a moment, or lets it go. */
  toggle(event: number): void {
    const { events } = this.kept.value;
    const without = events.filter((each) => each !== event);
    const now = without.length < events.length ? without : [...events, event].slice(-MOST);
    this.#write({ events: now.toSorted((a, b) => a - b) });
  }

  #write(kept: Kept): void {
    this.kept.value = kept;
    localStorage.setItem(this.#key, JSON.stringify(kept));
  }
}
