/**
 * The stream of one session's events to everyone who watches it.
 *
 * A subscription's life: it *catches up* from the event it wants, in chunks, as fast as it reads; the moment it has
 * reached the head it *goes live* and from then on gets the frames that its whole group shares. One that reads too
 * slowly is moved to *state* frames: the latest state only, and only when everything before has been read. *Maps* are told in
 * the same way, as pictures of the heap.
 *
 * Invariant: a subscription in events mode gets every event once, in order. Going live and publishing happen in one
 * thread without a wait in between, so nothing fits between the last missed event and the first live one.
 */
import type { Presence, SessionEvent, SubscriptionMode } from '@heapcast/contracts';
import type { Audience, FeedSource } from '../sessions/session-audience.js';
import type { FeedTerms } from './feed-terms.js';
import { cutFrames, Frame, FRAME_EVENTS } from './frame.js';
import type { OutletGroup } from './outlet.js';
import { Latest } from './latest.js';
import { MapFrames } from './map-frames.js';
import { PresenceTeller } from './presence-teller.js';
import { RecentEvents } from './recent-events.js';
import { byGroup, type Subscription } from './subscription.js';

/** Catching up pauses above this many waiting bytes. */
const CATCH_UP_BACKLOG = 64 * 1024;
/** Events that are read at once for one who catches up. */
const READ_EVENTS = 4 * FRAME_EVENTS;

export class SessionFeed implements Audience {
  readonly #subscriptions = new Set<Subscription>();
  /** Live subscriptions by the bytes they share. */
  readonly #live = new Map<OutletGroup, Set<Subscription>>();
  readonly #presence: PresenceTeller;
  readonly #states: Latest;
  readonly #maps: Latest;
  readonly #groups = new Map<string, OutletGroup>();
  readonly #recent = new RecentEvents(READ_EVENTS * 2);
  #pending: SessionEvent[] = [];
  #flushing = false;
  /** The last event that went out to the live ones. */
  #head: number;

