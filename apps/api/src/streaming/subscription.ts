/** One watcher of one session: how far it has got, and by which way it is told. */
import type { HeapMap, SubscriptionMode } from '@heapcast/contracts';
import type { Outlet, OutletGroup } from './outlet.js';

/** What a subscriber was shown last. */
export interface Shown {
  readonly map: HeapMap;
  /** Which of the feed's pictures that was. */
  readonly number: number;
}

export class Subscription {
  phase: 'waiting' | 'catching up' | 'live' | 'state' | 'map' | 'over' = 'waiting';
  /** Sequence number in the last state or map frame. */
  latestSeq = -1;
  /** In map mode: the arena whose blocks are told, and the picture that is known. */
  arena: number | null = null;
  shown: Shown | null = null;
  /** Who is here changed while this one had too much to read: it is told when it has read that. */
  owedPresence = false;

  constructor(
    readonly outlet: Outlet,
    /** The next event to send. */
    public next: number,
    /** Display name; empty = anonymous. */
    public name: string,
    /** With which it was let in. */
    readonly token?: string,
  ) {}

  get mode(): SubscriptionMode {
    return this.phase === 'state' || this.phase === 'map' ? this.phase : 'events';
  }
}

/** Those who read the same bytes, together. */
export function byGroup(subscriptions: readonly Subscription[]): Map<OutletGroup, Outlet[]> {
  const groups = new Map<OutletGroup, Outlet[]>();
  for (const { outlet } of subscriptions) {
    const outlets = groups.get(outlet.group);
    if (outlets) outlets.push(outlet);
    else groups.set(outlet.group, [outlet]);
  }
  return groups;
}
