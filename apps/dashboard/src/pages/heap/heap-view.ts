/**
 * The state of a heap page: where in time it is, the picture of that moment, what is chosen. Everything that is drawn follows
 * from these signals; everything that a person does ends in a method here.
 */
import { batch, computed, signal } from '@preact/signals';
import type { HeapMap, MapTints, Presence, SessionEvent } from '@heapcast/contracts';
import { follow } from '../../service/live.js';
import { ServiceError } from '../../service/rest.js';
import type { About, Pins, Subject } from '../../service/subject.js';
import { type Colouring, COLOURINGS, EVERY_PART, type HeapLook } from '../../drawing/heap-look.js';
import { tileOrder } from '../../drawing/tile-order.js';
import { partsOf } from './ledger-parts.js';
import { EventFinder } from './event-finder.js';
import { type Compared, comparedBetween } from './compared.js';
import { PoolDetail } from './pool-detail.js';
import { type Stretch, TimeSpan } from './time-span.js';

/** Events per second. */
export const SPEEDS = [1, 100, 10_000, 100_000] as const;
export type Speed = (typeof SPEEDS)[number];

/** Events that the log shows before and after the present one. */
const AROUND = 3;
/** Milliseconds without a move until what is slower to find is asked for. */
const SETTLED = 150;
/** Milliseconds between two pictures while time runs: fewer than frames, more than the eye counts. */
const PICTURE_EVERY = 50;

/** What is asked for when the page rests. */
interface Details {
  readonly at: number;
  /** The events from seq `at` - AROUND on. */
  readonly events: readonly SessionEvent[];
  readonly sentence: string;
}

export class HeapView {
  readonly about = signal<About | null>(null);
  /** Events that there are. */
  readonly end = signal(0);
  /** The moment that is wanted: after so many events. `map.at` is the one that is shown. */
  readonly at = signal(0);
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
  /** `at`, not told at every frame while time runs: for what is read out. */
  readonly settledAt = computed(() => (this.playing.value ? this.moment.value : this.at.value));
  readonly colouring = signal<Colouring>('use');
  readonly playing = signal(false);
  readonly speed = signal<Speed>(10_000);
  readonly presence = signal<Presence | null>(null);
  readonly isConnected = signal(true);
  readonly trouble = signal<string | null>(null);
  /** At the end of something that grows: it is followed. */
  readonly following = signal(false);
  readonly moment = computed(() => this.map.value?.at ?? 0);
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
  #showing = false;
  #shownArena: number | null = null;
  #rest: ReturnType<typeof setTimeout> | undefined;
  #curveDue: ReturnType<typeof setTimeout> | undefined;
  #frame = 0;
  #pictured = 0;
  #late: ReturnType<typeof setTimeout> | undefined;
  #unfollow: (() => void) | undefined;

