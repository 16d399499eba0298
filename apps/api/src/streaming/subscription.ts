/** One watcher of one session: how far it has got, and by which way it is told. */
import type { SubscriptionMode } from '@heapcast/contracts';
import type { Outlet, OutletGroup } from './outlet.js';

export class Subscription {
  phase: 'waiting' | 'catching up' | 'live' | 'state' | 'over' = 'waiting';
  /** Sequence number in the last state frame. */
  stateSeq = -1;
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
    return this.phase === 'state' ? 'state' : 'events';
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
