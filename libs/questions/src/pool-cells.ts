/** The pools of a pymalloc heap in columns, as the picture of it tells them: which are used, of which size, how full. */
import type { HeapCells, ResolvedConfig } from '@heapcast/allocators';
import type { Moment } from './moment.js';
import { NotAskable } from './question.js';

export interface PoolCell {
  readonly arena: number;
  readonly pool: number;
  readonly blockBytes: number;
  readonly capacity: number;
  readonly used: number;
  readonly touched: number;
}

export class PoolCells {
  readonly #indexOf = new Map<number, number>();

  constructor(private readonly cells: HeapCells) {
    cells.region.forEach((region, index) => this.#indexOf.set(region, index));
  }

  static async of({ at, inspect }: Moment): Promise<PoolCells> {
    const { cells } = await inspect(at, { kind: 'picture' });
    return new PoolCells(cells);
  }

  /** Ordinals of the mapped arenas, by address. */
  get arenas(): number[] {
    return [...this.cells.region];
  }

  isMapped(arena: number): boolean {
    return this.#indexOf.has(arena);
  }

  /** Blocks of a pool that are in use; 0 also of pools that are not there. */
  used(arena: number, pool: number): number {
    const index = this.#indexOf.get(arena);
    if (index === undefined) return 0;
    const cell = this.cells.firstCell[index] + pool;
    return cell < this.cells.firstCell[index + 1] ? this.cells.used[cell] : 0;
  }

  /** In address order. */
  *pools(): Generator<PoolCell> {
    const { region, firstCell, blockBytes, capacity, used, touched } = this.cells;
    for (let index = 0; index < region.length; index++) {
      for (let cell = firstCell[index]; cell < firstCell[index + 1]; cell++) {
        yield {
          arena: region[index],
          pool: cell - firstCell[index],
          blockBytes: blockBytes[cell],
          capacity: capacity[cell],
          used: used[cell],
          touched: touched[cell],
        };
      }
    }
  }
}

/** @throws NotAskable where the allocator has no arenas */
export function requireArenas({ model }: ResolvedConfig): void {
  if (model !== 'pymalloc') throw new NotAskable(`${model} has no arenas: this can be asked of pymalloc only.`);
}

/** An option of pymalloc that is a number. */
export function numberOption({ options }: ResolvedConfig, name: string): number {
  return Number(options[name]);
}

/** Bytes of the block that serves a request, or `null` when the system allocator does. */
export function classBytes(config: ResolvedConfig, size: number): number | null {
  const alignment = numberOption(config, 'alignment');
  if (size < 1 || size > numberOption(config, 'smallThreshold')) return null;
  return Math.ceil(size / alignment) * alignment;
}