  constructor(readonly subject: Subject) {
    this.search = new EventFinder(
      subject,
      () => this.end.value,
      (error) => this.#fail(error),
    );
    this.poolDetail = new PoolDetail(subject);
    this.span = new TimeSpan(subject, this.end, (error) => this.#fail(error));
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
    clearTimeout(this.#late);
    this.span.close();
    this.search.close();
    this.#unfollow?.();
  }

  seek(at: number): void {
    const to = Math.max(0, Math.min(this.end.value, Math.round(at)));
    batch(() => {
      this.following.value = this.about.value?.grows === true && to === this.end.value;
      this.at.value = to;
    });
    this.#show();
  }

  step(events: number): void {
    this.pause();
    this.seek(this.at.value + events);
  }

  choose(arena: number | null, pool: number | null = null): void {
    batch(() => {
      if (this.arena.value !== arena) this.poolAt.value = null;
      if (this.arena.value !== arena || this.pool.value !== pool) this.block.value = null;
      this.arena.value = arena;
      this.pool.value = pool;
    });
    if (arena !== this.#shownArena) this.#show();
  }

  walkTo(block: number): void {
    this.block.value = block;
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
    const [block, arena] = [this.block.value, this.arena.value];
    if (arena === null) return;
    const place = this.pool.value === null || block === null ? '' : `&pool=${this.pool.value}&index=${block}`;
    const at = this.at.value;
    const [name, from] = direction > 0 ? ['from', at] : ['before', Math.max(0, at - 1)];
    try {
      let start: number | null = from;
      while (start !== null && !this.#closed) {
        const found = await this.subject.search(`arena=${arena}${place}&limit=1&${name}=${start}`);
        const [event] = found.events;
        if (event) return this.seek(event.seq);
        start = found.next;
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  toggle(): void {
    if (this.playing.value) this.pause();
    else this.play();
  }

  play(): void {
    if (this.at.value >= this.end.value) this.seek(0);
    this.playing.value = true;
    let last = performance.now();
    let exact = this.at.value;
    const frame = (now: number): void => {
      exact += ((now - last) / 1000) * this.speed.value;
      last = now;
      // Somebody moved the cursor meanwhile: go on from there.
      if (Math.abs(exact - this.at.value) > this.speed.value) exact = this.at.value;
      if (exact >= this.end.value) {
        this.seek(this.end.value);
        return this.pause();
      }
      // One picture on its way at a time: a slow answer makes larger steps, never a queue.
      if (!this.#showing && now - this.#pictured >= PICTURE_EVERY && Math.floor(exact) !== this.at.value) {
        this.seek(Math.floor(exact));
      }
      this.#frame = requestAnimationFrame(frame);
    };
    this.#frame = requestAnimationFrame(frame);
  }

  pause(): void {
    cancelAnimationFrame(this.#frame);
    this.playing.value = false;
  }

  /** Fetches the wanted picture; what is wanted meanwhile comes after it, and only the latest of that. */
  #show(): void {
    clearTimeout(this.#rest);
    if (this.#showing || this.#closed) return;
    this.#showing = true;
    this.#late ??= setTimeout(() => (this.waiting.value = true), SETTLED);
    void (async () => {
      try {
        for (;;) {
          const at = this.at.value;
          const arena = this.arena.value;
          const by = this.colouring.value;
          // Who follows something that grows sees it as it is: to go to a moment just past takes a replay.
          const isLive = this.following.value && this.about.value?.grows === true;
          const wait = PICTURE_EVERY - (performance.now() - this.#pictured);
          if (isLive && wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
          this.#pictured = performance.now();
          const map = await this.subject.map(isLive ? null : at, arena);
          if (this.#closed) return;
          if (by === 'age' || by === 'site') await this.#readTints(map.at, arena, by);
          this.#shownArena = arena;
          batch(() => {
            this.map.value = map;
            if (isLive && map.at > this.end.value) this.end.value = map.at;
            if (isLive && this.following.value) this.at.value = Math.max(map.at, this.end.value);
            this.trouble.value = null;
            if (this.arena.value === null || !map.region.includes(this.arena.value)) this.arena.value = emptiest(map);
          });
          const isThere = isLive ? map.at >= this.at.value : this.at.value === at;
          if (isThere && this.arena.value === this.#shownArena && this.colouring.value === by) break;
        }
        this.#rest = setTimeout(() => void this.#settle(), SETTLED);
      } catch (error) {
        this.#fail(error);
      } finally {
        this.#showing = false;
        clearTimeout(this.#late);
        this.#late = undefined;
        this.waiting.value = false;
      }
    })();
  }

  async #readTints(at: number, arena: number | null, by: 'age' | 'site'): Promise<void> {
    this.tints.value = await this.subject.tints(at, arena, by).catch(() => null);
  }

  async #settle(): Promise<void> {
    if (this.playing.value || this.#closed) return;
    const at = this.at.value;
    const from = Math.max(0, at - 1 - AROUND);
    try {
      const [events, sentence] = await Promise.all([
        this.subject.events(from, 2 * AROUND + 1),
        this.subject.sentence(at),
      ]);
      if (this.at.value !== at || this.#closed) return;
      this.details.value = { at, events, sentence };
      const pins = await this.subject.pins(at);
      if (this.at.value === at && !this.#closed) this.pins.value = pins;
    } catch (error) {
      this.#fail(error);
    }
  }

  #follow(): void {
    this.#unfollow = follow(this.subject.id, this.subject.secret, {
      grew: (seq) => {
        if (seq <= this.end.value) return;
        batch(() => {
          this.end.value = seq;
          if (this.following.value) this.at.value = seq;
        });
        if (this.following.value) this.#show();
        this.#curveDue ??= setTimeout(() => {
          this.#curveDue = undefined;
          void this.span.read();
        }, 1000);
      },
      finished: () => {
        const about = this.about.value;
        if (about) this.about.value = { ...about, grows: false };
      },
      present: (presence) => (this.presence.value = presence),
      connected: (isConnected) => (this.isConnected.value = isConnected),
      refused: (why) => (this.trouble.value = why),
    });
  }

  #fail(error: unknown): void {
    if (this.#closed) return;
    this.pause();
    this.trouble.value = error instanceof ServiceError || error instanceof Error ? error.message : String(error);
  }
}

/** The mapped region with the smallest share in use, but not an empty one if there is another. */
function emptiest(map: HeapMap): number | null {
  let best: number | null = null;
  let least = Infinity;
  map.region.forEach((region, place) => {
    let live = 0;
    for (let cell = map.firstCell[place] ?? 0; cell < (map.firstCell[place + 1] ?? 0); cell++) {
      live += (map.used[cell] ?? 0) * Math.max(1, map.blockBytes[cell] ?? 1);
    }
    const rank = live === 0 ? Number.MAX_VALUE : live;
    if (best !== null && rank >= least) return;
    best = region;
    least = rank;
  });
  return best;
}
