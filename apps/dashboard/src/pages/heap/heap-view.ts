/**
 * The state of a heap page: where in time it is, the picture of that moment, what is chosen. Everything that is drawn follows
 * from these signals; everything that a person does ends in a method here.
 */
import { batch, computed, signal } from '@preact/signals';
import type { HeapMap, Presence, SessionEvent } from '@heapcast/contracts';
import { follow } from '../../service/live.js';
import { ServiceError } from '../../service/rest.js';
import type { About, Pins, Subject, WindowCurve } from '../../service/subject.js';

export type Colouring = 'use' | 'size';

/** Events per second. */
export const SPEEDS = [1, 100, 10_000, 100_000] as const;
export type Speed = (typeof SPEEDS)[number];

/** Events that the log shows before and after the present one. */
const AROUND = 3;
/** Milliseconds without a move until what is slower to find is asked for. */
const SETTLED = 150;
const BUCKETS = 1000;

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
  readonly curve = signal<WindowCurve | null>(null);
  readonly details = signal<Details | null>(null);
  /** Of the moment `pins.at`: to find them takes a look at every event before it, so they come last. */
  readonly pins = signal<Pins | null>(null);
  /** Ordinal of the chosen arena. */
  readonly arena = signal<number | null>(null);
  readonly pool = signal<number | null>(null);
  /** Ledger heading or size class that stays when the rest fades; `null` = all. */
  readonly colouring = signal<Colouring>('use');
  readonly playing = signal(false);
  readonly speed = signal<Speed>(10_000);
  readonly presence = signal<Presence | null>(null);
  readonly isConnected = signal(true);
  readonly trouble = signal<string | null>(null);
  /** At the end of something that grows: it is followed. */
  readonly following = signal(false);
  readonly moment = computed(() => this.map.value?.at ?? 0);

  #closed = false;
  #showing = false;
  #shownArena: number | null = null;
  #rest: ReturnType<typeof setTimeout> | undefined;
  #curveDue: ReturnType<typeof setTimeout> | undefined;
  #frame = 0;
  #unfollow: (() => void) | undefined;

  constructor(readonly subject: Subject) {}

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
      await this.#readCurve();
    } catch (error) {
      this.#fail(error);
    }
  }

  close(): void {
    this.#closed = true;
    this.pause();
    clearTimeout(this.#rest);
    clearTimeout(this.#curveDue);
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
      this.arena.value = arena;
      this.pool.value = pool;
    });
    this.#show();
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
      if (!this.#showing && Math.floor(exact) !== this.at.value) this.seek(Math.floor(exact));
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
    void (async () => {
      try {
        for (;;) {
          const at = this.at.value;
          const arena = this.arena.value;
          const map = await this.subject.map(at, arena);
          if (this.#closed) return;
          this.#shownArena = arena;
          batch(() => {
            this.map.value = map;
            this.trouble.value = null;
            if (this.arena.value === null || !map.region.includes(this.arena.value)) this.arena.value = emptiest(map);
          });
          if (this.at.value === at && this.arena.value === this.#shownArena) break;
        }
        this.#rest = setTimeout(() => void this.#settle(), SETTLED);
      } catch (error) {
        this.#fail(error);
      } finally {
        this.#showing = false;
      }
    })();
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

  async #readCurve(): Promise<void> {
    const end = this.end.value;
    if (end === 0) return;
    this.curve.value = await this.subject.curve(0, end, Math.min(BUCKETS, Math.max(1, end)));
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
          this.#readCurve().catch((error: unknown) => this.#fail(error));
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
