/** A copy of the whole state of the model: plain numbers and typed arrays, of which only the used part is copied. */
import type { OperatingSystemState } from '../operating-system.js';
import type { BlockTableState } from './block-table.js';
import type { PoolsState } from './pools.js';
import type { SystemAllocatorState } from './system-allocator.js';
import type { UsableArenasState } from './usable-arenas.js';

export interface PymallocState {
  readonly kind: 'pymalloc';
  readonly events: number;
  readonly liveBlocks: number;
  readonly requested: number;
  readonly allocated: number;
  readonly table: BlockTableState;
  readonly os: OperatingSystemState;
  readonly system: SystemAllocatorState;
  readonly arenas: UsableArenasState;
  readonly pools: PoolsState;
}

/** Only tells another model's state apart: what is inside is trusted. */
export function isPymallocState(data: unknown): data is PymallocState {
  return typeof data === 'object' && data !== null && 'kind' in data && data.kind === 'pymalloc';
}

/** Bytes of plain data, as a measure of what it costs to keep. */
export function byteLength(data: unknown): number {
  if (ArrayBuffer.isView(data)) return data.byteLength;
  if (typeof data !== 'object' || data === null) return 8;
  return Object.values(data).reduce((sum: number, each) => sum + byteLength(each), 0);
}
