/**
 * The line of time below the page: the window of it that is seen, its curve, the phases that the program named, bookmarks, and the
 * range that somebody compares.
 */
import { batch, type ReadonlySignal, signal } from '@preact/signals';
import type { Subject, WindowCurve } from '../../service/subject.js';
import type { Rates } from './rates.js';
import { type Stretch, zoomed } from '../../time/stretch.js';
import { addBookmark, bookmarksOf, removeBookmark } from './bookmarks.js';

export type { Stretch };
export interface Phase {
  readonly seq: number;
  readonly name: string;
}

const BUCKETS = 700;
/** Events from which on down the rate of requests is told, and its bars. */
const RATED = 50_000;
const BARS = 180;
const SETTLED = 120;

export class TimeSpan {
  readonly curve = signal<WindowCurve | null>(null);
  /** How fast memory was asked for, while the window is narrow. */
  readonly rates = signal<Rates | null>(null);
  readonly phases = signal<readonly Phase[]>([]);
  readonly bookmarks = signal<readonly number[]>([]);
  /** `null` = the whole recording. */
  readonly window = signal<Stretch | null>(null);
  /** A range while the hand draws it. */
  readonly drawn = signal<Stretch | null>(null);
  readonly range = signal<Stretch | null>(null);
  /** Events that the curve tells: what grows is ahead of it, and is not drawn anew at every event. */
  readonly edge = signal(0);
  #due: ReturnType<typeof setTimeout> | undefined;
  #reading = false;
  #markedTo = 0;

  constructor(
    private readonly subject: Subject,
    readonly end: ReadonlySignal<number>,
    private readonly fail: (error: unknown) => void,
  ) {
    this.bookmarks.value = bookmarksOf(subject);
  }

  /** What is seen. */
  get seen(): Stretch {
    return this.window.value ?? { from: 0, to: this.edge.value };
  }

  get isWhole(): boolean {
    return this.window.value === null;
  }

  /** Reads the curve of the window, and marks that are new. */
  async read(): Promise<void> {
    if (this.#reading || this.end.value === 0) return;
    this.#reading = true;
    const was = this.window.value;
    try {
      const end = this.end.value;
      if (this.edge.value === 0) this.edge.value = end;
      const { from, to } = this.window.value ?? { from: 0, to: end };
      const isNear = this.window.value !== null && to - from < RATED;
      const [curve, { marks, to: markedTo }, rates] = await Promise.all([
        this.subject.curve(from, to, Math.max(1, Math.min(BUCKETS, to - from))),
        this.subject.marks(this.#markedTo),
        isNear ? this.subject.look<Rates>(`/rates?from=${from}&to=${to}&buckets=${BARS}`) : null,
      ]);
      this.#markedTo = markedTo;
      const found = marks.map(({ seq, label, number }) => ({ seq, name: label ?? `mark ${number}` }));
      batch(() => {
        this.edge.value = end;
        this.curve.value = curve;
        this.rates.value = rates;
        if (found.length > 0) this.phases.value = [...this.phases.value, ...found];
      });
    } catch (error) {
      this.fail(error);
    } finally {
      this.#reading = false;
      // Another window is looked at meanwhile.
      if (this.window.value !== was) void this.read();
    }
  }

  /** Zooms around an event; below 1 is nearer. */
  zoom(factor: number, around: number): void {
    this.look(zoomed(this.seen, factor, around, this.end.value));
  }

  look(window: Stretch | null): void {
    this.window.value = window;
    clearTimeout(this.#due);
    this.#due = setTimeout(() => void this.read(), SETTLED);
  }

  /** The next or the previous phase or bookmark from an event; `null` = there is none. */
  landmark(at: number, direction: 1 | -1): number | null {
    const all = [...this.phases.value.map(({ seq }) => seq), ...this.bookmarks.value].sort((a, b) => a - b);
    return (direction > 0 ? all.find((seq) => seq > at) : all.findLast((seq) => seq < at)) ?? null;
  }

  /** Adds a bookmark, or takes it away where there is one. */
  bookmark(at: number): void {
    const change = this.bookmarks.value.includes(at) ? removeBookmark : addBookmark;
    this.bookmarks.value = change(this.subject, at);
  }

  close(): void {
    clearTimeout(this.#due);
  }
}
