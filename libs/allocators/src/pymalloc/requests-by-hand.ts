/**
 * Serves requests one at a time to blocks that have names, and tells where they went as arena, pool and block. Test
 * support, used by specs only.
 */
/* oxlint-disable typescript/no-unsafe-type-assertion -- reads what the contract gives as plain JSON */
import { NO_SLOT, Op, SlotTable } from '@heapcast/trace';
import {
  NO_REGION,
  Outcome,
  type AllocatorModel,
  type BlockOwners,
  type MappingEvent,
  type OutcomeName,
} from '../contract.js';
import { pymalloc } from './definition.js';
import type { ArenaView, BlockView, HeapPage, PoolView } from './heap-view.js';

const OUTCOMES = new Map(Object.entries(Outcome).map(([name, code]) => [code as number, name as OutcomeName]));

/** `[arena, pool, block]`, or what became of a request that was placed nowhere. */
export type Place = [arena: number, pool: number, block: number] | OutcomeName;

export class RequestsByHand {
  readonly model: AllocatorModel;
  private readonly slots = new SlotTable();
  private readonly named = new Map<string, number>();
  private readonly out = { outcome: new Uint8Array(1), region: new Int32Array(1), offset: new Int32Array(1) };

  constructor(profile: string, options: Record<string, unknown> = {}, arenaMisalignment: number[] = []) {
    const answer = pymalloc.resolve({ model: 'pymalloc', profile, options });
    if ('problems' in answer) throw new Error(JSON.stringify(answer.problems));
    this.model = pymalloc.create(answer.resolved, { arenaMisalignment: Uint8Array.from(arenaMisalignment) });
  }

  malloc(name: string, size: number): Place {
    return this.serve(Op.malloc, size, this.take(name));
  }

  calloc(name: string, size: number): Place {
    return this.serve(Op.calloc, size, this.take(name));
  }

  reallocNull(name: string, size: number): Place {
    return this.serve(Op.reallocNull, size, this.take(name));
  }

  foreign(name: string): Place {
    return this.serve(Op.foreign, 0, this.take(name));
  }

  realloc(name: string, size: number): Place {
    return this.serve(Op.realloc, size, this.slotOf(name));
  }

  /** What became of the free, and where the block was. */
  free(name: string): Place {
    const slot = this.slotOf(name);
    this.named.delete(name);
    this.slots.release(slot);
    return this.serve(Op.free, 0, slot);
  }

  request(op: number, size = 0, slot = NO_SLOT): Place {
    return this.serve(op, size, slot);
  }

  /** Blocks `prefix0`, `prefix1` …, all of one size. */
  mallocMany(prefix: string, count: number, size: number): Place[] {
    return Array.from({ length: count }, (_, i) => this.malloc(`${prefix}${i}`, size));
  }

  /** The last outcome by name. */
  get outcome(): OutcomeName {
    return OUTCOMES.get(this.out.outcome[0]) ?? 'none';
  }

  mappings(): MappingEvent[] {
    return this.model.takeMappings();
  }

  /** Ordinals of `usable_arenas`, front first. */
  get usable(): readonly number[] {
    return this.page('summary').usableArenas;
  }

  arenas(): ArenaView[] {
    return this.page('regions').items as ArenaView[];
  }

  pool(region: number, pool: number): PoolView {
    return this.page('pools', region, pool).items[0] as PoolView;
  }

  blocks(region: number, pool: number): BlockView[] {
    return this.page('blocks', region, pool).items as BlockView[];
  }

  private page(detail: HeapPage['detail'], region?: number, pool?: number): HeapPage {
    const owners: BlockOwners = {
      number: (slot) => slot + 1,
      placedAt: () => 0,
      site: () => 0,
      name: (slot) => [...this.named].find(([, at]) => at === slot)?.[0],
    };
    return this.model.heap({ detail, region, pool, limit: 10_000, offset: 0 }, owners) as unknown as HeapPage;
  }

  private take(name: string): number {
    if (this.named.has(name)) throw new Error(`${name} is live`);
    const slot = this.slots.take();
    this.named.set(name, slot);
    return slot;
  }

  private slotOf(name: string): number {
    const slot = this.named.get(name);
    if (slot === undefined) throw new Error(`${name} is not live`);
    return slot;
  }

  private serve(op: number, size: number, slot: number): Place {
    const requests = { op: Uint8Array.of(op), size: Uint32Array.of(size), slot: Int32Array.of(slot) };
    this.model.apply(requests, 0, 1, this.out);
    const region = this.out.region[0];
    if (region === NO_REGION) return this.outcome;
    const { pool, index } = this.model.locate(region, this.out.offset[0]);
    return [region, pool, index];
  }
}
