/** Moments that a teacher kept for a class, and where each step of its scenario led: in this browser only. */
import { signal } from '@preact/signals';

interface Kept {
  readonly events: readonly number[];
  /** The event after each step that was played here. */
  readonly steps: Readonly<Record<string, number>>;
}

const MOST = 50;

export class Moments {
  readonly #key: string;
  readonly kept = signal<Kept>({ events: [], steps: {} });

  constructor(classroomId: string) {
    this.#key = `heapcast.class.${classroomId}.moments`;
    try {
      const read: Partial<Kept> | null = JSON.parse(localStorage.getItem(this.#key) ?? 'null');
      if (read) this.kept.value = { events: read.events ?? [], steps: read.steps ?? {} };
    } catch {
      // What cannot be read is as good as nothing kept.
    }
  }

  /** Keeps a moment, or lets it go. */
  toggle(event: number): void {
    const { events, steps } = this.kept.value;
    const without = events.filter((each) => each !== event);
    const now = without.length < events.length ? without : [...events, event].slice(-MOST);
    this.#write({ events: now.toSorted((a, b) => a - b), steps });
  }

  reached(step: number, event: number): void {
    const { events, steps } = this.kept.value;
    this.#write({ events, steps: { ...steps, [step]: event } });
  }

  #write(kept: Kept): void {
    this.kept.value = kept;
    localStorage.setItem(this.#key, JSON.stringify(kept));
  }
}
