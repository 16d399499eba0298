import { afterEach, describe, expect, it } from '@jest/globals';
import {
  applyMapChanges,
  decodeHeapMap,
  type HeapMap,
  type MapFrame,
  type ModeChange,
  type Presence,
  type SessionEvent,
  type SessionFinished,
  type StateFrame,
  type SubscriptionMode,
} from '@heapcast/contracts';
import type { PictureReply } from '@heapcast/replay';
import * as fc from 'fast-check';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import type { Frame } from './frame.js';
import type { Outlet, OutletGroup } from './outlet.js';
import { SessionFeed } from './session-feed.js';
import { Subscription } from './subscription.js';
import type { FeedSource } from '../sessions/session-audience.js';

function mark(seq: number): SessionEvent {
  return {
    seq,
    op: 'mark',
    outcome: 'none',
    block: 0,
    size: 0,
    address: null,
    arena: null,
    pool: null,
    index: null,
    blockSize: 0,
  };
}

const marks = (from: number, count: number): SessionEvent[] => Array.from({ length: count }, (_, i) => mark(from + i));

/** A session whose journal is a list; reading it takes a moment, as it does from a worker. */
class ListedSession implements FeedSource {
  readonly id = 's1';
  status: 'open' | 'finished' = 'open';
  runId: string | null = null;
  readonly journal: SessionEvent[] = [];
  reads = 0;
  pictures = 0;

  get seq(): number {
    return this.journal.length;
  }

  async read(from: number, limit: number): Promise<SessionEvent[]> {
    this.reads++;
    await turn();
    return this.journal.slice(from - 1, from - 1 + limit);
  }

  async state(): Promise<StateFrame> {
    await turn();
    const none = { liveBlocks: 0, requestedBytes: 0, allocatedBytes: 0, mappedBytes: 0, rawBlocks: 0, rawBytes: 0 };
    return {
      sessionId: this.id,
      seq: this.seq,
      status: this.status,
      totals: { events: this.seq, ...none },
      ledger: { mapped: 0, entries: {} },
    };
  }

  /** One arena of eight pools: event n fills a block of pool n % 8, and arena 0 has as many blocks as there were events. */
  async picture(regions: readonly number[]): Promise<PictureReply> {
    this.pictures++;
    const at = this.seq;
    await turn();
    const used = Uint16Array.from({ length: 8 }, (_, pool) => Math.floor((at + 7 - pool) / 8));
    const { totals, ledger } = await this.state();
    return {
      at,
      totals,
      ledger,
      cells: {
        cellBytes: 4096,
        region: Uint32Array.of(0),
        slot: Uint32Array.of(0),
        base: Float64Array.of(4096),
        lead: Uint32Array.of(0),
        releasedBase: new Float64Array(0),
        releasedRegion: new Uint32Array(0),
        releasedSlot: new Uint32Array(0),
        firstCell: Uint32Array.of(0, 8),
        blockBytes: new Uint16Array(8).fill(32),
        capacity: new Uint16Array(8).fill(126),
        used,
        touched: used.slice(),
      },
      states: regions.map((region) => new Uint8Array(region === 0 ? at : 0).fill(2)),
    };
  }

  append(feed: SessionFeed, count: number): void {
    const events = marks(this.seq + 1, count);
    this.journal.push(...events);
    if (feed.hears) feed.publish(events);
    else feed.pass();
  }
}

class RecordingGroup implements OutletGroup {
  readonly members = new Set<Recorder>();
  frames = 0;

  events(frame: Frame): void {
    this.frames++;
    for (const member of this.members) member.events(frame);
  }

  state(frame: StateFrame, outlets: readonly Outlet[]): void {
    for (const outlet of outlets) if (outlet instanceof Recorder) outlet.told.push(frame);
  }

  presence(presence: Presence, outlets: readonly Outlet[]): void {
    for (const outlet of outlets) if (outlet instanceof Recorder) outlet.told.push(presence);
  }
}

/** A reader that notes what it gets, and takes from its backlog only when it is told to read. */
class Recorder implements Outlet {
  readonly seqs: number[] = [];
  readonly told: unknown[] = [];
  readonly maps: MapFrame[] = [];
  closed = false;
  unread = 0;
  peak = 0;
  stalled = false;
  #drained: (() => void)[] = [];

  constructor(readonly group: RecordingGroup) {}

  backlog(): number {
    return this.unread;
  }

