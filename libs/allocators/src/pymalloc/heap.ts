/** The parts that make up a heap, built to fit each other; the model serves requests on them, the views read them. */
import { OperatingSystem } from '../operating-system.js';
import { BlockTable } from './block-table.js';
import { geometryOf, type Geometry } from './geometry.js';
import type { Options } from './options.js';
import { Pools } from './pools.js';
import type { Edition } from './profiles.js';
import { SystemAllocator } from './system-allocator.js';
import { UsableArenas } from './usable-arenas.js';

export class Heap {
  readonly geometry: Geometry;
  readonly os: OperatingSystem;
  readonly system: SystemAllocator;
  readonly arenas: UsableArenas;
  readonly pools: Pools;
  readonly table = new BlockTable();

  /** @param misalignment pages by which the base of each arena misses pool alignment, by order of mapping. */
  constructor(
    options: Options,
    misalignment: ArrayLike<number>,
    readonly edition: Edition,
  ) {
    this.geometry = geometryOf(options, edition.pointerBytes);
    this.os = new OperatingSystem({
      regionBytes: options.arenaSize,
      alignment: options.poolSize,
      misalignment,
      limit: options.mappedLimit,
    });
    this.system = new SystemAllocator(this.os);
    this.arenas = new UsableArenas(this.geometry, options, this.os, this.system);
    this.pools = new Pools(this.geometry, this.arenas);
  }

  /** Simulated address of a placement. */
  address(region: number, offset: number): number {
    return this.os.base(region) + this.os.lead(region) + offset * this.geometry.alignment;
  }
}
