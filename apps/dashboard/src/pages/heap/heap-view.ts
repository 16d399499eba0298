/**
 * The state of a heap page: where in time it is, the picture of that moment, what is chosen. Everything that is drawn follows
 * from these signals; everything that a person does ends in a method here.
 */
import { batch, computed, signal } from '@preact/signals';
import type { HeapMap, MapTints, Presence } from '@heapcast/contracts';
import { LiveSession } from '../../service/live.js';
import { ServiceError } from '../../service/rest.js';
import type { About, Pins, Subject } from '../../service/subject.js';
import { type Colouring, COLOURINGS, EVERY_PART, type HeapLook } from '../../drawing/heap-look.js';
import { tileOrder } from '../../drawing/tile-order.js';
import { Clock } from '../../time/clock.js';
import { Calm } from './calm.js';
import { type Details, detailsAt } from './details.js';
import { partsOf } from './ledger-parts.js';
import { eventBeside } from './event-beside.js';
import { EventFinder } from './event-finder.js';
import { type Compared, comparedBetween } from './compared.js';
import { PoolDetail } from './pool-detail.js';
import { Pictures } from './pictures.js';
import { type Stretch, TimeSpan } from './time-span.js';

/** Milliseconds without a move until what is slower to find is asked for. */
const SETTLED = 150;

