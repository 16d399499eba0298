/** What the collector of a managed program would say of itself and of each object, as clients read it. */
import type { ProgramGc } from '@heapcast/contracts';
import type { ObjectHandle } from '../cpython-collector/events.js';
import type { Generation } from '../cpython-collector/rules.js';
import { some } from './happenings.js';
import type { ManagedObjects } from './managed-objects.js';
import type { ObjectRecord } from './object-record.js';
import type { MemoryView } from './program-memory.js';

export type Generations = ReadonlyMap<ObjectHandle, Generation | 'permanent'>;

/** Which generation each tracked object is in. */
export function generationsOf({ collector }: ManagedObjects): Generations {
  const generations = new Map<ObjectHandle, Generation | 'permanent'>();
  for (const generation of [0, 1, 2, 'permanent'] as const) {
    for (const object of collector?.generation(generation) ?? []) generations.set(object, generation);
  }
  return generations;
}

/** What only the heap knows of an object, without its fields. `generations`: of all objects. */
export function viewOf(
  objects: ManagedObjects,
  record: ObjectRecord,
  generations: Generations,
): Omit<MemoryView, 'fields'> {
  const object = objects.handle(record);
  const { heap, collector } = objects;
  const isWeak = !heap.isContainer(object) && !heap.isLeaf(object);
  const referent = heap.referent(object);
  return {
    references: collector === null ? null : collector.referenceCount(object),
    generation: generations.get(object) ?? null,
    finalizer: heap.finalizerState(object),
    ...(isWeak ? { weakReference: { of: referent === null ? null : objects.record(referent).id } } : {}),
  };
}

export function gcStateOf(objects: ManagedObjects, budget: number): ProgramGc {
  const { collector, tracing, examined, longestPause } = objects;
  if (collector === null) {
    const length = tracing?.length ?? 0;
    return {
      enabled: objects.enabled,
      counts: [0, 0, 0],
      thresholds: [0, 0, 0],
      stats: (tracing?.stats() ?? []).map((line) => ({ ...line, objects: length })),
      permanent: 0,
      garbage: some([]),
      examined,
      longestPause,
      budget,
    };
  }
  const lengths = ([0, 1, 2] as const).map((generation) => collector.generation(generation).length);
  return {
    enabled: collector.isEnabled,
    counts: collector.counts,
    thresholds: collector.thresholds,
    stats: collector.stats().map((line, generation) => ({ ...line, objects: lengths[generation] })),
    permanent: collector.generation('permanent').length,
    garbage: some(collector.garbage().map((object) => objects.record(object).id)),
    examined,
    longestPause,
  };
}
