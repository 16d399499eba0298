/**
 * Two to six runs of one trace, on one axis of events. Each row has its curve once, and the picture of the present event as the
 * cursor moves; a run that is still on its way is a row with progress.
 */
import { batch, computed, type Signal, signal } from '@preact/signals';
import type { HeapMap } from '@heapcast/contracts';
import { type Configuration, type ModelDescription, readAllocators } from '../../service/allocators.js';
import { json } from '../../service/rest.js';
import { runDone, type RunProgress } from '../../service/run-progress.js';
import { Subject, type WindowCurve } from '../../service/subject.js';
import { keepToken, tokenOf } from '../../service/tokens.js';
import { Clock } from '../../time/clock.js';
import { slid, type Stretch, zoomed } from '../../time/stretch.js';

export const MOST_RUNS = 6;
const BUCKETS = 700;
/** Milliseconds without a move until the curves of a new window are asked for. */
const SETTLED = 120;

export interface RunSummary {
  readonly peaks: Readonly<Record<string, { readonly value: number; readonly at: number }>>;
  readonly regions: { readonly mapped: number; readonly unmapped: number };
  readonly outcomes: Readonly<Record<string, number>>;
}

export interface RunBody {
  readonly id: string;
  readonly name: string;
  readonly status: RunProgress['status'];
  readonly trace: { readonly id: string; readonly name: string; readonly events: number };
  readonly allocator: Configuration;
  readonly problem: { readonly detail?: string; readonly title?: string } | null;
  readonly summary: RunSummary | null;
}

export interface Row {
  readonly run: Signal<RunBody>;
  readonly subject: Subject;
  readonly progress: Signal<RunProgress | null>;
  readonly curve: Signal<WindowCurve | null>;
  /** Of the moment `map.at`. */
  readonly map: Signal<HeapMap | null>;
  readonly trouble: Signal<string | null>;
}

