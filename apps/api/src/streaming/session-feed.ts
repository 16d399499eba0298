/**
 * The stream of one session's events to everyone who watches it.
 *
 * A subscription's life: it *catches up* from the event it wants, in chunks, as fast as it reads; the moment it has
 * reached the head it *goes live* and from then on gets the frames that its whole group shares. One that reads too
 * slowly is moved to *state* frames: the latest state only, and only when everything before has been read.
 *
 * Invariant: a subscription in events mode gets every event once, in order. Going live and publishing happen in one
 * thread without a wait in between, so nothing fits between the last missed event and the first live one.
 */
import type { Presence, SessionEvent, SubscriptionMode } from '@heapcast/contracts';
import type { Audience, FeedSource } from '../sessions/session-audience.js';
import type { FeedTerms } from './feed-terms.js';
import { cutFrames, Frame, FRAME_EVENTS } from './frame.js';
import type { OutletGroup } from './outlet.js';
import { RecentEvents } from './recent-events.js';
import { byGroup, type Subscription } from './subscription.js';

/** Catching up pauses above this many waiting bytes. */
const CATCH_UP_BACKLOG = 64 * 1024;
/** Events that are read at once for one who catches up. */
const READ_EVENTS = 4 * FRAME_EVENTS;
/** A state frame is sent only to who has read the ones before. */
const DRAINED = 4 * 1024;
const MOST_NAMES = 100;

export class SessionFeed implements Audience {
  readonly #subscriptions = new Set<Subscription>();
  /** Live subscriptions by the bytes they share. */
  readonly #live = new Map<OutletGroup, Set<Subscription>>();
  readonly #slow = new Set<Subscription>();
  readonly #groups = new Map<string, OutletGroup>();
  readonly #recent = new RecentEvents(READ_EVENTS * 2);
  #pending: SessionEvent[] = [];
  #flushing = false;
  /** The last event that went out to the live subscriptions. */
  #head: number;
  #stateTimer: NodeJS.Timeout | undefined;
  #tellingState = false;
  #presenceTimer: NodeJS.Timeout | undefined;

  constructor(
    readonly source: FeedSource,
    private readonly terms: FeedTerms,
  ) {
    this.#head = source.seq;
  }

  get head(): number {
    return this.#head;
  }

  get size(): number {
    return this.#subscriptions.size;
  }

  /** Bytes that wait for the subscriber that reads the slowest. */
  largestBacklog(): number {
    let largest = 0;
    for (const { outlet } of this.#subscriptions) largest = Math.max(largest, outlet.backlog());
    return largest;
  }

  presence(): Presence {
    const names: string[] = [];
    for (const { name } of this.#subscriptions) {
      if (name !== '' && names.length < MOST_NAMES) names.push(name);
    }
    return { sessionId: this.source.id, count: this.#subscriptions.size, names };
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
    this.#presenceChanged();
  }

  /** Events go out from `subscription.next` on; in state mode there are none. */
  start(subscription: Subscription, mode: SubscriptionMode): void {
    if (subscription.phase !== 'waiting') return;
    subscription.phase = 'catching up';
    if (mode === 'state') this.#toState(subscription);
    else void this.#catchUp(subscription);
  }

  remove(subscription: Subscription): void {
    if (!this.#subscriptions.delete(subscription)) return;
    this.#leave(subscription);
    subscription.phase = 'over';
    if (this.#subscriptions.size > 0) this.#presenceChanged();
    else {
      this.#stopTimers();
      this.terms.onEmpty();
    }
  }

  rename(subscription: Subscription, name: string): void {
    if (subscription.name === name) return;
    subscription.name = name;
    this.#presenceChanged();
  }

  /** The session's next events. What is published in one turn of the event loop goes out in one frame. */
  publish(events: readonly SessionEvent[]): void {
    if (this.#pending.length === 0) this.#pending = events.slice();
    else for (const event of events) this.#pending.push(event);
    if (this.#flushing) return;
    this.#flushing = true;
    setImmediate(() => this.flush());
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
      if (subscription.phase === 'live' || subscription.phase === 'state') this.#tellFinished(subscription);
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
    if (subscription.owedPresence) this.#tellPresence([subscription]);
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
    this.#slow.add(subscription);
    this.#stateTimer ??= setInterval(() => void this.#tellState(), this.terms.stateInterval);
    void this.#tellState();
  }

  #leave(subscription: Subscription): void {
    const { outlet } = subscription;
    if (this.#slow.delete(subscription) && this.#slow.size === 0) {
      clearInterval(this.#stateTimer);
      this.#stateTimer = undefined;
    }
    const members = this.#live.get(outlet.group);
    if (!members?.delete(subscription)) return;
    outlet.leave();
    if (members.size === 0) this.#live.delete(outlet.group);
  }

  async #tellState(): Promise<void> {
    const behind = ({ stateSeq, owedPresence, outlet }: Subscription): boolean =>
      (stateSeq < this.source.seq || owedPresence) && outlet.backlog() <= DRAINED;
    if (this.#tellingState || ![...this.#slow].some(behind)) return;
    this.#tellingState = true;
    try {
      const state = await this.source.state();
      const ready = [...this.#slow].filter(behind);
      for (const [group, outlets] of byGroup(ready)) group.state(state, outlets);
      for (const subscription of ready) subscription.stateSeq = state.seq;
      this.#tellPresence(ready.filter(({ owedPresence }) => owedPresence));
    } catch (error) {
      this.terms.onError(error);
    } finally {
      this.#tellingState = false;
    }
  }

  #tellFinished({ outlet }: Subscription): void {
    const { id, seq, runId } = this.source;
    if (runId !== null) outlet.finished({ sessionId: id, seq, runId });
  }

  #presenceChanged(): void {
    this.#presenceTimer ??= setTimeout(() => {
      this.#presenceTimer = undefined;
      const ready: Subscription[] = [];
      for (const subscription of this.#subscriptions) {
        subscription.owedPresence = subscription.outlet.backlog() > CATCH_UP_BACKLOG;
        if (!subscription.owedPresence) ready.push(subscription);
      }
      this.#tellPresence(ready);
    }, this.terms.presenceDelay);
  }

  #tellPresence(subscriptions: readonly Subscription[]): void {
    if (subscriptions.length === 0) return;
    const presence = this.presence();
    for (const [group, outlets] of byGroup(subscriptions)) group.presence(presence, outlets);
    for (const subscription of subscriptions) subscription.owedPresence = false;
  }

  #stopTimers(): void {
    clearTimeout(this.#presenceTimer);
    this.#presenceTimer = undefined;
    clearInterval(this.#stateTimer);
    this.#stateTimer = undefined;
  }
}
