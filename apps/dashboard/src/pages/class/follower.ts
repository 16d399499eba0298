/**
 * What somebody in a class looks at: the picture of where the class is led, or of where they went on their own. Its clock runs only
 * while the class plays.
 */
import type { Lead, Selection } from '@heapcast/contracts';
import { computed, effect, signal } from '@preact/signals';
import type { Classroom } from '../../service/classroom.js';
import { Subject } from '../../service/subject.js';
import { Picture } from './picture.js';

const NOTHING: Selection = { arena: null, pool: null, block: null };
/** Milliseconds for which somebody who scrubs is left alone before the class is told where they are. */
const SETTLED = 300;

export class Follower {
  readonly picture = signal<Picture | null>(null);
  /** Where this page is. */
  readonly at = signal(0);
  /** What is chosen here while it is not the class's choice. */
  readonly choice = signal<Selection>(NOTHING);
  readonly follows = signal(true);
  readonly end = computed(() => this.picture.value?.end.value ?? 0);
  readonly selection = computed(() => (this.follows.value ? this.lead.value?.selection : null) ?? this.choice.value);
  readonly lead = computed<Lead | null>(() => this.classroom.state.value?.lead ?? null);

  readonly #stops: (() => void)[] = [];
  #frame = 0;
  #place: ReturnType<typeof setTimeout> | undefined;
  /** Places of this page's own that the class was not told yet. */
  #untold = 0;

  /** `isBound`: goes where the class goes, whatever its person does elsewhere: a screen. */
  constructor(
    readonly classroom: Classroom,
    private readonly isBound = false,
  ) {}

  open(): void {
    const key = computed(() => {
      const subject = this.classroom.state.value?.subject;
      return subject ? `${subject.kind} ${subject.id}` : null;
    });
    this.#stops.push(
      effect(() => {
        const subject = key.value === null ? null : this.classroom.state.peek()?.subject;
        this.picture.peek()?.close();
        const picture = subject ? new Picture(new Subject(subject.kind, subject.id, this.classroom.who.token)) : null;
        if (picture) void picture.open();
        this.picture.value = picture;
      }),
      effect(() => this.picture.value?.grew(this.classroom.heard.value)),
      effect(() => this.picture.value?.want(this.at.value, this.selection.value)),
      effect(() => {
        // What is read here is what moves the class; a frame clock runs while it plays.
        const lead = this.lead.value;
        const end = this.end.value;
        cancelAnimationFrame(this.#frame);
        if (!lead || !this.follows.value) return;
        const frame = (): void => {
          this.at.value = this.classroom.position(end);
          if (lead.speed > 0 && this.at.value < end) this.#frame = requestAnimationFrame(frame);
        };
        frame();
      }),
      effect(() => {
        // The server says it too: another tab of the same person may have wandered off, or come back.
        const me = this.classroom.me.value;
        const mayExplore = this.classroom.state.value?.mayExplore !== false;
        if (!me) return;
        this.follows.value = this.isBound || me.following || !mayExplore || this.classroom.drives.value;
        // After a reload, or because of another tab: the same person is at the same place.
        if (!this.follows.value && me.place !== undefined && this.#untold === 0) this.at.value = me.place;
      }),
    );
  }

  close(): void {
    for (const stop of this.#stops) stop();
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#place);
    this.picture.peek()?.close();
  }

  get mayStray(): boolean {
    return this.classroom.state.value?.mayExplore !== false && !this.classroom.drives.value;
  }

  /** Goes somewhere on one's own. */
  stray(at: number, selection?: Selection): void {
    if (!this.mayStray) return;
    this.choice.value = selection ?? this.selection.peek();
    this.follows.value = false;
    this.at.value = Math.max(0, Math.min(this.end.value, Math.round(at)));
    this.#tell(SETTLED, () => this.classroom.place(false, this.at.value));
  }

  back(): void {
    this.follows.value = true;
    this.#tell(0, () => this.classroom.place(true));
  }

  /** Until the class has acknowledged it, what it says of this person is older. */
  #tell(wait: number, say: () => Promise<void>): void {
    if (this.#place !== undefined) this.#untold--;
    clearTimeout(this.#place);
    this.#untold++;
    this.#place = setTimeout(() => {
      this.#place = undefined;
      void say().finally(() => this.#untold--);
    }, wait);
  }
}
