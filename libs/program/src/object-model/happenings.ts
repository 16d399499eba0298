/**
 * What one command does, while it does it: the requests that its allocator is asked, and the effects that its event tells.
 * Lists in events are cut after the first few, the counts are not.
 */
import type { ProgramCollection, ProgramEffects, Some } from '@heapcast/contracts';
import type { ClientRequest } from '@heapcast/trace';

/** Members of a list that an event names. */
const FIRST = 8;
/** A command makes at most one object, so there are hardly ever two. */
const MAX_COLLECTIONS = 4;

const LISTS = [
  ...(['born', 'died', 'finalized', 'resurrected', 'called', 'opened', 'closed', 'abandoned'] as const),
] satisfies readonly (keyof ProgramEffects)[];
export type EffectList = (typeof LISTS)[number];

interface Counted {
  count: number;
  readonly first: number[];
}

export class Happenings {
  requests: ClientRequest[] = [];
  private lists: Partial<Record<EffectList, Counted>> = {};
  private collections: ProgramCollection[] = [];
  private other: { returned?: number; leaks?: ProgramEffects['leaks'] } = {};

  add(list: EffectList, id: number): void {
    const counted = (this.lists[list] ??= { count: 0, first: [] });
    counted.count++;
    if (counted.first.length < FIRST) counted.first.push(id);
  }

  collected(collection: ProgramCollection): void {
    if (this.collections.length < MAX_COLLECTIONS) this.collections.push(collection);
  }

  returned(found: number): void {
    this.other.returned = found;
  }

  leaks(summary: ProgramEffects['leaks']): void {
    this.other.leaks = summary;
  }

  /** Undefined if there are none. Begins anew. */
  take(): { readonly requests: ClientRequest[]; readonly effects: ProgramEffects | undefined } {
    const { requests, lists, collections, other } = this;
    const effects: ProgramEffects = { ...lists, ...(collections.length > 0 ? { collections } : {}), ...other };
    this.requests = [];
    if (Object.keys(effects).length === 0) return { requests, effects: undefined };
    this.lists = {};
    this.collections = [];
    this.other = {};
    return { requests, effects };
  }
}

/** The first few of a list. */
export function some(ids: Iterable<number>): Some {
  let count = 0;
  const first: number[] = [];
  for (const id of ids) {
    count++;
    if (first.length < FIRST) first.push(id);
  }
  return { count, first };
}
