/**
 * The state of a program page: which moment it shows, what there is to see at it, and time to move through, one command, step or line
 * at a time. What is drawn follows from these signals; what a person does ends in a method here.
 */
import { batch, computed, signal } from '@preact/signals';
import type {
  HeapMap,
  LeakView,
  ObjectPlace,
  Presence,
  ProgramCommand,
  ProgramSource,
  ProgramView,
  SessionDetail,
} from '@heapcast/contracts';
import { follow } from '../../service/live.js';
import type { Chunk, ProgramSubject, Steps, TypeRow } from '../../service/program.js';
import { Subject } from '../../service/subject.js';
import { type Scene, sceneOf, sceneOfFrames } from './scene.js';
import { type Stop, stepAt, stopAt, stopsOfMarks, stopsOfMoves, stopsOfSteps } from './stops.js';
import { type Finding, findingOf } from './words.js';

/** Bars in the dock; of a longer program a window of so many. */
const WINDOW = 200;
const MOST_EVENTS = 20_000;
/** Milliseconds per stop at 1x. */
const BEAT = 1000;
export const SPEEDS = [1, 2, 8] as const;
export type Speed = (typeof SPEEDS)[number];
export const PANES = ['source', 'diagram', 'heap'] as const;
export type Pane = (typeof PANES)[number];
/** More objects than this are a table only. */
export const MOST_OBJECTS = 400;
/** Blocks of a snippet's frame whose place is looked up. */
const MOST_PLACES = 40;

export interface Moment {
  readonly at: number;
  readonly state: ProgramView | null;
  readonly leaks: LeakView | null;
  readonly map: HeapMap | null;
  /** The arena that the picture of places shows. */
  readonly arena: number | null;
  /** Of models without pools. */
  readonly chunks: readonly Chunk[];
  /** Instead of objects, when they are too many. */
  readonly types: readonly TypeRow[];
  readonly places: ReadonlyMap<number, ObjectPlace>;
}

export class ProgramPageView {
  readonly detail = signal<SessionDetail | null>(null);
  readonly source = signal<ProgramSource | null>(null);
  readonly steps = signal<Steps | null>(null);
  readonly stops = signal<readonly Stop[]>([]);
  /** Are there commands before the first stop, after the last one? */
  readonly more = signal({ before: false, after: false });
  readonly at = signal(0);
  readonly end = signal(0);
  readonly moment = signal<Moment | null>(null);
  readonly playing = signal(false);
  readonly speed = signal<Speed>(1);
  readonly following = signal(false);
  readonly presence = signal<Presence | null>(null);
  readonly isConnected = signal(true);
  readonly trouble = signal<string | null>(null);
  /** The object under the pointer, in the diagram or among the blocks. */
  readonly hovered = signal<number | null>(null);
  readonly showAll = signal<boolean | null>(null);
  readonly sending = signal(false);
  /** What is shown where there is no room for all three. */
  readonly pane = signal<Pane>('diagram');

  readonly index = computed(() => stopAt(this.stops.value, this.at.value));
  readonly stop = computed<Stop | null>(() => this.stops.value[this.index.value] ?? null);
  readonly step = computed(() => stepAt(this.steps.value?.steps ?? [], this.at.value));
  readonly finding = computed<Finding | null>(() => {
    const now = this.moment.value;
    return now?.state ? findingOf(now.state, now.leaks) : null;
  });
  readonly scene = computed<Scene | null>(() => {
    const now = this.moment.value;
    const finding = this.finding.value;
    if (now?.state && finding) return sceneOf(now.state, now.leaks, finding, this.showAll.value);
    const frames = this.stop.value?.frames;
    return now && frames ? sceneOfFrames(frames, now.places) : null;
  });
  /** Line of the source where it is. */
  readonly line = computed(() => {
    const frame = this.moment.value?.state?.frames.items[0];
    return frame?.line || (this.stop.value?.line ?? this.step.value?.line ?? 0);
  });

  readonly heap: Subject;
  #closed = false;
  #showing = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #reading: Promise<void> | null = null;
  #isStale = false;
  #unfollow: (() => void) | undefined;
  readonly #places = new Map<number, ObjectPlace>();
  /** Bytes at events that were asked for: they do not change. */
  readonly #held = new Map<number, number>();

  constructor(readonly subject: ProgramSubject) {
    this.heap = new Subject('session', subject.id);
  }

  get mayWrite(): boolean {
    return this.subject.token !== undefined && this.detail.value?.status === 'open';
  }

