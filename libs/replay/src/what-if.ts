/** Frees blocks on a copy of a model's state and tells what came back: exact for every model and release policy. */
import type { AllocatorModel } from '@heapcast/allocators';
import { Op } from '@heapcast/trace';
import type { WouldComeBack } from './measures.js';
import { makePlacements } from './placements.js';

/** Frees the blocks in `slots`, in this order; the model is changed. */
export function freeAll(model: AllocatorModel, slots: Int32Array): WouldComeBack {
  const { length } = slots;
  const before = model.totals().mappedBytes;
  model.takeMappings();
  const requests = { op: new Uint8Array(length).fill(Op.free), size: new Uint32Array(length), slot: slots };
  model.apply(requests, 0, length, makePlacements(length));
  const unmapped = model.takeMappings().filter(({ kind }) => kind === 'unmap').length;
  return { blocks: length, bytes: before - model.totals().mappedBytes, regions: unmapped };
}
