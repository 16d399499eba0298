/**
 * Which objects of a managed program are lost: exactly those that no variable leads to. A collector may still find them;
 * under mere counts nobody will.
 *
 * Of the lost, those that no other lost object leads to are definite: one object with nothing in front of it, or a cycle
 * with nothing in front of it, of which the one born first stands for all. The rest is indirect, and follows the first
 * definite one that leads to it. In the words of graphs: definite are the source components of the lost part.
 */
import { LEAK_KINDS, type LeakCheck, NO_LEADER } from '../memcheck/leak-check.js';
import type { LeakFinding } from './leak-report.js';
import { claim, lastReach, sourceLeaders } from './lost-graph.js';
import type { ManagedObjects } from './managed-objects.js';
import type { ObjectRegister } from './object-register.js';
import type { ObjectRecord } from './object-record.js';

const DEFINITE = LEAK_KINDS.indexOf('definite');
const INDIRECT = LEAK_KINDS.indexOf('indirect');
const REACHABLE = LEAK_KINDS.indexOf('reachable');

const NOTE =
  'Lost is exactly what no variable leads to. Objects that a collector has not come to yet are among them; a cycle counts ' +
  'once, by the object that was born first.';

export function classifyByReach(objects: ManagedObjects, register: ObjectRegister): LeakFinding {
  const records = [...register.all()];
  const reached = objects.reached();
  const isLost = records.map((record) => reached[objects.handle(record)] !== 1);
  const entryOf = new Map(records.map((record, entry) => [record, entry]));
  const referents = records.map((record, entry): number[] => {
    if (!isLost[entry]) return [];
    const entries: number[] = [];
    objects.visitReferents(objects.handle(record), (referent) => {
      const to = entryOf.get(referent);
      if (to !== undefined && isLost[to]) entries.push(to);
    });
    return entries;
  });
  const lost = records.flatMap((_, entry) => (isLost[entry] ? [entry] : []));
  const leader = claim(sourceLeaders(lost, referents), referents);
  return {
    check: checkOf(records, isLost, leader),
    objects: records,
    lastReach: lastReach(records, lost, referents),
    differs: [],
    note: NOTE,
  };
}

function checkOf(records: readonly ObjectRecord[], isLost: readonly boolean[], leader: Int32Array): LeakCheck {
  const { length } = records;
  const kind = new Uint8Array(length);
  const indirectBytes = new Float64Array(length);
  for (let entry = 0; entry < length; entry++) {
    if (!isLost[entry]) kind[entry] = REACHABLE;
    else if (leader[entry] === NO_LEADER) kind[entry] = DEFINITE;
    else {
      kind[entry] = INDIRECT;
      indirectBytes[leader[entry]] += records[entry].size;
    }
  }
  return {
    id: Float64Array.from(records, (record) => record.id),
    size: Float64Array.from(records, (record) => record.size),
    allocator: new Uint8Array(length),
    allocPath: Int32Array.from(records, (record) => record.site),
    kind,
    leader,
    indirectBytes,
  };
}