  async open(at: number | undefined): Promise<void> {
    try {
      const detail = await this.subject.detail();
      if (this.#closed) return;
      const grows = detail.status === 'open';
      batch(() => {
        this.detail.value = detail;
        this.end.value = detail.seq;
        this.at.value = Math.min(at ?? detail.seq, detail.seq);
        this.following.value = grows && this.at.value === detail.seq;
      });
      if (grows) this.#follow();
      const [source] = await Promise.all([this.subject.source(detail), this.#readStops()]);
      if (this.#closed) return;
      this.source.value = source;
      this.#show();
    } catch (error) {
      this.#fail(error);
    }
  }

  close(): void {
    this.#closed = true;
    this.pause();
    this.#unfollow?.();
  }

  /** To the moment after event `at`, and stays there. */
  seek(at: number): void {
    this.pause();
    this.#to(at);
  }

  #to(at: number): void {
    const to = Math.max(0, Math.min(this.end.value, Math.round(at)));
    batch(() => {
      this.following.value = this.detail.value?.status === 'open' && to === this.end.value;
      this.at.value = to;
    });
    const { before, after } = this.more.value;
    const first = this.stops.value[0]?.seq ?? 0;
    const last = this.stops.value.at(-1)?.end ?? 0;
    if ((before && to < first) || (after && to > last))
      void this.#readStops().catch((error: unknown) => this.#fail(error));
    this.#show();
  }

  /** So many stops on, or back. */
  move(by: number): void {
    this.pause();
    this.#move(by);
  }

  #move(by: number): void {
    const to = this.index.value + by;
    const stop = this.stops.value[to];
    if (stop) return this.#to(stop.end);
    if (to < 0) return this.#to(this.more.value.before ? (this.stops.value[0]?.seq ?? 1) - 1 : 0);
    return this.#to(this.more.value.after ? (this.stops.value.at(-1)?.end ?? 0) + 1 : this.end.value);
  }

  /** To the end of the scenario's next step, or of the one before. */
  moveStep(by: 1 | -1): void {
    this.pause();
    const steps = this.steps.value?.steps.filter(({ from }) => from !== null) ?? [];
    if (steps.length === 0) return this.#move(10 * by);
    const now = steps.findLastIndex(({ from }) => (from ?? Infinity) <= this.at.value);
    const next = steps[now + by + 1];
    if (now + by < 0) return this.seek(0);
    return this.seek(next ? (next.from ?? 1) - 1 : this.end.value);
  }

  toggle(): void {
    if (this.playing.value) return this.pause();
    if (this.at.value >= this.end.value) this.seek(0);
    this.playing.value = true;
    const beat = (): void => {
      // A picture that is still on its way is waited for.
      if (!this.#showing) this.#move(1);
      if (this.at.value >= this.end.value) return this.pause();
      this.#timer = setTimeout(beat, BEAT / this.speed.value);
    };
    this.#timer = setTimeout(beat, BEAT / this.speed.value / 4);
  }

  pause(): void {
    clearTimeout(this.#timer);
    this.playing.value = false;
  }

  /** Plays the scenario on; everybody who watches sees it. */
  async play(body: { readonly count: number } | { readonly all: true }): Promise<void> {
    await this.#send(async () => (await this.subject.play(body)).seq);
  }

  /** @returns what came of the command, in words; `null` = it was refused, and `trouble` says why */
  async command(commands: readonly ProgramCommand[]): Promise<boolean> {
    return this.#send(async () => (await this.subject.command(commands)).seq);
  }

  async #send(work: () => Promise<number>): Promise<boolean> {
    this.pause();
    this.sending.value = true;
    try {
      const seq = await work();
      this.trouble.value = null;
      // What was done from here is what is looked at.
      this.following.value = true;
      this.#grew(seq);
      return true;
    } catch (error) {
      this.#fail(error);
      return false;
    } finally {
      this.sending.value = false;
    }
  }

  #follow(): void {
    this.#unfollow = follow(this.subject.id, this.subject.token, {
      grew: (seq) => this.#grew(seq),
      finished: () => {
        const { value } = this.detail;
        if (value) this.detail.value = { ...value, status: 'finished' };
      },
      present: (presence) => (this.presence.value = presence),
      connected: (isConnected) => (this.isConnected.value = isConnected),
      refused: (why) => (this.trouble.value = why),
    });
  }

