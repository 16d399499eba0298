/**
 * Everything that a worker thread does: it holds the timelines of its keys and answers the main thread's messages. One
 * thread does many things at once by doing each in short pieces; whatever can be answered without waiting is answered
 * in the turn in which it was asked.
 */
import type { AllocatorModel, ModelEnvironment, ResolvedConfig } from '@heapcast/allocators';
import { packChunk, unpackChunk, type TraceFormat } from '@heapcast/trace';
import { answer, answerAtHead } from './answers.js';
import { applyItems, breaksTimeline, itemAlone } from './appends.js';
import { CheckpointBudget } from './checkpoints.js';
import { ChunkCache } from './chunk-cache.js';
import { takeApart } from './crossing-error.js';
import { EventSource } from './event-source.js';
import { execute } from './execution.js';
import { ExportWork } from './export-work.js';
import { IngestWork } from './ingest-work.js';
import { isMeasure, Measurements } from './measurement.js';
import type { MeasureQuery } from './measures.js';
import { buffersOf, Outbox } from './outbox.js';
import { PlacementScratch } from './placements.js';
import type { AppendItems, FromWorker, ToWorker, WorkerMemory, WorkerSettings } from './protocol.js';
import { RemoteReads } from './remote-reads.js';
import { ReplayError } from './replay-error.js';
import type { RunProgress } from './run-summary.js';
import { Timeline, type TimelineRoom } from './timeline.js';

/** What a worker needs from outside. */
export interface WorkerSurroundings {
  readonly createModel: (config: ResolvedConfig, environment: ModelEnvironment) => AllocatorModel;
  readonly findFormat: (name: string) => TraceFormat | null;
  /** Resolves after other work of the thread had its turn. */
  readonly breathe: () => Promise<void>;
}

type Message<T extends ToWorker['type']> = Extract<ToWorker, { type: T }>;

/** Work that takes more than a moment and can be told something meanwhile. */
interface Job {
  cancel(): void;
  taken?(): void;
  push?(bytes: Uint8Array | null): void;
}

export class ReplayWorker {
  readonly #room: TimelineRoom;
  readonly #timelines = new Map<number, Timeline>();
  readonly #jobs = new Map<number, Job>();
  readonly #outbox: Outbox<FromWorker>;
  readonly #reads: RemoteReads;
  readonly #measurements = new Measurements();
  /** Timelines that may have a cursor, least recently used first. */
  readonly #looked = new Set<Timeline>();
  readonly #settings: WorkerSettings;
  readonly #surroundings: WorkerSurroundings;

