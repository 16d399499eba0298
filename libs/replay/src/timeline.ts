/**
 * One event source on one model, at any position. A live session's timeline keeps a head, the state after its last
 * request; every timeline may keep a cursor, the state where somebody looked last. A seek starts from the nearest of
 * cursor, checkpoint and empty heap, and leaves checkpoints on its way.
 *
 * Work that waits (reading, long replays) is done one piece after the other per timeline and lets other timelines of the
 * thread go on between chunks.
 */
import type { AllocatorModel, ModelEnvironment, ResolvedConfig } from '@heapcast/allocators';
import type { TraceChunk } from '@heapcast/trace';
import type { CheckpointBudget, CheckpointTrack } from './checkpoints.js';
import type { ChunkCache } from './chunk-cache.js';
import { EventSource, type DeliveredReader } from './event-source.js';
import type { PlacementScratch } from './placements.js';
import type { RegionMark } from './region-peaks.js';
import { Playhead, type Checkpoint, type OpenChunk, type PlaceColumns } from './playhead.js';
import { ReplayError } from './replay-error.js';

/** What the timelines of one thread share. */
export interface TimelineRoom {
  readonly read: DeliveredReader;
  readonly createModel: (config: ResolvedConfig, environment: ModelEnvironment) => AllocatorModel;
  readonly checkpoints: CheckpointBudget;
  readonly chunks: ChunkCache;
  readonly scratch: PlacementScratch;
  /** Resolves after other work of the thread had its turn. */
  readonly breathe: () => Promise<void>;
}

export interface TimelineOptions {
  readonly config: ResolvedConfig;
  readonly environment: ModelEnvironment;
  readonly events: number;
  readonly keepHead: boolean;
}

/** Requests applied at a time, before others have their turn: about two milliseconds. */
const SLICE = 1 << 15;

/** Applies requests [from, to) of an open chunk to the playhead that walks. */
export type Stride = (open: OpenChunk, from: number, to: number) => void;

export class Timeline {
  /** State after the last request; live sessions only. */
  readonly head: Playhead | null;
  closed = false;
  readonly #source: EventSource;
  readonly #track: CheckpointTrack<Checkpoint>;
  #regionMarks: CheckpointTrack<RegionMark> | null = null;
  #cursor: Playhead | null = null;
  #events: number;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #awake = false;
  #deferred = 0;

  constructor(
    readonly key: string,
    private readonly options: TimelineOptions,
    private readonly room: TimelineRoom,
  ) {
    this.#events = options.events;
    this.#source = new EventSource(key, room.read, room.chunks, !options.keepHead);
    this.#track = room.checkpoints.track();
    this.head = options.keepHead ? this.makePlayhead() : null;
  }

  get events(): number {
    return this.head && this.head.position > this.#events ? this.head.position : this.#events;
  }

  get scratch(): PlacementScratch {
    return this.room.scratch;
  }

  /** Resolves after other work of the thread had its turn. */
  breathe(): Promise<void> {
    return this.room.breathe();
  }

  /** Is nothing under way that waits? */
  get idle(): boolean {
    return this.#waiting === 0;
  }

  /** May the head be moved at once: is nobody before it? */
  get ready(): boolean {
    return this.#awake && this.#deferred === 0;
  }

  /** Moves the head in its turn. Until then the timeline is not ready, so that what comes after comes later, too. */
  later(work: () => void): void {
    this.#deferred++;
    void this.inTurn(async () => {
      this.#deferred--;
      work();
    });
  }

