/**
 * The state of a program page: which moment it shows, what there is to see at it, and time to move through, one command, step or line
 * at a time. What is drawn follows from these signals; what a person does ends in a method here.
 */
import { batch, computed, signal } from '@preact/signals';
import type { Presence, ProgramCommand, ProgramSource, SessionDetail } from '@heapcast/contracts';
import { follow } from '../../service/live.js';
import type { ProgramSubject, Steps } from '../../service/program.js';
import { Subject } from '../../service/subject.js';
import { LineReader } from './line-reader.js';
import { type Moment, MomentReader } from './moment.js';
import type { Pictured } from './pictured.js';
import { Player } from './player.js';
import { type Scene, sceneOf, sceneOfFrames } from './scene.js';
import { StopReader } from './stop-reader.js';
import { type More, type Stop, stepAt, stopAt } from './stops.js';
import { type Finding, findingOf } from './words.js';

/** Milliseconds between two readings of a long program that grows. */
const SETTLED = 300;
export const PANES = ['source', 'diagram', 'heap'] as const;
export type Pane = (typeof PANES)[number];

export class ProgramPageView implements Pictured {
  readonly detail = signal<SessionDetail | null>(null);
  readonly source = signal<ProgramSource | null>(null);
  readonly steps = signal<Steps | null>(null);
  readonly stops = signal<readonly Stop[]>([]);
  /** Are there commands before the first stop, after the last one? */
  readonly more = signal<More>({ before: false, after: false });
  readonly at = signal(0);
  readonly end = signal(0);
  readonly moment = signal<Moment | null>(null);
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

  readonly player = new Player({
    isOver: () => this.at.value >= this.end.value,
    rewind: () => this.seek(0),
    goOn: () => {
      // A picture that is still on its way is waited for.
      if (!this.#showing) this.#move(1);
    },
  });
  readonly heap: Subject;
  #closed = false;
  #showing = false;
  #reading: Promise<void> | null = null;
  #isStale = false;
  #growth: ReturnType<typeof setTimeout> | undefined;
  #unfollow: (() => void) | undefined;
  readonly #lines: LineReader;
  readonly #stopReader: StopReader;
  readonly #momentReader: MomentReader;

  constructor(readonly subject: ProgramSubject) {
    this.heap = new Subject('session', subject.id);
    this.#lines = new LineReader(subject);
    this.#stopReader = new StopReader(subject, this.#lines);
    this.#momentReader = new MomentReader(subject, this.heap);
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
    this.player.pause();
    clearTimeout(this.#growth);
    this.#unfollow?.();
  }

  /** To the moment after event `at`, and stays there. */
  seek(at: number): void {
    this.player.pause();
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
    this.player.pause();
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
    this.player.pause();
    const steps = this.steps.value?.steps.filter(({ from }) => from !== null) ?? [];
    if (steps.length === 0) return this.#move(10 * by);
    const now = steps.findLastIndex(({ from }) => (from ?? Infinity) <= this.at.value);
    const next = steps[now + by + 1];
    if (now + by < 0) return this.seek(0);
    return this.seek(next ? (next.from ?? 1) - 1 : this.end.value);
  }

  /** Plays the scenario on; everybody who watches sees it. */
  async play(body: { readonly count: number } | { readonly all: true }): Promise<void> {
    await this.#send(async () => (await this.subject.play(body)).seq);
  }

  /** @returns whether it was taken; if not, `trouble` says why */
  async command(commands: readonly ProgramCommand[]): Promise<boolean> {
    return this.#send(async () => (await this.subject.command(commands)).seq);
  }

  async #send(work: () => Promise<number>): Promise<boolean> {
    this.player.pause();
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
    const { before, after } = this.more.value;
    // A long program that grows fast is read now and then, not at every command.
    this.#growth ??= setTimeout(() => this.#readGrowth(), before || after ? SETTLED : 0);
  }

  #readGrowth(): void {
    this.#growth = undefined;
    if (this.#closed) return;
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
    const { steps, stops, more } = await this.#stopReader.read(detail, {
      at: this.at.value,
      end: this.end.value,
      known: this.stops.value,
      isWindow: this.more.value.before || this.more.value.after,
    });
    batch(() => {
      this.steps.value = steps;
      this.stops.value = stops;
      this.more.value = more;
    });
  }

  /** Fetches the wanted moment; of what is wanted meanwhile only the latest comes after it. */
  #show(): void {
    if (this.#showing || this.#closed) return;
    this.#showing = true;
    void (async () => {
      try {
        for (;;) {
          const at = this.at.value;
          const detail = this.detail.value;
          if (!detail) return;
          const frames = this.stops.value[stopAt(this.stops.value, at)]?.frames ?? null;
          const moment = await this.#momentReader.read(at, detail, frames, this.#lines.places);
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

  #fail(error: unknown): void {
    if (this.#closed) return;
    this.player.pause();
    this.trouble.value = error instanceof Error ? error.message : String(error);
  }
}
