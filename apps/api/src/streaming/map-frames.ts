/**
 * The heap as a picture, for those who watch it: first whole, then what changed since the picture that each of them has. A frame is
 * made once for all who have the same.
 */
import { encodeHeapMap, encodeMapChanges, type HeapMap, type MapFrame } from '@heapcast/contracts';
import { mapOf } from '../maps/map-of.js';
import type { FeedSource } from '../sessions/session-audience.js';
import type { Subscription } from './subscription.js';

/** Pictures back that changes are made from; who has an older one gets a whole one. */
const KEPT = 8;

export class MapFrames {
  #number = 0;

  /** @param subscriptions all that may have been shown something */
  constructor(
    private readonly source: Pick<FeedSource, 'id' | 'picture'>,
    private readonly subscriptions: ReadonlySet<Subscription>,
  ) {}

  /** Shows the heap as it is now to those who are ready. Answers who they were. */
  async tell(ready: () => readonly Subscription[]): Promise<readonly Subscription[]> {
    const regions = [...new Set(ready().flatMap(({ arena }) => arena ?? []))];
    const picture = await this.source.picture(regions);
    const number = ++this.#number;
    const maps = new Map<number | null, HeapMap>();
    const frames = new Map<HeapMap, Map<HeapMap | null, MapFrame>>();
    // Who came meanwhile and looks at another arena has its turn in the next one.
    const watching = ready().filter(({ arena }) => arena === null || regions.includes(arena));
    for (const subscription of watching) {
      const { arena, shown, outlet } = subscription;
      const map = lookUp(maps, arena, () => mapOf(picture, regions, arena));
      const made = lookUp(frames, map, () => new Map<HeapMap | null, MapFrame>());
      const before = shown?.map ?? null;
      outlet.map?.(lookUp(made, before, () => this.#frame(before, map)));
      subscription.shown = { map, number };
      subscription.latestSeq = map.at;
    }
    this.#forget();
    return watching;
  }

  /** Old pictures are not kept for those who do not read: they get a whole one when they do. */
  #forget(): void {
    for (const subscription of this.subscriptions) {
      if (subscription.shown && subscription.shown.number <= this.#number - KEPT) subscription.shown = null;
    }
  }

  #frame(before: HeapMap | null, map: HeapMap): MapFrame {
    const { buffer } = before ? encodeMapChanges(before, map) : encodeHeapMap(map);
    // A Buffer, because Socket.IO's parser copies any other view before it sends it.
    return { sessionId: this.source.id, seq: map.at, since: before?.at ?? null, data: Buffer.from(buffer) };
  }
}

function lookUp<Key, Value>(known: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  return made;
}
