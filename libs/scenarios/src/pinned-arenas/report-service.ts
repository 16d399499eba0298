/**
 * A service that answers requests and twice makes a report, as what its process asks of the allocator. While the report is
 * made, some of its rows are noted for ever: either at once, between the rows, or after the rows are gone.
 *
 * It walks the source as CPython 3.12 does and keeps what that keeps: freed dicts, tables of keys and floats wait in free
 * lists; a list and an array grow by steps. What the program does is the same on every walk: its choices come from a
 * generator of numbers with a fixed beginning. Its requests are those of a real CPython 3.12.1, one by one and block by block:
 * test/fixtures/pinned-arenas.
 */
import { Domain, type TraceChunk } from '@heapcast/trace';
import { roomFrom39 } from '../list-of-dicts/python-build.js';
import { RequestWriter } from '../request-writer.js';

/** The numbers of the noted rows in an array of machine integers. */
interface Noted {
  readonly object: number;
  readonly items: number;
  readonly count: number;
}

/** An array that grows by steps; slot -1 = none yet. */
interface Growing {
  slot: number;
  length: number;
  room: number;
}

/** When a row is noted. */
export type Noting = 'between-the-rows' | 'after-the-rows';

/** Marks in the trace: what has been done when each is reached. */
const REPORT_MARKS = [
  'start',
  'served',
  'report made',
  'report dropped',
  'served on',
  'nightly report made',
  'nightly report dropped',
] as const;

/** What happens on which line of both sources, and the trace's site for it. */
export type ReportSites = Readonly<
  Record<'parse' | 'page' | 'list' | 'order' | 'row' | 'append' | 'note' | 'numbers', number>
>;

/** Bytes asked for by 64-bit CPython 3.12, the garbage collector's header included. */
export const BYTES = {
  int: 32,
  float: 24,
  /** Of ASCII characters: this, and one for each. */
  str: 41,
  dict: 64,
  /** Table of a dict's keys with room for five that are texts. */
  keys: 120,
  pair: 56,
  list: 56,
  array: 80,
  rangeIterator: 40,
  listIterator: 48,
  arrayIterator: 56,
} as const;

const PER_ELEMENT = 8;
/** `PyDict_MAXFREELIST`, the same for tables of keys; `PyFloat_MAXFREELIST`. */
const KEPT_DICTS = 80;
const KEPT_FLOATS = 100;
/** Requests that are served, by orders of the report. */
const SERVED_BY_ORDER = 0.05;
/** Of the orders, the nightly report has this share. */
const NIGHTLY = 0.4;
/** Orders of a day; each day has more or fewer that are noted. */
const ORDERS_OF_A_DAY = 2000;

/** Slots of a row that is in the report. */
interface Row {
  readonly number: number;
  readonly total: number;
  readonly text: number;
  readonly dict: number;
  readonly keys: number;
  /** What the audit has of it. */
  isNoted: boolean;
}

export class ReportService {
  readonly #writer = new RequestWriter();
  readonly #freeDicts: number[] = [];
  readonly #freeKeys: number[] = [];
  readonly #freeFloats: number[] = [];
  /** A list that went waits in a free list. */
  #hasFreeList = false;
  /** Of the list `audit`. */
  readonly #audit: Growing = { slot: -1, length: 0, room: 0 };
  #random = 20_260;

  /** @param oneIn so many orders come to one that is noted */
  constructor(
    private readonly orders: number,
    private readonly oneIn: number,
    private readonly noting: Noting,
    private readonly sites: ReportSites,
  ) {}

  /** Every request from the first mark to the last. */
  *chunks(): Generator<TraceChunk> {
    let mark = 0;
    const done = (): void => {
      this.#writer.site = 0;
      this.#writer.mark(++mark, REPORT_MARKS[mark - 1]);
    };
    done();
    yield* this.#serve(this.orders);
    done();
    yield* this.#report(this.orders, done);
    yield* this.#serve(this.orders);
    done();
    yield* this.#report(Math.ceil(this.orders * NIGHTLY), done);
    yield* this.#full(true);
  }

