/**
 * The state of a party page: the moment, the orders that are rented at it, the toys that are out, and who has them. A small party is told
 * toy by toy; of a large one only the order that is looked at.
 */
import { batch, computed, signal } from '@preact/signals';
import type { HeapMap } from '@heapcast/contracts';
import { follow } from '../../service/live.js';
import type { About, Subject, WindowCurve } from '../../service/subject.js';
import type { NamedMoment } from '../../drawing/phases.js';
import { Clock } from '../../time/clock.js';
import { fewestOut, type Order, ordersOf, stuckOrder } from './orders.js';
import { type Toy, toysOf } from './toys.js';
import { type PartyTable, readPartyWords, type Vocabulary, Words } from './words.js';

/** Toys of all orders together, in or out, of which each one is asked for. */
const SMALL_PARTY = 1500;
/** The same of one order. */
const SMALL_ORDER = 10_000;
const SETTLED = 120;
const BUCKETS = 800;

export class PartyView {
  readonly about = signal<About | null>(null);
  readonly map = signal<HeapMap | null>(null);
  readonly curve = signal<WindowCurve | null>(null);
  /** What the program named, as far as it was read. */
  readonly phases = signal<readonly NamedMoment[]>([]);
  /** The order that somebody wants to look at; `null` = the one that is nearly free. */
  readonly wanted = signal<number | null>(null);
  /** Toys out, of the order that is shown, or of all: `toys.isAll`. */
  readonly toys = signal<{ readonly at: number; readonly isAll: boolean; readonly out: readonly Toy[] } | null>(null);
  /** What happened, and how it stands, in the chosen words. */
  readonly sentences = signal<{ readonly event: string; readonly state: string } | null>(null);
  readonly vocabulary = signal<Vocabulary>('party');
  readonly table = signal<PartyTable>({});
  readonly isConnected = signal(true);
  readonly trouble = signal<string | null>(null);
  readonly clock = new Clock(() => this.#showing);

  readonly words = computed(
    () => new Words(this.table.value, this.vocabulary.value, this.about.value?.allocator.model ?? ''),
  );
  readonly orders = computed(() => (this.map.value ? ordersOf(this.map.value) : []));
  /** The order with the fewest toys out, when those few keep all of it. */
  readonly stuck = computed(() => stuckOrder(this.orders.value));
  readonly shown = computed((): Order | null => {
    const orders = this.orders.value;
    const chosen = orders.find(({ region }) => region === this.wanted.value);
    return chosen ?? this.stuck.value ?? fewestOut(orders) ?? orders[0] ?? null;
  });

  #showing = false;
  #markedTo = 0;
  #closed = false;
  #rest: ReturnType<typeof setTimeout> | undefined;
  #curveDue: ReturnType<typeof setTimeout> | undefined;
  #unfollow: (() => void) | undefined;

  constructor(readonly subject: Subject) {}

  async open(at: number | undefined): Promise<void> {
    try {
      const [about, table] = await Promise.all([this.subject.about(), readPartyWords()]);
      if (this.#closed) return;
      batch(() => {
        this.about.value = about;
        this.table.value = table;
        this.clock.end.value = about.events;
        this.clock.seek(at ?? about.events);
        this.clock.speed.value = about.events > 5000 ? 10_000 : 1;
      });
      if (about.grows) this.#follow();
      this.show();
      await this.#readCurve();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** To the next or the previous phase, if there is one. */
  seekPhase(direction: 1 | -1): void {
    const at = this.clock.at.value;
    const seqs = this.phases.value.map(({ seq }) => seq);
    const found = direction > 0 ? seqs.find((seq) => seq > at) : seqs.findLast((seq) => seq < at);
    if (found === undefined) return;
    this.clock.pause();
    this.clock.seek(found);
  }

  close(): void {
    this.#closed = true;
    this.clock.pause();
    clearTimeout(this.#rest);
    clearTimeout(this.#curveDue);
    this.#unfollow?.();
  }

  /** Fetches the picture of the wanted moment; the toys and the sentences come when it rests. */
  show(): void {
    clearTimeout(this.#rest);
    if (this.#showing || this.#closed || !this.about.value) return;
    this.#showing = true;
    void (async () => {
      try {
        for (;;) {
          const at = this.clock.at.value;
          const arena = this.shown.value?.region ?? null;
          const map = await this.subject.map(at, arena);
          if (this.#closed) return;
          this.map.value = map;
          this.trouble.value = null;
          // Which order is shown follows from the map; its blocks come with the next one.
          if (this.clock.at.value === at && (this.shown.value?.region ?? null) === map.statesOf) break;
          if (this.clock.at.value === at && arena === (this.shown.value?.region ?? null)) break;
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
    const at = this.clock.at.value;
    const { shown, orders } = this;
    try {
      const all = orders.value.reduce((sum, { toys }) => sum + toys, 0);
      const isAll = all <= SMALL_PARTY;
      const order = shown.value;
      const mayAsk = isAll || (order !== null && order.toys <= SMALL_ORDER);
      const [blocks, sentences] = await Promise.all([
        mayAsk ? this.subject.blocks(at, isAll ? null : (order?.region ?? null), SMALL_ORDER) : [],
        this.subject.told(at, this.vocabulary.value),
      ]);
      const sites = blocks.some(({ state, site }) => state === 'live' && site !== undefined && site > 0)
        ? await this.subject.sites()
        : [];
      if (this.#closed || this.clock.at.value !== at) return;
      batch(() => {
        this.toys.value = { at, isAll, out: toysOf(blocks, sites) };
        this.sentences.value = sentences;
      });
    } catch (error) {
      this.#fail(error);
    }
  }

  async #readCurve(): Promise<void> {
    const end = this.clock.end.value;
    if (end === 0) return;
    const [curve, { marks, to }] = await Promise.all([
      this.subject.curve(0, end, Math.min(BUCKETS, end)),
      this.subject.marks(this.#markedTo),
    ]);
    this.#markedTo = to;
    batch(() => {
      this.curve.value = curve;
      const found = marks.map(({ seq, label, number }) => ({ seq, name: label ?? `mark ${number}` }));
      if (found.length > 0) this.phases.value = [...this.phases.value, ...found];
    });
  }

  #follow(): void {
    this.#unfollow = follow(this.subject.id, this.subject.secret, {
      grew: (seq) => {
        this.clock.grow(seq, true);
        this.#curveDue ??= setTimeout(() => {
          this.#curveDue = undefined;
          this.#readCurve().catch((error: unknown) => this.#fail(error));
        }, 500);
      },
      finished: () => {
        const about = this.about.value;
        if (about) this.about.value = { ...about, grows: false };
      },
      present: () => undefined,
      connected: (isConnected) => (this.isConnected.value = isConnected),
      refused: (why) => (this.trouble.value = why),
    });
  }

  #fail(error: unknown): void {
    if (this.#closed) return;
    this.clock.pause();
    this.trouble.value = error instanceof Error ? error.message : String(error);
  }
}
