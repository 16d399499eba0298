/** Resources that nobody has closed: whether anything still leads to their owner, and what a collector would have done. */
import type { LeakedResource, ListPage, ListWindow, Ownership } from '@heapcast/contracts';
import type { CallPaths } from '../memcheck/call-paths.js';
import type { ManagedMemory } from './managed-memory.js';
import type { ManualMemory } from './manual-memory.js';
import type { ObjectRegister } from './object-register.js';
import type { OwnedResources } from './owned-resources.js';
import { pageOf } from './pages.js';
import { describeResource } from './program-views.js';

interface Holders {
  readonly memory: ManualMemory | ManagedMemory;
  readonly paths: CallPaths;
  readonly resources: OwnedResources;
  readonly register: ObjectRegister;
  readonly ownership: Ownership;
}

export function leakedResources(
  { memory, paths, resources, register, ownership }: Holders,
  window: ListWindow | undefined,
): ListPage<LeakedResource> {
  const inspection = memory.inspect();
  const open = [...resources.table.stillOpen()];
  return pageOf(open, open.length, window, (resource) => {
    const owner = resource.owner === null ? undefined : register.find(resource.owner);
    const isHeld = owner !== undefined && inspection.isReachable(owner);
    return {
      ...describeResource(resource, paths),
      state: isHeld ? 'held' : 'lost',
      note: resources.note(resource, isHeld, ownership),
    };
  });
}
