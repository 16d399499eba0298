/** Every scenario there is: one file each, and one line here. */
import { listOfDicts } from './list-of-dicts/scenario.js';
import { pinnedArenas } from './pinned-arenas/scenario.js';
import { countObjects } from './practices/count-objects.js';
import { fewerTemporaries } from './practices/fewer-temporaries.js';
import { generators } from './practices/generators.js';
import { importOnlyNeeded, smallerModules, smallerPackage } from './practices/modules.js';
import { profileFirst } from './practices/profile-first.js';
import { sharedConfig } from './practices/shared-config.js';
import { cppLeak, cppLeakFixed } from './programs/cpp-leak.js';
import { mutableDefault } from './programs/mutable-default.js';
import { referenceCounting, referenceCycle } from './programs/references.js';
import { stackAndHeap } from './programs/stack-and-heap.js';
import { unclosedSocket } from './programs/unclosed-socket.js';
import type { Scenario, Side } from './scenario.js';

const scenarios: readonly Scenario[] = [
  cppLeak,
  cppLeakFixed,
  mutableDefault,
  pinnedArenas,
  listOfDicts,
  stackAndHeap,
  referenceCounting,
  referenceCycle,
  unclosedSocket,
  fewerTemporaries,
  generators,
  smallerModules,
  importOnlyNeeded,
  profileFirst,
  countObjects,
  sharedConfig,
  smallerPackage,
];

export function listScenarios(): readonly Scenario[] {
  return scenarios;
}

export function findScenario(name: string): Scenario | undefined {
  return scenarios.find((scenario) => scenario.name === name);
}

export function findSide(scenario: Scenario, name: string): Side | undefined {
  return scenario.sides.find((side) => side.name === name);
}
