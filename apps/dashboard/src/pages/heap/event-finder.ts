/** Finds events as somebody types: one question under way at a time, page after page, until enough is there. */
import { batch, signal } from '@preact/signals';
import type { FoundEvent, Subject } from '../../service/subject.js';
import { searchQuery } from './search-words.js';

const PAGE = 50;
const PAUSE = 200;

export class EventFinder {
  readonly typed = signal('');
  readonly op = signal('');
  /** What is searched for, as the interface reads it; empty = nothing. */
  readonly query = signal('');
  readonly unknown = signal<readonly string[]>([]);
  readonly found = signal<readonly FoundEvent[]>([]);
  /** Where the search goes on; `null` = everything was looked at. */
  readonly next = signal<number | null>(null);
  readonly looked = signal(0);
  readonly end = signal(0);
  readonly busy = signal(false);
  #due: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly subject: Subject,
    private readonly events: () => number,
    private readonly fail: (error: unknown) => void,
  ) {}

  type(text: string): void {
    this.typed.value = text;
    this.#soon();
  }

  choose(op: string): void {
    this.op.value = op;
    this.#soon();
  }

  /** Goes on until a page more is found or nothing is left. */
  async more(): Promise<void> {
    const query = this.query.value;
    const enough = this.found.value.length + PAGE;
    this.busy.value = true;
    try {
      while (this.next.value !== null && this.found.value.length < enough) {
        const from = this.next.value;
        const page = await this.subject.search(`${query}&from=${from}&limit=${PAGE}`);
        if (this.query.value !== query) return;
        batch(() => {
          this.found.value = [...this.found.value, ...page.events];
          this.next.value = page.next;
          this.looked.value = from + page.scanned;
        });
      }
    } catch (error) {
      if (this.query.value === query) this.fail(error);
    } finally {
      if (this.query.value === query) this.busy.value = false;
    }
  }

  close(): void {
    clearTimeout(this.#due);
    this.query.value = '';
  }

  #soon(): void {
    clearTimeout(this.#due);
    this.#due = setTimeout(() => this.#begin(), PAUSE);
  }

  #begin(): void {
    const typed = this.op.value === '' ? this.typed.value : `${this.typed.value} op:${this.op.value}`;
    const { query, unknown } = searchQuery(typed);
    batch(() => {
      this.unknown.value = unknown;
      this.query.value = query;
      this.found.value = [];
      this.looked.value = 0;
      this.end.value = this.events();
      this.next.value = query === '' ? null : 0;
      this.busy.value = false;
    });
    if (query !== '') void this.more();
  }
}
