/** One moment of a program, read: its state, its leaks, the heap that holds its objects. */
import type { HeapMap, LeakView, ObjectPlace, ProgramView, SessionDetail } from '@heapcast/contracts';
import type { Chunk, ProgramSubject, TypeRow } from '../../service/program.js';
import type { Subject } from '../../service/subject.js';
import type { ToldFrame } from './stops.js';

/** More objects than this are a table only. */
export const MOST_OBJECTS = 400;
/** Blocks of a snippet's frame whose place is looked up. */
const MOST_PLACES = 40;

export interface Moment {
  readonly at: number;
  readonly state: ProgramView | null;
  readonly leaks: LeakView | null;
  readonly map: HeapMap | null;
  /** The arena that the picture of places shows. */
  readonly arena: number | null;
  /** Of models without pools. */
  readonly chunks: readonly Chunk[];
  /** Instead of objects, when they are too many. */
  readonly types: readonly TypeRow[];
  readonly places: ReadonlyMap<number, ObjectPlace>;
}

export class MomentReader {
  readonly #places = new Map<number, ObjectPlace>();

  constructor(
    private readonly subject: ProgramSubject,
    private readonly heap: Subject,
  ) {}

  /**
   * @param frames of a snippet, at event `at`
   * @param told where blocks lie, as far as that is known
   */
  async read(
    at: number,
    detail: SessionDetail,
    frames: readonly ToldFrame[] | null,
    told: ReadonlyMap<number, ObjectPlace>,
  ): Promise<Moment> {
    const hasPools = detail.allocator.model === 'pymalloc';
    const isProgram = detail.kind === 'program';
    const [state, leaks] = isProgram
      ? await Promise.all([this.subject.state(at), this.subject.leaks(at)])
      : [null, null];
    for (const [block, place] of told) this.#places.set(block, place);
    const places = await this.#placesOf(at, frames ?? [], detail.status === 'open');
    const arena = busiest([...(state?.objects.items.map(({ place }) => place) ?? []), ...places.values()]);
    const [map, chunks, types] = await Promise.all([
      this.heap.map(at, arena),
      hasPools ? [] : this.subject.chunks(at),
      state && state.objects.total > MOST_OBJECTS ? this.subject.types(at) : [],
    ]);
    const shown = arena ?? map.region[0] ?? null;
    // Without an object that says which, the first arena is the one that is told block by block.
    const drawn = shown === arena || !hasPools ? map : await this.heap.map(at, shown);
    return { at, state, leaks, map: drawn, arena: shown, chunks, types, places };
  }

  /** Where the blocks lie that a snippet's frames name. While it runs nothing is asked for that only its whole past can tell. */
  async #placesOf(at: number, frames: readonly ToldFrame[], grows: boolean): Promise<Map<number, ObjectPlace>> {
    const places = new Map<number, ObjectPlace>();
    const blocks = new Set(frames.flatMap(({ locals }) => locals.map(({ block }) => block)));
    blocks.delete(0);
    await Promise.all(
      [...blocks].slice(0, MOST_PLACES).map(async (block) => {
        const known = this.#places.get(block) ?? (grows ? null : await this.heap.placeOf(block, at).catch(() => null));
        if (!known) return;
        this.#places.set(block, known);
        places.set(block, known);
      }),
    );
    return places;
  }
}

/** The arena in which most objects lie. */
function busiest(places: readonly (ObjectPlace | null)[]): number | null {
  const counts = new Map<number, number>();
  for (const place of places) {
    if (place && place.arena !== null) counts.set(place.arena, (counts.get(place.arena) ?? 0) + 1);
  }
  let best: number | null = null;
  for (const [arena, count] of counts) if (best === null || count > (counts.get(best) ?? 0)) best = arena;
  return best;
}
