/**
 * Where the runs of 2,000,000 iterations began is not recorded: only the arenas of each phase are known. The script that
 * measured them had imported more before than the one that was recorded. This takes the recorded start to the known arenas
 * of phase 0, by the steps that a few numbers say, which were found by trying until all six phases agreed.
 */
import type { AllocatorModel } from '@heapcast/allocators';
import { type FittedStart, type PythonBuild, RequestWriter, type StartStep } from '@heapcast/scenarios';
import type { SavedSlots, TraceChunk } from '@heapcast/trace';

/** The numbers that were found, for one build. */
export interface Fit {
  /** Recorded requests that come first; without it all of them until the benchmark. */
  readonly after?: number;
  /** Free blocks for dicts, and for tables of keys, in pools that are in use. */
  readonly freeDictBlocks: number;
  readonly freeKeysBlocks?: number;
  /** Garbage of the size of dicts and of tables of keys, and garbage that is alone in its pool. */
  readonly dictGarbage?: number;
  readonly keysGarbage?: number;
  readonly lonelyGarbage?: boolean;
  /** A block, alone in its pool, goes together with the list. */
  readonly lonelyWithList?: boolean;
  readonly notes: FittedStart['notes'];
}

export interface Arenas {
  readonly allocated_total: number;
  readonly reclaimed: number;
  readonly highwater: number;
  readonly current: number;
  readonly unused_pools: number;
}

/** What pymalloc's statistics say, as far as it matters here. */
export interface Measured {
  readonly arenas: Arenas;
  /** By size of a block. */
  readonly available: ReadonlyMap<number, number>;
}

const LARGE = 512;

/** Carries out steps on a model as it finds them. */
export class StartFitter {
  readonly #steps: StartStep[] = [];
  readonly #writer: RequestWriter;

  constructor(
    private readonly feed: (chunk: TraceChunk) => void,
    private readonly measure: () => Measured,
    private readonly geometry: { readonly poolBytes: number; readonly poolsPerArena: number },
    slots: SavedSlots,
  ) {
    this.#writer = new RequestWriter(slots);
  }

  /** @throws Error when the numbers do not lead to the arenas */
  fit(build: PythonBuild, fit: Fit, wanted: Arenas): readonly StartStep[] {
    this.#reclaim(wanted);
    if (fit.lonelyGarbage === true) this.#alone('garbage', 480);
    if (fit.lonelyWithList === true) this.#alone('withList', 432);
    this.#garbage(build.dictBytes, fit.dictGarbage);
    if (build.keysBytes !== null) this.#garbage(build.keysBytes, fit.keysGarbage);
    this.#leaveFree(build.dictBytes, fit.freeDictBlocks);
    if (build.keysBytes !== null) this.#leaveFree(build.keysBytes, fit.freeKeysBlocks ?? 0);
    this.#fill(wanted);
    return this.#steps;
  }

  /** Maps and unmaps arenas: what was compiled and thrown away. */
  #reclaim(wanted: Arenas): void {
    for (let { arenas } = this.measure(); arenas.reclaimed < wanted.reclaimed; { arenas } = this.measure()) {
      const count = arenas.unused_pools * this.#capacity(LARGE) + this.#available(LARGE) + 8;
      this.#do({ do: 'pass', bytes: LARGE, count });
      if (this.measure().arenas.reclaimed !== arenas.reclaimed + 1) throw new Error('no arena was given back');
    }
  }

  #garbage(bytes: number, count = 0): void {
    if (count > 0) this.#do({ do: 'garbage', bytes, count });
  }

  /** One block in a pool of its own. */
  #alone(what: 'garbage' | 'withList', bytes: number): void {
    this.#keep(bytes, this.#available(bytes));
    this.#do({ do: what, bytes, count: 1 });
  }

  #leaveFree(bytes: number, wanted: number): void {
    const available = this.#available(bytes);
    if (wanted <= available) {
      this.#keep(bytes, available - wanted);
    } else {
      this.#keep(bytes, available);
      const every = this.#capacity(bytes);
      const count = Math.ceil(wanted / (every - 1)) * every;
      this.#do({ do: 'holes', bytes, count, every, free: wanted });
    }
    if (this.#available(bytes) !== wanted) throw new Error(`${this.#available(bytes)} blocks of ${bytes} are free`);
  }

  /** Long-lived blocks until the arenas are as wanted; then no pool of theirs has room. */
  #fill(wanted: Arenas): void {
    for (;;) {
      const missing = this.#pools(wanted) - this.#pools(this.measure().arenas);
      if (missing === 0) break;
      if (missing < 0) throw new Error(`${-missing} pools too many are in use`);
      this.#keep(LARGE, this.#available(LARGE) + (missing - 1) * this.#capacity(LARGE) + 1);
    }
    this.#keep(LARGE, this.#available(LARGE));
  }

  #keep(bytes: number, count: number): void {
    if (count > 0) this.#do({ do: 'keep', bytes, count });
  }

  #do(step: StartStep): void {
    const slots = Array.from({ length: step.count }, () => this.#writer.malloc(step.bytes));
    if (step.do === 'pass') for (const slot of slots.reverse()) this.#writer.free(slot);
    if (step.do === 'holes') {
      const every = step.every ?? 1;
      for (const slot of slots.filter((_, at) => at % every !== 0).slice(0, step.free)) this.#writer.free(slot);
    }
    const chunk = this.#writer.take();
    if (chunk) this.feed(chunk);
    this.#steps.push(step);
  }

  #available(bytes: number): number {
    return this.measure().available.get(blockBytes(bytes)) ?? 0;
  }

  #capacity(bytes: number): number {
    return Math.floor((this.geometry.poolBytes - 48) / blockBytes(bytes));
  }

  #pools({ current, unused_pools }: Arenas): number {
    return current * this.geometry.poolsPerArena - unused_pools;
  }
}

function blockBytes(bytes: number): number {
  return Math.ceil(bytes / 16) * 16;
}

interface PymallocStatistics {
  readonly arenas: { allocatedTotal: number; reclaimed: number; highWater: number; current: number };
  readonly pools: { unused: number };
  readonly classes: readonly { size: number; availableBlocks: number }[];
}

/** @throws Error when the model is not pymalloc */
export function measureArenas(model: AllocatorModel): Measured {
  const statistics: unknown = model.statistics();
  if (!isPymalloc(statistics)) throw new Error('these are not the statistics of pymalloc');
  const { arenas, pools, classes } = statistics;
  return {
    arenas: {
      allocated_total: arenas.allocatedTotal,
      reclaimed: arenas.reclaimed,
      highwater: arenas.highWater,
      current: arenas.current,
      unused_pools: pools.unused,
    },
    available: new Map(classes.map(({ size, availableBlocks }) => [size, availableBlocks])),
  };
}

function isPymalloc(value: unknown): value is PymallocStatistics {
  return typeof value === 'object' && value !== null && 'arenas' in value && 'pools' in value && 'classes' in value;
}
