/**
 * What memcheck says is lost of a C or C++ program, object by object, and where that is not what somebody would say who
 * only looks at which object leads to which.
 */
import type { LeakDifference } from '@heapcast/contracts';
import { LEAK_KINDS, type LeakCheck } from '../memcheck/leak-check.js';
import { ALL_BYTES, Word } from '../memcheck/shadow-memory.js';
import { some } from './happenings.js';
import type { LeakFinding } from './leak-report.js';
import { sourceLeaders } from './lost-graph.js';
import type { ManualObjects } from './manual-objects.js';
import type { ObjectRecord } from './object-record.js';

const DEFINITE = LEAK_KINDS.indexOf('definite');
const INDIRECT = LEAK_KINDS.indexOf('indirect');
const POSSIBLE = LEAK_KINDS.indexOf('possible');

const NOTE =
  "Memcheck's rules (Valgrind 3.19, interior-pointer heuristics off): every initialised word that points into a live " +
  'block counts as a pointer, and the lost blocks are gone through by address.';

/** One entry per live block, in the order of addresses. */
export function findManualLeaks(objects: ManualObjects): LeakFinding {
  const { found, records, lost, referents, lastReach } = objects.losses.find();
  const check: LeakCheck = { ...found, id: Float64Array.from(records, (record) => record.id) };
  return {
    check,
    objects: records,
    lastReach,
    differs: differences(found, records, lost, referents, objects),
    note: NOTE,
  };
}

function differences(
  { kind, leader }: LeakCheck,
  records: readonly ObjectRecord[],
  lost: readonly number[],
  referents: readonly (readonly number[])[],
  objects: ManualObjects,
): LeakDifference[] {
  const sources = new Set(sourceLeaders(lost, referents));
  const definite = lost.filter((entry) => kind[entry] === DEFINITE);
  const leadsBack = new Set<number>();
  const owners = new Map<number, Set<number>>();
  for (const entry of lost) {
    const owner = kind[entry] === DEFINITE ? entry : leader[entry];
    for (const to of referents[entry]) {
      if (to === owner && to !== entry) leadsBack.add(to);
      else if (kind[to] === INDIRECT) owners.set(to, (owners.get(to) ?? new Set()).add(owner));
    }
  }
  const inCycle = definite.filter((entry) => leadsBack.has(entry) && sources.has(entry));
  const shared = [...owners].filter(([, among]) => among.size > 1).map(([entry]) => entry);
  const claimedLate = definite.filter((entry) => !sources.has(entry));
  const possible = records.flatMap((_, entry) => (kind[entry] === POSSIBLE ? [entry] : []));
  const hidden = pointedBeside(objects, new Set(lost.map((entry) => records[entry])));
  const difference = (
    rule: LeakDifference['rule'],
    entries: readonly number[],
    text: string,
  ): readonly LeakDifference[] =>
    entries.length === 0 ? [] : [{ rule, text, objects: some(entries.map((entry) => records[entry].id)) }];
  return [
    ...difference(
      'lowestOfCycle',
      inCycle,
      'These are lost in a cycle, in which no object is more lost than another. Memcheck goes through the lost blocks by ' +
        'address and calls the lowest of a cycle definitely lost, the others indirectly.',
    ),
    ...difference(
      'sharedByLostOwners',
      shared,
      'Several lost objects lead to these. Memcheck counts each once, for the owner with the lowest address: freeing the ' +
        'other owners would not free these either.',
    ),
    ...difference(
      'lateOwner',
      claimedLate,
      'Another lost object leads to these, so they are not lost by themselves. Memcheck calls them definitely lost all the ' +
        'same: what leads to them has a higher address, and enters a group that was claimed before in its middle.',
    ),
    ...difference(
      'interiorPointer',
      possible,
      'A variable leads to these, but somewhere on the way only by a pointer to the inside of a block. Memcheck says ' +
        'possibly lost, because such a pointer may be there by chance.',
    ),
    ...(hidden.length === 0
      ? []
      : [
          {
            rule: 'hiddenPointer' as const,
            text:
              'A variable points right beside these: before the start, or one past the end. The program could find its way ' +
              'back by arithmetic; memcheck does not follow such a pointer, so they are lost.',
            objects: some(hidden.map((record) => record.id)),
          },
        ]),
  ];
}

/** Lost objects next to which a variable points, without pointing into them. */
function pointedBeside(objects: ManualObjects, lost: ReadonlySet<ObjectRecord>): ObjectRecord[] {
  const { memcheck } = objects;
  const beside = new Set<ObjectRecord>();
  const word = new Word();
  const look = (addresses: ReadonlyMap<string, number>): void => {
    for (const address of addresses.values()) {
      memcheck.peekWord(address, word);
      if (word.defined !== ALL_BYTES || word.address === 0) continue;
      const pointed = objects.at(word.address);
      if (pointed === null || pointed.isFreed || !lost.has(pointed.record)) continue;
      if (pointed.offset < 0 || pointed.offset >= pointed.record.size) beside.add(pointed.record);
    }
  };
  if (lost.size === 0) return [];
  look(memcheck.globalVariables());
  for (let depth = 0; depth < memcheck.depth; depth++) look(memcheck.localsAt(depth));
  return [...beside];
}