  constructor(
    readonly source: FeedSource,
    private readonly terms: FeedTerms,
  ) {
    this.#head = source.seq;
    this.#presence = new PresenceTeller(source.id, this.#subscriptions, terms.presenceDelay, () => this.#stir());
    const common = { seq: () => source.seq, onError: (error: unknown) => terms.onError(error) };
    const frames = new MapFrames(source, this.#subscriptions);
    this.#states = new Latest({ ...common, interval: terms.stateInterval, tell: (ready) => this.#tellState(ready) });
    this.#maps = new Latest({
      ...common,
      interval: terms.mapInterval,
      tell: async (ready) => this.#tellOwed(await frames.tell(ready)),
    });
  }

  get head(): number {
    return this.#head;
  }

  get size(): number {
    return this.#subscriptions.size;
  }

  get hears(): boolean {
    return this.#subscriptions.size > this.#states.size + this.#maps.size;
  }

  /** Bytes that wait for the subscriber that reads the slowest. */
  largestBacklog(): number {
    let largest = 0;
    for (const { outlet } of this.#subscriptions) largest = Math.max(largest, outlet.backlog());
    return largest;
  }

  presence(): Presence {
    return this.#presence.now();
  }

  /** The group of outlets that get the same bytes. */
  group<G extends OutletGroup>(type: new (...args: never[]) => G, name: string, make: () => G): G {
    const known = this.#groups.get(name);
    if (known instanceof type) return known;
    const group = make();
    this.#groups.set(name, group);
    return group;
  }

  /** Counts as present from now on. */
  add(subscription: Subscription): void {
    this.#subscriptions.add(subscription);
    this.#presence.changed();
  }

  /** Events go out from `subscription.next` on; in state mode there are none. */
  start(subscription: Subscription, mode: SubscriptionMode): void {
    if (subscription.phase !== 'waiting') return;
    subscription.phase = 'catching up';
    if (mode === 'state') this.#toState(subscription);
    else if (mode === 'map') {
      subscription.phase = mode;
      this.#maps.add(subscription);
    } else void this.#catchUp(subscription);
  }

  remove(subscription: Subscription): void {
    if (!this.#subscriptions.delete(subscription)) return;
    this.#leave(subscription);
    subscription.phase = 'over';
    if (this.#subscriptions.size > 0) this.#presence.changed();
    else {
      this.#stopTimers();
      this.terms.onEmpty();
    }
  }

  rename(subscription: Subscription, name: string): void {
    if (subscription.name === name) return;
    subscription.name = name;
    this.#presence.changed();
  }

  /** The session's next events. What is published in one turn of the event loop goes out in one frame. */
  publish(events: readonly SessionEvent[]): void {
    if (!this.hears) return this.pass();
    this.#stir();
    if (this.#pending.length === 0) this.#pending = events.slice();
    else for (const event of events) this.#pending.push(event);
    if (this.#flushing) return;
    this.#flushing = true;
    setImmediate(() => this.flush());
  }

  /** Events came that nobody wants to hear of one by one. */
  pass(): void {
    this.flush();
    this.#head = this.source.seq;
    this.#recent.clear();
    this.#stir();
  }

  /** Sends what was published. */
  flush(): void {
    this.#flushing = false;
    const events = this.#pending;
    if (events.length === 0) return;
    this.#pending = [];
    this.#recent.push(events);
    for (const frame of cutFrames(this.source.id, events)) {
      this.#head = frame.lastSeq;
      for (const group of this.#live.keys()) group.events(frame);
      this.#moveTheSlow();
    }
  }

  /** After the last event. */
  finish(): void {
    this.flush();
    for (const subscription of this.#subscriptions) {
      const { phase } = subscription;
      if (phase === 'live' || phase === 'state' || phase === 'map') this.#tellFinished(subscription);
    }
  }

  async recheck(): Promise<void> {
    for (const subscription of this.#subscriptions) {
      try {
        await this.terms.allow(subscription.token);
      } catch (error) {
        this.remove(subscription);
        subscription.outlet.refused(this.source.id, error);
      }
    }
  }

  /** The session is gone. */
  delete(): void {
    for (const { outlet } of this.#subscriptions) outlet.deleted(this.source.id);
    this.close();
  }

  close(): void {
    for (const subscription of this.#subscriptions) this.remove(subscription);
    this.#stopTimers();
  }

  async #catchUp(subscription: Subscription): Promise<void> {
    const { outlet } = subscription;
    try {
      while (subscription.phase === 'catching up' && !outlet.closed) {
        if (subscription.next > this.#head) {
          this.#goLive(subscription);
          return;
        }
        if (outlet.backlog() > CATCH_UP_BACKLOG) {
          await outlet.drain();
          continue;
        }
        const heard = this.#recent.from(subscription.next, FRAME_EVENTS);
        if (heard.length > 0) {
          this.#send(subscription, new Frame(this.source.id, heard));
          continue;
        }
        for (const frame of cutFrames(this.source.id, await this.source.read(subscription.next, READ_EVENTS))) {
          while (outlet.backlog() > CATCH_UP_BACKLOG && !outlet.closed) await outlet.drain();
          if (subscription.phase !== 'catching up') return;
          this.#send(subscription, frame);
        }
      }
    } catch (error) {
      this.terms.onError(error);
      this.remove(subscription);
      outlet.refused(this.source.id, error);
    }
  }

  #send(subscription: Subscription, frame: Frame): void {
    // Events that are already on their way to the live ones, but not out yet, come with the next frame.
    const due = frame.lastSeq <= this.#head ? frame : this.#upToHead(frame);
    if (!due) return;
    subscription.outlet.events(due);
    subscription.next = due.lastSeq + 1;
  }

  #upToHead(frame: Frame): Frame | undefined {
    const events = frame.events.filter(({ seq }) => seq <= this.#head);
    return events.length === 0 ? undefined : new Frame(frame.sessionId, events);
  }

  #goLive(subscription: Subscription): void {
    const { outlet } = subscription;
    subscription.phase = 'live';
    let members = this.#live.get(outlet.group);
    if (!members) this.#live.set(outlet.group, (members = new Set()));
    members.add(subscription);
    outlet.join();
    if (subscription.owedPresence) this.#presence.tell([subscription]);
    if (this.source.status === 'finished' && this.#head >= this.source.seq) this.#tellFinished(subscription);
  }

  #moveTheSlow(): void {
    for (const members of this.#live.values()) {
      for (const subscription of members) {
        if (subscription.outlet.backlog() <= this.terms.subscriberBuffer) continue;
        this.#toState(subscription);
        subscription.outlet.mode({
          sessionId: this.source.id,
          mode: 'state',
          reason: 'slow',
          seq: this.#head,
        });
      }
    }
  }

  #toState(subscription: Subscription): void {
    this.#leave(subscription);
    subscription.phase = 'state';
    this.#states.add(subscription);
  }

  #stir(): void {
    this.#states.stir();
    this.#maps.stir();
  }

  #leave(subscription: Subscription): void {
    const { outlet } = subscription;
    this.#states.delete(subscription);
    this.#maps.delete(subscription);
    const members = this.#live.get(outlet.group);
    if (!members?.delete(subscription)) return;
    outlet.leave();
    if (members.size === 0) this.#live.delete(outlet.group);
  }

  async #tellState(ready: () => readonly Subscription[]): Promise<void> {
    const state = await this.source.state();
    const waiting = ready();
    for (const [group, outlets] of byGroup(waiting)) group.state(state, outlets);
    for (const subscription of waiting) subscription.latestSeq = state.seq;
    this.#tellOwed(waiting);
  }

  #tellOwed(subscriptions: readonly Subscription[]): void {
    this.#presence.tell(subscriptions.filter(({ owedPresence }) => owedPresence));
  }

  #tellFinished({ outlet }: Subscription): void {
    const { id, seq, runId } = this.source;
    if (runId !== null) outlet.finished({ sessionId: id, seq, runId });
  }

  #stopTimers(): void {
    this.#presence.stop();
    this.#states.stop();
    this.#maps.stop();
  }
}
