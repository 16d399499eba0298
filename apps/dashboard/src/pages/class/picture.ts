/**
 * The heap at the moment that is wanted: its map, the chosen arena, the blocks of the chosen pool, what just happened. One picture is
 * on its way at a time; what is wanted meanwhile comes after it, and only the latest of that. So a phone follows a class that
 * plays fast with larger steps, never with a queue.
 */
import type { HeapMap, Selection, SessionEvent } from '@heapcast/contracts';
import { batch, signal } from '@preact/signals';
import type { About, BlockView, Subject } from '../../service/subject.js';

export interface Wanted {
  readonly at: number;
  readonly arena: number | null;
  readonly pool: number | null;
}

export interface Shown extends Wanted {
  readonly map: HeapMap;
  /** Of the chosen pool. */
  readonly blocks: readonly BlockView[];
  /** The event that led here; `null` = none did, or the class runs too fast to name it. */
  readonly event: SessionEvent | null;
}

const MOST_BLOCKS_AHEAD = 2000;
/** Events among which the last one with a place is looked for. */
const LOOK_BACK = 16;
/** Milliseconds until a picture that failed is asked for again. */
const AGAIN = 2000;

export class Picture {
  readonly about = signal<About | null>(null);
  /** Events that there are, as far as is known. */
  readonly end = signal(0);
  readonly shown = signal<Shown | null>(null);
  readonly sentence = signal('');
  readonly trouble = signal<string | null>(null);

  #wanted: Wanted | null = null;
  #isBusy = false;
  #closed = false;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly subject: Subject) {}

  async open(): Promise<void> {
    try {
      const about = await this.subject.about();
      batch(() => {
        this.about.value = about;
        this.end.value = Math.max(this.end.value, about.events);
      });
    } catch (error) {
      this.#fail(error);
    }
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#again);
  }

  /** It has at least so many events. */
  grew(events: number): void {
    if (events > this.end.value) this.end.value = events;
  }

  /** `selection`: what the leader chose; where nothing is chosen, the place of the event is shown. */
  want(at: number, { arena, pool }: Pick<Selection, 'arena' | 'pool'>): void {
    const now = this.#wanted;
    if (now && now.at === at && now.arena === arena && now.pool === pool) return;
    this.#wanted = { at, arena, pool };
    void this.#fetch();
  }

  async #fetch(): Promise<void> {
    if (this.#isBusy || this.#closed) return;
    this.#isBusy = true;
    clearTimeout(this.#again);
    try {
      for (let done: Wanted | null = null; this.#wanted && done !== this.#wanted && !this.#closed;) {
        done = this.#wanted;
        const shown = await this.#read(done);
        if (this.#closed) return;
        batch(() => {
          this.shown.value = shown;
          this.trouble.value = null;
        });
        if (done === this.#wanted) {
          const sentence = await this.subject.sentence(done.at);
          if (done === this.#wanted) this.sentence.value = sentence;
        }
      }
    } catch (error) {
      this.#fail(error);
      this.#again = setTimeout(() => void this.#fetch(), AGAIN);
    } finally {
      this.#isBusy = false;
    }
  }

  async #read(wanted: Wanted): Promise<Shown> {
    const { at } = wanted;
    const from = Math.max(0, at - LOOK_BACK);
    const events = at === 0 ? [] : await this.subject.events(from, at - from);
    const event = events.at(-1) ?? null;
    // A mark has no place: what happened just before it is what is looked at.
    const placed = events.findLast((each) => each.arena !== null);
    const arena = wanted.arena ?? placed?.arena ?? null;
    const pool = wanted.arena === null ? placed?.pool : wanted.pool;
    const map = await this.subject.map(at, arena);
    const chosen = arena !== null && map.region.includes(arena) ? arena : (map.region[0] ?? null);
    const whole = chosen === arena || chosen === null ? map : await this.subject.map(at, chosen);
    const isPool = chosen === arena && chosen !== null && pool !== null && pool !== undefined;
    const blocks = isPool ? await this.subject.pool(at, chosen, pool) : [];
    return {
      at,
      arena: chosen,
      pool: isPool ? pool : null,
      map: whole,
      blocks: blocks.slice(0, MOST_BLOCKS_AHEAD),
      event,
    };
  }

  #fail(error: unknown): void {
    if (!this.#closed) this.trouble.value = error instanceof Error ? error.message : String(error);
  }
}