  /** Answers requests: nothing of them stays. */
  *#serve(orders: number): Generator<TraceChunk> {
    const writer = this.#writer;
    for (let i = Math.ceil(orders * SERVED_BY_ORDER); i > 0; i--) {
      writer.site = this.sites.parse;
      const words = [12, 30, 60].map((length) => writer.malloc(BYTES.str + 4 + this.#below(length), Domain.obj));
      const { dict, keys } = this.#makeDict();
      writer.site = this.sites.page;
      const page = writer.malloc(BYTES.str + 120 + this.#below(300), Domain.obj);
      for (const word of words) writer.free(word, Domain.obj);
      this.#dropDict(dict, keys);
      writer.free(page, Domain.obj);
      yield* this.#full();
    }
  }

  *#report(orders: number, done: () => void): Generator<TraceChunk> {
    const writer = this.#writer;
    const { rows, items } = yield* this.#makeRows(orders);
    const noted = this.noting === 'after-the-rows' ? this.#noteNumbers(rows) : null;
    done();
    // The variable `row` still has the last row when the list goes.
    const last = rows.pop();
    for (let row = rows.pop(); row; row = rows.pop()) {
      this.#dropRow(row);
      yield* this.#full();
    }
    if (items >= 0) writer.free(items, Domain.mem);
    if (last) this.#dropRow(last, noted !== null);
    if (last && noted) yield* this.#noteLater(noted, last.number);
    done();
  }

  *#makeRows(orders: number): Generator<TraceChunk, { readonly rows: Row[]; readonly items: number }> {
    const writer = this.#writer;
    const rows: Row[] = [];
    writer.site = this.sites.list;
    if (!this.#hasFreeList) writer.malloc(BYTES.list, Domain.obj);
    this.#hasFreeList = true;
    const items: Growing = { slot: -1, length: 0, room: 0 };
    writer.site = this.sites.order;
    const iterator = writer.malloc(BYTES.rangeIterator, Domain.obj);
    for (let i = 0; i < orders; i++) {
      const row = this.#makeRow();
      rows.push(row);
      writer.site = this.sites.append;
      this.#grow(items, roomFrom39);
      row.isNoted = this.#isSuspicious(i);
      if (row.isNoted && this.noting === 'between-the-rows') this.#note();
      yield* this.#full();
    }
    writer.free(iterator, Domain.obj);
    return { rows, items: items.slot };
  }

  #makeRow(): Row {
    const writer = this.#writer;
    writer.site = this.sites.order;
    const number = writer.malloc(BYTES.int, Domain.obj);
    writer.site = this.sites.row;
    const total = this.#makeFloat();
    const text = writer.malloc(BYTES.str + 10 + this.#below(60), Domain.obj);
    return { number, total, text, ...this.#makeDict(), isNoted: false };
  }

  /** @param keepsNumber the variable `number` has it too */
  #dropRow(row: Row, keepsNumber = false): void {
    const staysInAudit = row.isNoted && this.noting === 'between-the-rows';
    if (!staysInAudit && !keepsNumber) this.#writer.free(row.number, Domain.obj);
    if (!staysInAudit) this.#dropFloat(row.total);
    this.#writer.free(row.text, Domain.obj);
    this.#dropDict(row.dict, row.keys);
  }

  /** A pair for the audit. Its number and its total are the row's own, so they stay as well. */
  #note(): void {
    this.#writer.site = this.sites.note;
    this.#writer.malloc(BYTES.pair, Domain.obj);
    this.#grow(this.#audit, roomFrom39);
  }

  /** One block, however many they are. */
  #noteNumbers(rows: readonly Row[]): Noted {
    const writer = this.#writer;
    writer.site = this.sites.numbers;
    const object = writer.malloc(BYTES.array, Domain.obj);
    const items: Growing = { slot: -1, length: 0, room: 0 };
    const iterator = writer.malloc(BYTES.listIterator, Domain.obj);
    const count = rows.filter(({ isNoted }) => isNoted).length;
    for (let i = 0; i < count; i++) this.#grow(items, arrayRoom);
    writer.free(iterator, Domain.obj);
    return { object, items: items.slot, count };
  }

  /** Notes what the array says, when the rows are gone: number and total are made anew, side by side. */
  *#noteLater({ object, items, count }: Noted, lastNumber: number): Generator<TraceChunk> {
    const writer = this.#writer;
    writer.site = this.sites.note;
    const iterator = writer.malloc(BYTES.arrayIterator, Domain.obj);
    for (let i = 0; i < count; i++) {
      writer.malloc(BYTES.int, Domain.obj);
      if (i === 0) writer.free(lastNumber, Domain.obj);
      this.#makeFloat();
      this.#note();
      yield* this.#full();
    }
    writer.free(iterator, Domain.obj);
    if (count === 0) writer.free(lastNumber, Domain.obj);
    if (items >= 0) writer.free(items, Domain.mem);
    writer.free(object, Domain.obj);
  }

  #grow(array: Growing, roomFor: (elements: number) => number): void {
    if (++array.length <= array.room) return;
    array.room = roomFor(array.length);
    const bytes = PER_ELEMENT * array.room;
    if (array.slot < 0) array.slot = this.#writer.reallocNull(bytes, Domain.mem);
    else this.#writer.realloc(array.slot, bytes, Domain.mem);
  }

  #makeDict(): { readonly dict: number; readonly keys: number } {
    const dict = this.#freeDicts.pop() ?? this.#writer.malloc(BYTES.dict, Domain.obj);
    const keys = this.#freeKeys.pop() ?? this.#writer.malloc(BYTES.keys, Domain.obj);
    return { dict, keys };
  }

  #dropDict(dict: number, keys: number): void {
    if (this.#freeKeys.length < KEPT_DICTS) this.#freeKeys.push(keys);
    else this.#writer.free(keys, Domain.obj);
    if (this.#freeDicts.length < KEPT_DICTS) this.#freeDicts.push(dict);
    else this.#writer.free(dict, Domain.obj);
  }

  #makeFloat(): number {
    return this.#freeFloats.pop() ?? this.#writer.malloc(BYTES.float, Domain.obj);
  }

  #dropFloat(float: number): void {
    if (this.#freeFloats.length < KEPT_FLOATS) this.#freeFloats.push(float);
    else this.#writer.free(float, Domain.obj);
  }

  /** On quiet days one order in many, on others more. */
  #isSuspicious(order: number): boolean {
    const day = Math.floor(order / ORDERS_OF_A_DAY);
    const busy = (day * 7) % 5;
    return this.#below(this.oneIn * 8) < [1, 4, 8, 2, 25][busy];
  }

  /** A whole number from 0 to below `bound`: Lehmer's generator. */
  #below(bound: number): number {
    this.#random = (this.#random * 48_271) % 2_147_483_647;
    return this.#random % bound;
  }

  *#full(isLast = false): Generator<TraceChunk> {
    if (!this.#writer.isFull && !isLast) return;
    const chunk = this.#writer.take();
    if (chunk) yield chunk;
  }
}

/** `array_resize`. */
function arrayRoom(elements: number): number {
  return (elements >> 4) + (elements < 8 ? 3 : 7) + elements;
}