export class HeapView {
  readonly about = signal<About | null>(null);
  readonly #clock: Clock = new Clock(
    () => this.#pictures.busy,
    () => this.#sought(),
  );
  /** Events that there are. */
  readonly end = this.#clock.end;
  /** The moment that is wanted: after so many events. `map.at` is the one that is shown. */
  readonly at = this.#clock.at;
  readonly playing = this.#clock.playing;
  readonly speed = this.#clock.speed;
  readonly map = signal<HeapMap | null>(null);
  readonly details = signal<Details | null>(null);
  /** Of the moment `pins.at`: to find them takes a look at every event before it, so they come last. */
  readonly pins = signal<Pins | null>(null);
  /** Ordinal of the chosen arena. */
  readonly arena = signal<number | null>(null);
  readonly pool = signal<number | null>(null);
  /** Pool under the keyboard, and the chosen block of the chosen pool. */
  readonly poolAt = signal<number | null>(null);
  readonly block = signal<number | null>(null);
  /** Counts the wishes to hear the story of the chosen block. */
  readonly tellStory = signal(0);
  /** Arena that a row somewhere else is about. */
  readonly hovered = signal<number | null>(null);
  /** Events of the story that is being told. */
  readonly storySteps = signal<readonly number[]>([]);
  /** Ledger heading that stays when the rest fades: pinned, or under the pointer. */
  readonly heading = signal<string | null>(null);
  readonly hoveredHeading = signal<string | null>(null);
  /** Bytes per block of the size class that stays. */
  readonly sizeClass = signal<number | null>(null);
  readonly emptiestFirst = signal(false);
  readonly tints = signal<MapTints | null>(null);
  /** A picture has been on its way for longer than a moment. */
  readonly waiting = signal(false);
  readonly span: TimeSpan;
  readonly search: EventFinder;
  readonly poolDetail: PoolDetail;
  /** What changed over the chosen range. */
  readonly compared = signal<Compared | null>(null);
  readonly helping = signal(false);
  readonly colouring = signal<Colouring>('use');
  readonly presence = signal<Presence | null>(null);
  readonly isConnected = signal(true);
  readonly trouble = signal<string | null>(null);
  /** At the end of something that grows: it is followed. */
  readonly following = signal(false);
  readonly moment = computed(() => this.map.value?.at ?? 0);
  readonly #calmMap = new Calm(this.map);
  readonly #calmEnd = new Calm(this.end);
  /** `map` and `end` for words and numbers, which change no more often than one can read. */
  readonly told = this.#calmMap.told;
  readonly toldEnd = this.#calmEnd.told;
  /** `at`, and while time runs what is told of it. */
  readonly settledAt = computed(() => {
    const isRunning = this.playing.value || (this.following.value && this.about.value?.grows === true);
    return isRunning ? (this.told.value?.at ?? 0) : this.at.value;
  });
  /** What each tile of the map shows. */
  readonly order = computed(() => (this.map.value ? tileOrder(this.map.value, this.emptiestFirst.value) : null));
  readonly look = computed<HeapLook | null>(() => {
    const map = this.map.value;
    if (!map) return null;
    const heading = this.hoveredHeading.value ?? this.heading.value;
    const tints = this.tints.value;
    return {
      map,
      colouring: this.colouring.value,
      tints: tints?.at === map.at && tints.cells.length === map.used.length ? tints : null,
      parts: heading === null ? EVERY_PART : partsOf(heading),
      sizeClass: this.sizeClass.value,
    };
  });

  #closed = false;
  #rest: ReturnType<typeof setTimeout> | undefined;
  #curveDue: ReturnType<typeof setTimeout> | undefined;
  readonly #pictures: Pictures;

  constructor(readonly subject: Subject) {
    this.search = new EventFinder(
      subject,
      () => this.end.value,
      (error) => this.#fail(error),
    );
    this.poolDetail = new PoolDetail(subject);
    this.span = new TimeSpan(subject, this.end, (error) => this.#fail(error));
    this.#pictures = new Pictures(subject, this, {
      shown: () => {
        clearTimeout(this.#rest);
        this.#rest = setTimeout(() => void this.#settle(), SETTLED);
      },
      failed: (error) => this.#fail(error),
    });
  }

  /** Reads what there is and goes to `at`; without it, to the end. */
  async open(at: number | undefined, arena: number | null): Promise<void> {
    try {
      const about = await this.subject.about();
      if (this.#closed) return;
      batch(() => {
        this.about.value = about;
        this.end.value = about.events;
        this.at.value = Math.min(at ?? about.events, about.events);
        this.arena.value = arena;
        this.following.value = about.grows && this.at.value === about.events;
      });
      if (about.unfinished) return;
      if (about.grows) this.#follow();
      this.#show();
      void this.span.read();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Of the page. */
  get address(): string {
    return `/${this.subject.kind === 'run' ? 'r' : 's'}/${encodeURIComponent(this.subject.id)}`;
  }

  close(): void {
    this.#closed = true;
    this.pause();
    clearTimeout(this.#rest);
    clearTimeout(this.#curveDue);
    this.#calmMap.close();
    this.#calmEnd.close();
    this.#pictures.close();
    this.span.close();
    this.search.close();
  }

  seek(at: number): void {
    this.#clock.seek(at);
  }

  step(events: number): void {
    this.#clock.step(events);
  }

  toggle(): void {
    this.#clock.toggle();
  }

  pause(): void {
    this.#clock.pause();
  }

  choose(arena: number | null, pool: number | null = null): void {
    batch(() => {
      if (this.arena.value !== arena) this.poolAt.value = null;
      if (this.arena.value !== arena || this.pool.value !== pool) this.block.value = null;
      this.arena.value = arena;
      this.pool.value = pool;
    });
    if (arena !== this.#pictures.shownArena) this.#show();
  }

  /** The next way of colouring; `null` = the one after this. */
  colour(by: Colouring | null = null): void {
    const next = COLOURINGS[(COLOURINGS.indexOf(this.colouring.value) + 1) % COLOURINGS.length] ?? 'use';
    this.colouring.value = by ?? next;
    this.#show();
  }

  /** Keeps one heading of the ledger in sight; the same again lets all be seen. */
  keep(heading: string): void {
    this.heading.value = this.heading.value === heading ? null : heading;
  }

  brush(sizeClass: number): void {
    this.sizeClass.value = this.sizeClass.value === sizeClass ? null : sizeClass;
  }

  /** Chooses a range, whose end is looked at; `null` = none. */
  compare(range: Stretch | null): void {
    this.span.range.value = range;
    this.compared.value = null;
    if (!range) return;
    this.pause();
    this.seek(range.to);
    void (async () => {
      try {
        const found = await comparedBetween(this.subject, range);
        if (this.span.range.value === range) this.compared.value = found;
      } catch (error) {
        this.#fail(error);
      }
    })();
  }

  /** Goes to the next or the previous event of the chosen block, or else of the chosen arena. */
  async seekEvent(direction: 1 | -1): Promise<void> {
    const [arena, pool, block] = [this.arena.value, this.pool.value, this.block.value];
    if (arena === null) return;
    try {
      const goOn = (): boolean => !this.#closed;
      const seq = await eventBeside(this.subject, { arena, pool, block }, this.at.value, direction, goOn);
      if (seq !== null) this.seek(seq);
    } catch (error) {
      this.#fail(error);
    }
  }

  #sought(): void {
    this.following.value = this.about.value?.grows === true && this.at.value === this.end.value;
    this.#show();
  }

  #show(): void {
    clearTimeout(this.#rest);
    this.#pictures.show();
  }

  async #settle(): Promise<void> {
    if (this.playing.value || this.#closed) return;
    const at = this.at.value;
    try {
      const details = await detailsAt(this.subject, at);
      if (this.at.value !== at || this.#closed) return;
      this.details.value = details;
      const pins = await this.subject.pins(at);
      if (this.at.value === at && !this.#closed) this.pins.value = pins;
    } catch (error) {
      this.#fail(error);
    }
  }

  #follow(): void {
    this.#pictures.live = new LiveSession(this.subject.id, this.subject.secret, {
      grew: (seq) => {
        if (seq <= this.end.value) return;
        batch(() => {
          this.end.value = seq;
          if (this.following.value) this.at.value = seq;
        });
        if (this.following.value) this.#show();
        this.#drawCurveSoon();
      },
      pictured: (map) => {
        this.#pictures.pictured(map);
        this.#drawCurveSoon();
      },
      finished: () => {
        this.about.value = this.about.value && { ...this.about.value, grows: false };
        if (this.following.value) this.#show();
      },
      present: (presence) => (this.presence.value = presence),
      connected: (isConnected) => (this.isConnected.value = isConnected),
      refused: (why) => (this.trouble.value = why),
    });
  }

  #drawCurveSoon(): void {
    this.#curveDue ??= setTimeout(() => {
      this.#curveDue = undefined;
      void this.span.read();
    }, 1000);
  }

  #fail(error: unknown): void {
    if (this.#closed) return;
    this.pause();
    if (error instanceof ServiceError && error.status === 0) this.isConnected.value = false;
    else this.trouble.value = error instanceof Error ? error.message : String(error);
  }
}