  constructor(
    post: (messages: readonly FromWorker[], transfer: ArrayBuffer[]) => void,
    settings: WorkerSettings,
    surroundings: WorkerSurroundings,
  ) {
    this.#settings = settings;
    this.#surroundings = surroundings;
    this.#outbox = new Outbox(post);
    this.#reads = new RemoteReads((message) => this.#outbox.put(message));
    this.#room = {
      read: this.#reads.read,
      createModel: surroundings.createModel,
      checkpoints: new CheckpointBudget({
        bytes: settings.checkpointBytes,
        share: settings.checkpointShare,
        tally: settings.checkpointTally,
        index: settings.index,
        onPressure: () => this.#outbox.put({ type: 'pressure' }),
      }),
      chunks: new ChunkCache(settings.chunkCacheBytes),
      scratch: new PlacementScratch(),
      breathe: surroundings.breathe,
    };
    this.#outbox.put({ type: 'ready' });
  }

  receive(messages: readonly ToWorker[]): void {
    for (const message of messages) this.#take(message);
  }

  #take(message: ToWorker): void {
    switch (message.type) {
      case 'append':
        return this.#append(message.items);
      case 'inspect':
        return this.#inspect(message);
      case 'open':
        return this.#finish(message.call, () => this.#open(message));
      case 'close':
        return this.#finish(message.call, () => this.#close(message.handle));
      case 'execute':
        return this.#execute(message);
      case 'ingest':
        return this.#ingest(message);
      case 'export':
        return this.#export(message);
      case 'ingest-bytes':
        return this.#jobs.get(message.call)?.push?.(message.bytes);
      case 'ingest-end':
        return this.#jobs.get(message.call)?.push?.(null);
      case 'taken':
        return this.#jobs.get(message.call)?.taken?.();
      case 'cancel':
        return this.#jobs.get(message.call)?.cancel();
      case 'pack':
        return this.#finish(message.call, async () => packChunk(message.chunk));
      case 'unpack':
        return this.#unpack(message);
      case 'thin':
        return this.#room.checkpoints.fit();
      case 'ping':
        return this.#outbox.put({ type: 'done', call: message.call, value: null });
      case 'memory':
        return this.#finish(message.call, () => this.#memory());
      case 'chunks':
        return this.#reads.answer(message.read, message.chunks);
      case 'read-failed':
        return this.#reads.fail(message.read, message.error);
      default:
        throw new ReplayError('internal', 'a worker was told something unknown');
    }
  }

  /** Replies to `call` when `work` is done. */
  #finish(call: number, work: () => Promise<unknown>): void {
    work().then(
      (value) => this.#outbox.put({ type: 'done', call, value }, value instanceof Uint8Array ? buffersOf([value]) : []),
      (error: unknown) => this.#fail(call, error),
    );
  }

  #fail(call: number, error: unknown, lost = false): void {
    this.#outbox.put({ type: 'failed', call, error: takeApart(error), lost });
  }

  async #open({ handle, key, config, environment, events, keepHead }: Message<'open'>): Promise<unknown> {
    const timeline = new Timeline(key, { config, environment, events, keepHead }, this.#room);
    this.#timelines.set(handle, timeline);
    try {
      return await timeline.inTurn(async () => {
        await timeline.wake();
        const { model, owners } = timeline.head ?? timeline.makePlayhead();
        return { events: timeline.events, blocks: owners.blocks, unit: model.unit, totals: model.totals() };
      });
    } catch (error) {
      this.#timelines.delete(handle);
      timeline.close();
      throw error;
    }
  }

  async #close(handle: number): Promise<void> {
    const timeline = this.#timelines.get(handle);
    if (!timeline) return;
    this.#timelines.delete(handle);
    await timeline.inTurn(async () => {
      timeline.close();
      this.#looked.delete(timeline);
    });
  }

  #append(items: AppendItems, inTurn = false): void {
    const applied = applyItems(
      items,
      (handle, index, from) => {
        const timeline = this.#timeline(handle);
        if (timeline.ready || inTurn) return timeline;
        const alone = itemAlone(items, index, from);
        timeline.later(() => this.#append(alone, true));
        return null;
      },
      (call, handle, error) => {
        const lost = breaksTimeline(error);
        if (lost) void this.#close(handle);
        this.#fail(call, error, lost);
      },
    );
    if (applied.calls.every((call) => call === 0)) return;
    const { columns, totals } = applied;
    this.#outbox.put({ type: 'applied', items: applied }, buffersOf([...Object.values(columns), totals]));
  }

  #inspect({ call, handle, at, query }: Message<'inspect'>): void {
    if (isMeasure(query)) return this.#measure(call, handle, at, query);
    this.#finish(call, async () => {
      const timeline = this.#timeline(handle);
      const now = timeline.ready ? answerAtHead(timeline, at, query) : null;
      if (now) return now;
      try {
        return await timeline.inTurn(() => answer(timeline, at, query));
      } finally {
        this.#note(timeline);
      }
    });
  }

  #measure(call: number, handle: number, at: number | 'head', query: MeasureQuery): void {
    let cancelled = false;
    this.#job(call, { cancel: () => (cancelled = true) }, async () => {
      const timeline = this.#timeline(handle);
      try {
        return await this.#measurements.measure(timeline, at, query, () => cancelled);
      } finally {
        this.#note(timeline);
      }
    });
  }

  #execute({ call, handle, curvePoints }: Message<'execute'>): void {
    let cancelled = false;
    this.#job(call, { cancel: () => (cancelled = true) }, async () => {
      const timeline = this.#timeline(handle);
      const report = (progress: RunProgress): void => this.#outbox.put({ type: 'progress', call, progress });
      try {
        return await timeline.inTurn(() => execute(timeline, { curvePoints, report, cancelled: () => cancelled }));
      } finally {
        this.#note(timeline);
      }
    });
  }

  #ingest({ call, format, limits, raw }: Message<'ingest'>): void {
    const send = this.#outbox.put.bind(this.#outbox);
    const found = this.#surroundings.findFormat(format);
    if (!found) return this.#fail(call, unknownFormat(format));
    const work = new IngestWork(call, found, limits, raw, send, this.#surroundings.breathe);
    this.#job(call, work, () => work.run());
  }

  #export({ call, key, format, header }: Message<'export'>): void {
    const send = this.#outbox.put.bind(this.#outbox);
    const found = this.#surroundings.findFormat(format);
    if (!found) return this.#fail(call, unknownFormat(format));
    const source = new EventSource(key, this.#room.read, this.#room.chunks, true);
    const work = new ExportWork(call, found, header, source, send, this.#surroundings.breathe);
    this.#job(call, work, async () => {
      try {
        await work.run();
      } finally {
        source.forget();
      }
    });
  }

  #job(call: number, job: Job, work: () => Promise<unknown>): void {
    this.#jobs.set(call, job);
    this.#finish(call, async () => {
      try {
        return await work();
      } finally {
        this.#jobs.delete(call);
      }
    });
  }

  #unpack({ call, packed }: Message<'unpack'>): void {
    try {
      const value = unpackChunk(packed);
      const { op, size, slot, site, time } = value;
      this.#outbox.put({ type: 'done', call, value }, buffersOf([op, size, slot, site, time]));
    } catch (error) {
      this.#fail(call, error);
    }
  }

  async #memory(): Promise<WorkerMemory> {
    const handles: [number, number][] = [];
    for (const [handle, timeline] of this.#timelines) {
      handles.push([handle, timeline.byteLength]);
      if (handles.length % 64 === 0) await this.#surroundings.breathe();
    }
    return { handles, checkpointBytes: this.#room.checkpoints.used, chunkCacheBytes: this.#room.chunks.used };
  }

  #timeline(handle: number): Timeline {
    const timeline = this.#timelines.get(handle);
    if (timeline) return timeline;
    throw new ReplayError('not-open', 'the timeline is not open in its worker; open the key again');
  }

  /** Notes that a timeline was looked at: only the last few keep a cursor. */
  #note(timeline: Timeline): void {
    this.#looked.delete(timeline);
    if (!timeline.closed) this.#looked.add(timeline);
    for (const oldest of this.#looked) {
      if (this.#looked.size <= this.#settings.cursors) return;
      if (!oldest.idle) continue;
      oldest.dropCursor();
      this.#looked.delete(oldest);
    }
  }
}

function unknownFormat(name: string): ReplayError {
  return new ReplayError('unknown-format', `no trace format is named ${name}`);
}
