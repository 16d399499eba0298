/** Everything that a collector is, for a checkpoint: plain data that can be cloned, shared with nothing. */
import type { GenerationStatistics } from './collection-statistics.js';
import type { ObjectHandle } from './events.js';
import type { SavedCounts } from './generation-counts.js';
import type { SavedObjects } from './object-table.js';

export interface SavedCollector {
  readonly version: string;
  readonly objects: SavedObjects;
  readonly generations: SavedCounts;
  readonly scheduled: boolean;
  readonly statistics: readonly GenerationStatistics[];
  readonly garbage: readonly ObjectHandle[];
}