  /** Does `work` after everything that was asked of this timeline before. */
  async inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.#waiting++;
    const turn = this.#last.then(work, work);
    this.#last = turn.catch(() => {});
    try {
      return await turn;
    } finally {
      this.#waiting--;
    }
  }

  /** Brings the head up to the events that the source holds. */
  async wake(): Promise<void> {
    if (this.head) {
      await this.walk(this.head, this.#events);
      this.head.open = null;
      this.head.takeMappings();
    }
    this.#awake = true;
  }

  /**
   * Applies the next requests of a live session: [from, to) of `chunk`, whose `from` has index `first`. Returns the head.
   * @throws ReplayError `out-of-step`, `wrong-kind`
   */
  append(
    first: number,
    chunk: TraceChunk,
    from: number,
    to: number,
    out: PlaceColumns,
    labels: Map<number, string>,
  ): Playhead {
    const { head } = this;
    if (!head) throw new ReplayError('wrong-kind', `${this.key} is a run: it takes no more requests`);
    if (head.position !== first) {
      throw new ReplayError(
        'out-of-step',
        `${this.key} has ${head.position} events; it cannot take event ${first} next`,
      );
    }
    head.step(chunk, from, to, out, labels);
    if (this.#track.due(head.position)) this.#track.add(head.save());
    return head;
  }

  /** The cursor, moved to `at`, or the head, if it is there: to look at, not to move. @param goOn as of `cursorAt` */
  async seek(at: number, goOn?: () => void): Promise<Playhead> {
    this.check(at);
    return this.head?.position === at ? this.head : this.cursorAt(at, goOn);
  }

  /**
   * The cursor, moved to `at`. Valid until other work of this timeline is done.
   * @param goOn throws when the way is not wanted any more; asked before every piece of it
   */
  async cursorAt(at: number, goOn?: () => void): Promise<Playhead> {
    this.check(at);
    const cursor = this.#start(at);
    try {
      await this.walk(cursor, at, this.#plain(cursor, goOn));
    } catch (error) {
      this.dropCursor();
      throw error;
    }
    return cursor;
  }

  /** A playhead of the caller's own at `at`: neither head nor cursor, so nobody else's turn is needed for it. */
  async playheadAt(at: number): Promise<Playhead> {
    this.check(at);
    const playhead = this.#standing(this.#track.before(at));
    await this.walk(playhead, at);
    return playhead;
  }

  /** The same, somewhere before the request that gives block number `number`. */
  playheadBefore(number: number): Playhead {
    return this.#standing(this.#track.last(({ owners }) => owners.blocks < number));
  }

  /** @throws ReplayError `out-of-range` */
  check(at: number): void {
    if (Number.isInteger(at) && at >= 0 && at <= this.events) return;
    throw new ReplayError('out-of-range', `position ${at} is not between 0 and ${this.events}, the number of events`);
  }

  /**
   * Moves a playhead forward to `to`, chunk by chunk; `stride` does the applying, if it is to be more than that. Leaves
   * checkpoints on its way.
   */
  async walk(playhead: Playhead, to: number, stride: Stride = this.#plain(playhead)): Promise<void> {
    const { open } = playhead;
    if (open && playhead.position >= open.first) await this.#cross(playhead, open, to, stride);
    if (playhead.position >= to) return;
    for await (const next of this.#source.chunks(playhead.position, to)) {
      await this.room.breathe();
      await this.#cross(playhead, next, to, stride);
      if (playhead.position < to) await this.room.breathe();
    }
  }

  /** The stored requests themselves, from the chunk that holds `from` on: for those who need no state. */
  chunks(from: number, to: number): AsyncGenerator<OpenChunk> {
    return this.#source.chunks(from, to);
  }

  makePlayhead(): Playhead {
    return new Playhead(this.room.createModel(this.options.config, this.options.environment));
  }

  /** Makes a playhead that somebody else moved the cursor. */
  adopt(playhead: Playhead): void {
    this.#cursor = playhead;
  }

  /** The state where somebody looked last, if it is kept. */
  get cursor(): Playhead | null {
    return this.#cursor;
  }

  /** Gives up the cursor; the next seek starts from a checkpoint. */
  dropCursor(): void {
    this.#cursor = null;
  }

  /** How full regions ever were, as of some positions: what a look at pinned regions goes on from. */
  get regionMarks(): CheckpointTrack<RegionMark> {
    return (this.#regionMarks ??= this.room.checkpoints.track());
  }

  /** Estimated bytes: head, cursor, checkpoints. */
  get byteLength(): number {
    const saved = this.#track.byteLength + (this.#regionMarks?.byteLength ?? 0);
    return (this.head?.byteLength ?? 0) + (this.#cursor?.byteLength ?? 0) + saved;
  }

  close(): void {
    this.#cursor = null;
    this.#track.clear();
    this.#regionMarks?.clear();
    this.#source.forget();
    this.closed = true;
  }

  #standing(checkpoint: Checkpoint | null): Playhead {
    const playhead = this.makePlayhead();
    if (checkpoint) playhead.restore(checkpoint);
    return playhead;
  }

  /** A playhead at or before `at`, as near as can be had without reading. */
  #start(at: number): Playhead {
    const checkpoint = this.#track.before(at);
    const cursor = this.#cursor;
    if (cursor && cursor.position <= at && cursor.position >= (checkpoint?.position ?? 0)) return cursor;
    if (!checkpoint) {
      this.#cursor = this.makePlayhead();
      return this.#cursor;
    }
    this.#cursor = cursor ?? this.makePlayhead();
    this.#cursor.restore(checkpoint);
    return this.#cursor;
  }

  /** Applies what an open chunk holds before `to`, in slices. */
  async #cross(playhead: Playhead, open: OpenChunk, to: number, stride: Stride): Promise<void> {
    const { first, chunk } = open;
    const end = Math.min(to - first, chunk.length);
    for (let from = playhead.position - first; from < end; from = playhead.position - first) {
      const upTo = Math.min(end, from + SLICE);
      stride(open, from, upTo);
      playhead.open = open;
      if (upTo < end) await this.room.breathe();
    }
    if (end === chunk.length && this.#track.due(playhead.position)) this.#track.add(playhead.save());
  }

  #plain(playhead: Playhead, goOn?: () => void): Stride {
    return ({ chunk }, from, to) => {
      goOn?.();
      playhead.advance(chunk, from, to, this.room.scratch.columns(chunk.length));
      playhead.takeMappings();
    };
  }
}