/** Mapped bytes of the second less those of the first, as far as both are known. */
export interface Saving {
  readonly row: Row;
  readonly bytes: number;
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export class Comparison {
  readonly rows = signal<readonly Row[]>([]);
  readonly models = signal<readonly ModelDescription[]>([]);
  /** Other runs of the same trace, which could be rows. */
  readonly others = signal<readonly RunBody[]>([]);
  readonly mode = signal<'same' | 'difference'>('same');
  /** What is seen of the time axis; `null` = all of it. */
  readonly window = signal<Stretch | null>(null);
  readonly trouble = signal<string | null>(null);
  readonly clock = new Clock(() => this.#showing);
  readonly trace = computed(() => this.rows.value[0]?.run.value.trace ?? null);

  /** The row that has the least mapped now, and what it saves against the first; `null` while anything is missing. */
  readonly best = computed((): Saving | null => {
    const maps = this.rows.value.flatMap((row) => (row.map.value ? [{ row, map: row.map.value }] : []));
    const [first] = maps;
    if (!first || maps.length < 2) return null;
    const least = maps.reduce((one, other) =>
      other.map.totals.mappedBytes < one.map.totals.mappedBytes ? other : one,
    );
    return { row: least.row, bytes: first.map.totals.mappedBytes - least.map.totals.mappedBytes };
  });

  #showing = false;
  #closed = false;
  #wanted: number | undefined;
  #curvesDue: ReturnType<typeof setTimeout> | undefined;

  /** Reads these runs; `at` is where the cursor stands, else where the first holds most without need. */
  async open(ids: readonly string[], at: number | undefined): Promise<void> {
    try {
      this.models.value = await readAllocators();
      // Where the address says from the first row on: whoever moves on meanwhile is not taken back.
      this.#wanted = at;
      for (const id of ids.slice(0, MOST_RUNS)) await this.add(id);
      if (ids.length > MOST_RUNS)
        this.trouble.value = `At most ${MOST_RUNS} runs are compared; these are the first ones.`;
      const [first] = this.rows.value;
      if (!first || this.#closed) return;
      if (at === undefined && this.clock.at.value === 0) {
        this.clock.seek(heldMost(first.curve.value) ?? this.clock.end.value);
      }
      await this.#readOthers();
    } catch (error) {
      this.trouble.value = words(error);
    }
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#curvesDue);
    this.clock.pause();
  }

  get seen(): Stretch {
    return this.window.value ?? { from: 0, to: this.clock.end.value };
  }

  /** Around an event; below 1 is nearer. */
  zoom(factor: number, around: number): void {
    this.look(zoomed(this.seen, factor, around, this.clock.end.value));
  }

  /** By a share of what is seen. */
  slide(share: number): void {
    const { from, to } = this.seen;
    if (this.window.value) this.look(slid({ from, to }, share * (to - from), this.clock.end.value));
  }

  look(window: Stretch | null): void {
    this.window.value = window;
    clearTimeout(this.#curvesDue);
    this.#curvesDue = setTimeout(() => void this.#readCurves(), SETTLED);
  }

  /** Another run of the same trace. One of another trace is refused, in words. */
  async add(id: string): Promise<void> {
    if (this.rows.value.some(({ subject }) => subject.id === id)) return;
    try {
      const run = await this.#read(id);
      const trace = this.trace.value;
      if (trace && run.trace.id !== trace.id) {
        this.trouble.value = `"${run.name || run.trace.name}" is a run of another recording, ${run.trace.name || 'which has no name'} (${run.trace.events} events). Only runs of one recording can be compared: here, ${trace.name || 'the first'} (${trace.events} events).`;
        return;
      }
      if (this.rows.value.length >= MOST_RUNS) {
        this.trouble.value = `At most ${MOST_RUNS} runs are compared. Take one away first.`;
        return;
      }
      const row: Row = {
        run: signal(run),
        subject: new Subject('run', id),
        progress: signal(null),
        curve: signal(null),
        map: signal(null),
        trouble: signal(null),
      };
      batch(() => {
        this.rows.value = [...this.rows.value, row];
        this.clock.end.value = run.trace.events;
        if (this.#wanted !== undefined) this.clock.seek(this.#wanted);
        this.#wanted = undefined;
      });
      const loaded = this.#load(row);
      // A run that is on its way keeps nobody waiting.
      if (run.status === 'done') await loaded;
    } catch (error) {
      this.trouble.value = words(error);
    }
  }

  /** Replays the same trace on another configuration, as a further row. */
  async start(allocator: Configuration): Promise<void> {
    const trace = this.trace.value;
    const [first] = this.rows.value;
    if (!trace || !first) return;
    if (this.rows.value.length >= MOST_RUNS) {
      this.trouble.value = `At most ${MOST_RUNS} runs are compared. Take one away first.`;
      return;
    }
    this.trouble.value = null;
    try {
      const token = first.subject.secret;
      const { name } = first.run.value;
      const body = { trace: trace.id, allocator, ...(name === '' ? {} : { name }) };
      const { id } = await json<RunBody>('/v1/runs', {
        method: 'POST',
        body,
        ...(token === undefined ? {} : { token }),
      });
      // A private trace makes a private run: the same token reads it.
      if (token !== undefined) keepToken(id, token);
      await this.add(id);
    } catch (error) {
      this.trouble.value = words(error);
    }
  }

  remove(row: Row): void {
    this.rows.value = this.rows.value.filter((each) => each !== row);
    void this.#readOthers().catch((error: unknown) => (this.trouble.value = words(error)));
  }

  /** Fetches the pictures of the wanted event, of all rows at once; what is wanted meanwhile comes after, and only the latest. */
  show(): void {
    if (this.#showing || this.#closed) return;
    this.#showing = true;
    void (async () => {
      let at: number;
      do {
        at = this.clock.at.value;
        const rows = this.rows.value.filter(({ run }) => run.value.status === 'done');
        const found = await Promise.allSettled(rows.map(({ subject }) => subject.map(at, null)));
        batch(() => {
          for (const [nth, answer] of found.entries()) {
            const row = rows[nth];
            if (answer.status === 'fulfilled' && row) row.map.value = answer.value;
            else if (row && answer.status === 'rejected') row.trouble.value = words(answer.reason);
          }
        });
      } while (!this.#closed && at !== this.clock.at.value);
      this.#showing = false;
    })();
  }

  #read(id: string): Promise<RunBody> {
    const token = tokenOf(id);
    return json(`/v1/runs/${encodeURIComponent(id)}`, token === undefined ? {} : { token });
  }

  async #load(row: Row): Promise<void> {
    const { id } = row.subject;
    try {
      const { status } = row.run.value;
      if (status === 'pending' || status === 'running') {
        await runDone(id, (progress) => (row.progress.value = progress));
        row.run.value = await this.#read(id);
      }
      const { run } = row;
      if (run.value.status !== 'done') throw new Error(whyNot(run.value));
      if (run.value.trace.events > 0) row.curve.value = await this.#curveOf(row);
      this.show();
    } catch (error) {
      row.run.value = await this.#read(id).catch(() => row.run.value);
      row.trouble.value = row.run.value.status === 'done' ? words(error) : whyNot(row.run.value);
    }
  }

  /** Of all rows at once, so that each shows the same window. */
  async #readCurves(): Promise<void> {
    const wanted = this.window.value;
    const rows = this.rows.value.filter(({ curve }) => curve.value !== null);
    const found = await Promise.allSettled(rows.map((row) => this.#curveOf(row)));
    if (this.#closed || this.window.value !== wanted) return;
    batch(() => {
      for (const [nth, answer] of found.entries()) {
        const row = rows[nth];
        if (row && answer.status === 'fulfilled') row.curve.value = answer.value;
        else if (row && answer.status === 'rejected') row.trouble.value = words(answer.reason);
      }
    });
  }

  #curveOf({ subject }: Row): Promise<WindowCurve> {
    const { from, to } = this.seen;
    return subject.curve(from, to, Math.max(1, Math.min(BUCKETS, to - from)));
  }

  async #readOthers(): Promise<void> {
    const trace = this.trace.value;
    if (!trace) return;
    const path = `/v1/runs?trace=${trace.id}&status=done&limit=50`;
    const { items } = await json<{ readonly items: readonly RunBody[] }>(path);
    this.others.value = items;
  }
}

function whyNot({ status, problem }: RunBody): string {
  return problem?.detail ?? problem?.title ?? `The run is ${status}.`;
}

/** The event after which most is mapped and not asked for. */
function heldMost(curve: WindowCurve | null): number | undefined {
  if (!curve) return undefined;
  const held = curve.mappedMax.map((mapped, bucket) => mapped - (curve.requestedMax[bucket] ?? 0));
  return curve.edges[held.indexOf(Math.max(...held)) + 1];
}