  #grew(seq: number): void {
    if (seq < this.end.value || this.#closed) return;
    const isNew = seq > this.end.value;
    batch(() => {
      this.end.value = seq;
      if (this.following.value) this.at.value = seq;
    });
    if (!isNew && !this.following.value) return;
    void this.#readStops()
      .then(() => this.#show())
      .catch((error: unknown) => this.#fail(error));
  }

  /** One reading at a time; what is wanted meanwhile is read once more after it. */
  #readStops(): Promise<void> {
    if (this.#reading) {
      this.#isStale = true;
      return this.#reading;
    }
    const read = async (): Promise<void> => {
      do {
        this.#isStale = false;
        await this.#readStopsOnce();
      } while (this.#isStale && !this.#closed);
    };
    this.#reading = read().finally(() => (this.#reading = null));
    return this.#reading;
  }

  async #readStopsOnce(): Promise<void> {
    const detail = this.detail.value;
    if (!detail) return;
    const steps = await this.subject.steps(detail);
    if (detail.kind === 'program') {
      const { stops, more } = await this.#commands();
      batch(() => {
        this.steps.value = steps;
        this.stops.value = stops;
        this.more.value = more;
      });
    } else if (steps) {
      const stops = stopsOfSteps(steps.steps, this.end.value);
      const held = await Promise.all(stops.map(({ end }) => this.#heldAt(end)));
      batch(() => {
        this.steps.value = steps;
        this.stops.value = stops.map((stop, i) => ({ ...stop, reachable: held[i] ?? null }));
      });
    } else if (detail.kind === 'snippet') {
      const { traceId } = await this.subject.snippet();
      const [events, sites] = await Promise.all([
        this.subject.events(MOST_EVENTS),
        traceId === null ? { items: [] } : this.subject.sites(traceId),
      ]);
      this.stops.value = stopsOfMarks(events, sites.items);
    }
  }

  async #heldAt(at: number): Promise<number> {
    const known = this.#held.get(at) ?? (await this.subject.held(at));
    this.#held.set(at, known);
    return known;
  }

  async #commands(): Promise<{ readonly stops: readonly Stop[]; readonly more: ProgramPageView['more']['value'] }> {
    const known = this.stops.value;
    const lastKnown = known.at(-1);
    // A program that grew by a little is not read from its beginning.
    if (lastKnown && !this.more.value.before && known.length < WINDOW) {
      const { items, more } = await this.subject.commandsAfter(Math.max(0, lastKnown.seq - 1), WINDOW);
      if (!more.after && known.length + items.length <= WINDOW) {
        const kept = known.filter(({ seq }) => seq < (items[0]?.seq ?? Infinity));
        return { stops: [...kept, ...stopsOfMoves(items)], more: { before: false, after: false } };
      }
    }
    const first = await this.subject.commandsAfter(0, WINDOW);
    if (!first.more.after) return { stops: stopsOfMoves(first.items), more: first.more };
    const at = this.at.value;
    const [before, after] = await Promise.all([
      this.subject.commandsBefore(at, WINDOW / 2),
      this.subject.commandsAfter(at, WINDOW / 2),
    ]);
    return {
      stops: stopsOfMoves([...before.items, ...after.items]),
      more: { before: before.more.before, after: after.more.after },
    };
  }

  /** Fetches the wanted moment; of what is wanted meanwhile only the latest comes after it. */
  #show(): void {
    if (this.#showing || this.#closed) return;
    this.#showing = true;
    void (async () => {
      try {
        for (;;) {
          const at = this.at.value;
          const moment = await this.#look(at);
          if (this.#closed) return;
          batch(() => {
            this.moment.value = moment;
            this.trouble.value = null;
          });
          if (this.at.value === at) break;
        }
      } catch (error) {
        this.#fail(error);
      } finally {
        this.#showing = false;
      }
    })();
  }

  async #look(at: number): Promise<Moment> {
    const hasPools = this.detail.value?.allocator.model === 'pymalloc';
    const isProgram = this.detail.value?.kind === 'program';
    const [state, leaks] = isProgram
      ? await Promise.all([this.subject.state(at), this.subject.leaks(at)])
      : [null, null];
    const places = new Map<number, ObjectPlace>();
    if (!isProgram) await this.#findPlaces(at, places);
    const arena = busiest([...(state?.objects.items.map(({ place }) => place) ?? []), ...places.values()]);
    const [map, chunks, types] = await Promise.all([
      this.heap.map(at, arena),
      hasPools ? [] : this.subject.chunks(at),
      state && state.objects.total > MOST_OBJECTS ? this.subject.types(at) : [],
    ]);
    const shown = arena ?? map.region[0] ?? null;
    // Without an object that says which, the first arena is the one that is told block by block.
    const told = shown === arena || !hasPools ? map : await this.heap.map(at, shown);
    return { at, state, leaks, map: told, arena: shown, chunks, types, places };
  }

  /** Where the blocks lie that a snippet's frames name. */
  async #findPlaces(at: number, places: Map<number, ObjectPlace>): Promise<void> {
    const stop = this.stops.value[stopAt(this.stops.value, at)];
    const blocks = new Set(stop?.frames?.flatMap(({ locals }) => locals.map(({ block }) => block)) ?? []);
    blocks.delete(0);
    await Promise.all(
      [...blocks].slice(0, MOST_PLACES).map(async (block) => {
        const known = this.#places.get(block) ?? (await this.heap.placeOf(block, at).catch(() => null));
        if (!known) return;
        this.#places.set(block, known);
        places.set(block, known);
      }),
    );
  }

  #fail(error: unknown): void {
    if (this.#closed) return;
    this.pause();
    this.trouble.value = error instanceof Error ? error.message : String(error);
  }
}

/** The arena in which most objects lie. */
function busiest(places: readonly (ObjectPlace | null)[]): number | null {
  const counts = new Map<number, number>();
  for (const place of places) {
    if (place && place.arena !== null) counts.set(place.arena, (counts.get(place.arena) ?? 0) + 1);
  }
  let best: number | null = null;
  for (const [arena, count] of counts) if (best === null || count > (counts.get(best) ?? 0)) best = arena;
  return best;
}