  drain(): Promise<void> {
    return new Promise((resolve) => this.#drained.push(resolve));
  }

  read(): void {
    this.unread = 0;
    for (const resolve of this.#drained.splice(0)) resolve();
  }

  join(): void {
    this.group.members.add(this);
  }

  leave(): void {
    this.group.members.delete(this);
  }

  events(frame: Frame): void {
    for (const { seq } of frame.events) this.seqs.push(seq);
    if (this.stalled) this.unread += frame.events.length * 170;
    this.peak = Math.max(this.peak, this.unread);
  }

  map(frame: MapFrame): void {
    this.maps.push(frame);
    if (this.stalled) this.unread += frame.data.byteLength;
  }

  mode(change: ModeChange): void {
    this.told.push(change);
  }

  finished(finished: SessionFinished): void {
    this.told.push(finished);
  }

  refused(_: string, error: unknown): void {
    this.told.push(error);
  }

  deleted(sessionId: string): void {
    this.told.push({ deleted: sessionId });
  }
}

const feeds: SessionFeed[] = [];
function feedOf(session: ListedSession): SessionFeed {
  const feed = new SessionFeed(session, {
    subscriberBuffer: 256 * 1024,
    stateInterval: 1,
    mapInterval: 1,
    presenceDelay: 1,
    onError(error) {
      throw error;
    },
    onEmpty: () => undefined,
    allow: async (token) => {
      if (token === 'revoked') throw new Error('no longer');
    },
  });
  feeds.push(feed);
  return feed;
}
function watch(feed: SessionFeed, subscription: Subscription, mode: SubscriptionMode): void {
  feed.add(subscription);
  feed.start(subscription, mode);
}

afterEach(() => {
  for (const feed of feeds.splice(0)) feed.close();
});

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${condition.toString()}`);
    await wait(1);
  }
}

const consecutive = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);

describe('a session feed', () => {
  it('gives every subscriber each event once and in order, whenever it comes and wherever it begins', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('append' as const), count: fc.integer({ min: 1, max: 1500 }) }),
      fc.record({ do: fc.constant('turn' as const), count: fc.integer({ min: 1, max: 3 }) }),
      // How far behind the head.
      fc.record({ do: fc.constant('subscribe' as const), count: fc.oneof(fc.nat({ max: 2 }), fc.nat({ max: 6000 })) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 25 }), async (steps) => {
        const session = new ListedSession();
        const feed = feedOf(session);
        const group = new RecordingGroup();
        const started: [Recorder, number][] = [];
        for (const { do: action, count } of steps) {
          if (action === 'append') session.append(feed, count);
          else if (action === 'turn') for (let i = 0; i < count; i++) await turn();
          else {
            const from = Math.max(1, feed.head + 1 - count);
            const outlet = new Recorder(group);
            started.push([outlet, from]);
            watch(feed, new Subscription(outlet, from, ''), 'events');
          }
        }
        await until(() => started.every(([outlet, from]) => outlet.seqs.length === session.seq - from + 1));
        for (const [outlet, from] of started) expect(outlet.seqs).toEqual(consecutive(from, session.seq));
        feed.close();
      }),
      { numRuns: 60 },
    );
  });

  it('sends what is published in one turn as one frame, made once for a whole group', async () => {
    const session = new ListedSession();
    const feed = feedOf(session);
    const group = new RecordingGroup();
    const outlets = [new Recorder(group), new Recorder(group), new Recorder(group)];
    for (const outlet of outlets) watch(feed, new Subscription(outlet, 1, ''), 'events');
    session.append(feed, 2);
    session.append(feed, 3);
    await turn();
    await turn();
    expect(group.frames).toBe(1);
    for (const outlet of outlets) expect(outlet.seqs).toEqual([1, 2, 3, 4, 5]);
  });

  it('reads no more of a long history than its subscriber takes', async () => {
    const session = new ListedSession();
    session.journal.push(...marks(1, 50_000));
    const feed = feedOf(session);
    const outlet = new Recorder(new RecordingGroup());
    outlet.stalled = true;
    watch(feed, new Subscription(outlet, 1, ''), 'events');
    await until(() => outlet.unread > 0);
    for (let i = 0; i < 50; i++) await turn();
    expect(session.reads).toBe(1);
    expect(outlet.peak).toBeLessThan(256 * 1024);
    while (outlet.seqs.length < 50_000) {
      outlet.read();
      await turn();
    }
    expect(outlet.seqs).toEqual(consecutive(1, 50_000));
    expect(outlet.peak).toBeLessThan(256 * 1024);
  });

  it('moves a slow subscriber to state frames, bounds its backlog, and disturbs nobody else', async () => {
    const session = new ListedSession();
    const feed = feedOf(session);
    const group = new RecordingGroup();
    const slow = new Recorder(group);
    slow.stalled = true;
    const quick = new Recorder(group);
    for (const outlet of [slow, quick]) watch(feed, new Subscription(outlet, 1, ''), 'events');
    for (let i = 0; i < 200; i++) {
      session.append(feed, 300);
      await turn();
    }
    expect(quick.seqs).toEqual(consecutive(1, 60_000));
    expect(slow.peak).toBeLessThan(512 * 1024);
    expect(slow.told.filter((message) => isMode(message))).toEqual([
      { sessionId: 's1', mode: 'state', reason: 'slow', seq: slow.seqs.length },
    ]);
    const before = slow.told.length;
    await wait(10);
    expect(slow.told).toHaveLength(before);
    slow.read();
    await until(() => slow.told.length > before);
    expect(slow.told).toContainEqual(expect.objectContaining({ seq: 60_000 }));
  });

  it('tells nothing more to one who waits for state until something happens', async () => {
    const session = new ListedSession();
    const feed = feedOf(session);
    const outlet = new Recorder(new RecordingGroup());
    watch(feed, new Subscription(outlet, 1, ''), 'state');
    const states = (): unknown[] => outlet.told.filter((message) => 'totals' in (message as object));
    await until(() => states().length === 1);
    await wait(20);
    expect(states()).toHaveLength(1);
    session.append(feed, 1);
    await until(() => states().length === 2);
    expect(outlet.seqs).toEqual([]);
  });

  it('shows the heap to who asked for maps: first whole, then what changed, and nothing while nothing happens', async () => {
    const session = new ListedSession();
    session.journal.push(...marks(1, 40));
    const feed = feedOf(session);
    const group = new RecordingGroup();
    const [outlet, other] = [new Recorder(group), new Recorder(group)];
    const near = new Subscription(outlet, 1, '');
    near.arena = 0;
    watch(feed, near, 'map');
    watch(feed, new Subscription(other, 1, ''), 'map');
    for (const to of [40, 41, 45, 60]) {
      if (to > session.seq) session.append(feed, to - session.seq);
      await until(() => outlet.maps.at(-1)?.seq === to && other.maps.at(-1)?.seq === to);
    }
    await wait(10);
    expect(outlet.maps.map(({ since, seq }) => [since, seq])).toEqual([
      [null, 40],
      [40, 41],
      [41, 45],
      [45, 60],
    ]);
    const shown = shownBy(outlet.maps);
    const picture = await session.picture([0]);
    expect(shown).toMatchObject({ at: 60, used: picture.cells.used, statesOf: 0, states: picture.states[0] });
    expect(shownBy(other.maps)).toMatchObject({ at: 60, used: picture.cells.used, statesOf: null });
    expect(outlet.seqs).toEqual([]);
  });

  it('leaves pictures out for who reads slowly, keeps none for them, and goes on where they are', async () => {
    const session = new ListedSession();
    const feed = feedOf(session);
    const group = new RecordingGroup();
    const [slow, quick] = [new Recorder(group), new Recorder(group)];
    slow.stalled = true;
    const subscription = new Subscription(slow, 1, '');
    watch(feed, subscription, 'map');
    watch(feed, new Subscription(quick, 1, ''), 'map');
    await until(() => slow.maps.length === 1);
    slow.unread = 1_000_000;
    for (let i = 0; i < 12; i++) {
      session.append(feed, 1);
      await until(() => quick.maps.at(-1)?.seq === session.seq);
    }
    expect(slow.maps).toHaveLength(1);
    expect(subscription.shown).toBeNull();
    slow.read();
    await until(() => slow.maps.length === 2);
    expect(slow.maps.map(({ since, seq }) => [since, seq])).toEqual([
      [null, 0],
      [null, 12],
    ]);
    expect(shownBy(quick.maps)).toEqual(shownBy(slow.maps.slice(1)));
  });

  it('makes no events for those who read none, and misses none for who comes then', async () => {
    const session = new ListedSession();
    const feed = feedOf(session);
    const group = new RecordingGroup();
    watch(feed, new Subscription(new Recorder(group), 1, ''), 'map');
    const early = new Subscription(new Recorder(group), 1, '');
    watch(feed, early, 'events');
    session.append(feed, 50);
    await until(() => feed.head === 50);
    feed.remove(early);
    expect(feed.hears).toBe(false);
    session.append(feed, 300);
    expect(feed.head).toBe(350);
    watch(feed, new Subscription(new Recorder(group), 351, ''), 'events');
    expect(feed.hears).toBe(true);
    session.append(feed, 20);
    await until(() => feed.head === 370);
    const outlet = new Recorder(group);
    watch(feed, new Subscription(outlet, 41, ''), 'events');
    await until(() => outlet.seqs.length >= 330);
    expect(outlet.seqs).toEqual(consecutive(41, 370));
  });

  it('tells who is here, once for several changes', async () => {
    const session = new ListedSession();
    const feed = feedOf(session);
    const group = new RecordingGroup();
    const outlet = new Recorder(group);
    watch(feed, new Subscription(outlet, 1, 'Ada'), 'events');
    const other = new Subscription(new Recorder(group), 1, '');
    watch(feed, other, 'events');
    feed.rename(other, 'Grace');
    await until(() => outlet.told.length > 0);
    expect(outlet.told).toEqual([{ sessionId: 's1', count: 2, names: ['Ada', 'Grace'] }]);
    feed.remove(other);
    await until(() => outlet.told.length > 1);
    expect(outlet.told[1]).toEqual({ sessionId: 's1', count: 1, names: ['Ada'] });
  });

  it('says that a session is finished after its last event, also to one who comes later', async () => {
    const session = new ListedSession();
    const feed = feedOf(session);
    const group = new RecordingGroup();
    const early = new Recorder(group);
    watch(feed, new Subscription(early, 1, ''), 'events');
    session.append(feed, 700);
    session.status = 'finished';
    session.runId = 'r1';
    feed.finish();
    const late = new Recorder(group);
    watch(feed, new Subscription(late, 650, ''), 'events');
    const finished = { sessionId: 's1', seq: 700, runId: 'r1' };
    await until(() => [early, late].every(({ told }) => told.some((message) => 'runId' in (message as object))));
    expect(early.seqs).toEqual(consecutive(1, 700));
    expect(late.seqs).toEqual(consecutive(650, 700));
    for (const { told } of [early, late]) expect(told.filter((m) => 'runId' in (m as object))).toEqual([finished]);
  });

  it('ends the subscriptions of those who may not read any more, and tells them why', async () => {
    const session = new ListedSession();
    const feed = feedOf(session);
    const group = new RecordingGroup();
    const [out, stays] = [new Recorder(group), new Recorder(group)];
    watch(feed, new Subscription(out, 1, '', 'revoked'), 'events');
    watch(feed, new Subscription(stays, 1, '', 'valid'), 'events');
    await turn();
    await feed.recheck();
    session.append(feed, 3);
    await until(() => stays.seqs.length === 3);
    expect(out.seqs).toEqual([]);
    expect(out.told).toContainEqual(new Error('no longer'));
    expect(feed.size).toBe(1);
  });

  it('sends nothing after a subscription is over', async () => {
    const session = new ListedSession();
    session.journal.push(...marks(1, 10_000));
    const feed = feedOf(session);
    const outlet = new Recorder(new RecordingGroup());
    const subscription = new Subscription(outlet, 1, '');
    watch(feed, subscription, 'events');
    await turn();
    await turn();
    const got = outlet.seqs.length;
    feed.remove(subscription);
    session.append(feed, 5);
    for (let i = 0; i < 10; i++) await turn();
    expect(outlet.seqs).toHaveLength(got);
    expect(feed.size).toBe(0);
  });
});

function isMode(message: unknown): message is ModeChange {
  return typeof message === 'object' && message !== null && 'mode' in message;
}

/** What a page shows after these frames. */
function shownBy(frames: readonly MapFrame[]): HeapMap | undefined {
  let shown: HeapMap | undefined;
  for (const { since, data } of frames) {
    const bytes = new Uint8Array(data).slice().buffer;
    if (since === null) shown = decodeHeapMap(bytes);
    else if (shown) shown = applyMapChanges(shown, bytes).map;
  }
  return shown;
}
