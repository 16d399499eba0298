/**
 * Gets the picture that is wanted: asks for the heap at a moment, one at a time, and only for the latest of what was wanted
 * meanwhile; or, while something that grows is followed, has the service tell it as it changes.
 */
import { batch, type ReadonlySignal, type Signal } from '@preact/signals';
import type { HeapMap, MapTints } from '@heapcast/contracts';
import type { Colouring } from '../../drawing/heap-look.js';
import type { LiveSession } from '../../service/live.js';
import type { About, Subject } from '../../service/subject.js';
import { emptiest } from './arena-order.js';

/** Milliseconds until a picture that is on its way is said to be. */
const LATE = 150;
/** Milliseconds between two pictures while time runs: fewer than frames, more than the eye counts. */
const PICTURE_EVERY = 50;

/** What is wanted, and where what was found is put. */
export interface PicturePlace {
  readonly about: ReadonlySignal<About | null>;
  readonly following: ReadonlySignal<boolean>;
  readonly colouring: ReadonlySignal<Colouring>;
  readonly at: Signal<number>;
  readonly end: Signal<number>;
  readonly arena: Signal<number | null>;
  readonly map: Signal<HeapMap | null>;
  readonly tints: Signal<MapTints | null>;
  readonly waiting: Signal<boolean>;
  readonly trouble: Signal<string | null>;
}

export interface PictureListener {
  /** The page shows what is wanted. */
  shown(): void;
  failed(error: unknown): void;
}

export class Pictures {
  /** Tells of what grows. */
  live: LiveSession | null = null;
  #closed = false;
  #showing = false;
  #shownArena: number | null = null;
  #pictured = 0;
  #late: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly subject: Subject,
    private readonly place: PicturePlace,
    private readonly listener: PictureListener,
  ) {}

  /** Is another picture too much now? One on its way at a time: a slow answer makes larger steps, never a queue. */
  get busy(): boolean {
    return this.#showing || performance.now() - this.#pictured < PICTURE_EVERY;
  }

  get shownArena(): number | null {
    return this.#shownArena;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#late);
    this.live?.close();
  }

  /** Shows what is wanted now. */
  show(): void {
    if (this.#closed) return;
    if (this.#isTold && this.place.map.value) {
      this.#shownArena = this.place.arena.value;
      this.live?.watch(this.#shownArena);
      return;
    }
    this.live?.rest();
    if (this.#showing) return;
    this.#showing = true;
    this.#late ??= setTimeout(() => (this.place.waiting.value = true), LATE);
    void this.#fetch();
  }

  /** The service told the heap as it is. */
  pictured(map: HeapMap): void {
    if (this.#closed || !this.#isTold) return;
    const { end, at } = this.place;
    this.#pictured = performance.now();
    batch(() => {
      end.value = Math.max(end.value, map.at);
      at.value = end.value;
      this.#put(map);
    });
    this.show();
    this.listener.shown();
  }

  /** The end of something that grows: seen as it is, because to go to a moment just past takes a replay. */
  get #isLive(): boolean {
    return this.place.following.value && this.place.about.value?.grows === true;
  }

  /** Are the colours those of the map itself? Others have to be asked for, picture by picture. */
  get #isPlain(): boolean {
    return this.place.colouring.value === 'use' || this.place.colouring.value === 'size';
  }

  get #isTold(): boolean {
    return this.live !== null && this.#isLive && this.#isPlain;
  }

  async #fetch(): Promise<void> {
    const { at: wanted, arena: chosen, colouring, end, following, waiting } = this.place;
    try {
      for (;;) {
        const [at, arena, by, isLive] = [wanted.value, chosen.value, colouring.value, this.#isLive];
        const wait = PICTURE_EVERY - (performance.now() - this.#pictured);
        if (isLive && wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
        this.#pictured = performance.now();
        const map = await this.subject.map(isLive ? null : at, arena);
        if (this.#closed) return;
        if (by === 'age' || by === 'site') await this.#readTints(map.at, arena, by);
        this.#shownArena = arena;
        batch(() => {
          if (isLive && map.at > end.value) end.value = map.at;
          if (isLive && following.value) wanted.value = Math.max(map.at, end.value);
          this.#put(map);
        });
        const isThere = isLive ? map.at >= wanted.value : wanted.value === at;
        if (isThere && chosen.value === this.#shownArena && colouring.value === by) break;
        // What comes next is told.
        if (this.#isTold) break;
      }
      this.listener.shown();
    } catch (error) {
      this.listener.failed(error);
    } finally {
      this.#showing = false;
      clearTimeout(this.#late);
      this.#late = undefined;
      waiting.value = false;
    }
    if (this.#isTold) this.show();
  }

  #put(map: HeapMap): void {
    const { arena, trouble } = this.place;
    this.place.map.value = map;
    trouble.value = null;
    if (arena.value === null || !map.region.includes(arena.value)) arena.value = emptiest(map);
  }

  async #readTints(at: number, arena: number | null, by: 'age' | 'site'): Promise<void> {
    this.place.tints.value = await this.subject.tints(at, arena, by).catch(() => null);
  }
}
