/** The state of a program as clients read it: pages of everything, and a mark on what is in reach. */
import type {
  ListWindow,
  ProgramError,
  ProgramFrame,
  ProgramObject,
  ProgramResource,
  ProgramState,
  ProgramStateQuery,
  ResolvedProgramChoice,
} from '@heapcast/contracts';
import type { CallPaths } from '../memcheck/call-paths.js';
import type { CallStack } from './call-stack.js';
import type { LoggedMisstep, MisstepLog } from './misstep-log.js';
import { blockName, type ObjectRecord } from './object-record.js';
import type { ObjectRegister } from './object-register.js';
import type { OwnedResources } from './owned-resources.js';
import { bounds, pageOf } from './pages.js';
import type { Inspection, ProgramMemory } from './program-memory.js';
import type { Resource } from './resource-table.js';

export interface ProgramParts {
  readonly commands: number;
  readonly choice: ResolvedProgramChoice;
  readonly ended: boolean;
  readonly memory: ProgramMemory;
  readonly stack: CallStack;
  readonly register: ObjectRegister;
  readonly resources: OwnedResources;
  readonly errors: MisstepLog;
  readonly paths: CallPaths;
}

const MAX_PLACES = 16;
/** Fields that an object in a list shows; all of them are shown of one object. */
const FIELDS_IN_LIST: ListWindow = { limit: 20 };

export function describeState(parts: ProgramParts, query: ProgramStateQuery): ProgramState {
  const { commands, choice, ended, memory, stack, register, resources, errors, paths } = parts;
  // A walk over the heap, done only if an object is shown.
  let inspection: Inspection | null = null;
  const { table } = resources;
  const logged = errors.all();
  return {
    commands,
    choice,
    ended,
    frames: frames(stack, memory, query),
    stack: { used: stack.used, limit: choice.stackLimit, peak: stack.peak },
    globals: memory.globals(query.globals),
    objects: pageOf(register.all(), register.liveCount, query.objects, (record) =>
      describeObject(record, (inspection ??= memory.inspect()), paths, FIELDS_IN_LIST),
    ),
    heap: register.totals,
    resources: pageOf(table.all(), table.count, query.resources, (resource) => describeResource(resource, paths)),
    openResources: table.openCount,
    gc: memory.gcState(),
    errors: pageOf(logged, logged.length, query.errors, (error) => describeError(error, paths)),
  };
}

export function describeObject(
  record: ObjectRecord,
  inspection: Inspection,
  paths: CallPaths,
  fields: ListWindow | undefined,
): ProgramObject {
  const { id, type, size, block, site, born } = record;
  const resources = record.resources ?? [];
  return {
    id,
    type,
    size,
    block,
    name: blockName(record),
    site,
    path: paths.places(site, MAX_PLACES),
    born,
    reachable: inspection.isReachable(record),
    ...inspection.describe(record, fields),
    ...(resources.length > 0 ? { resources } : {}),
  };
}

export function describeResource(resource: Resource, paths: CallPaths): ProgramResource {
  const { id, kind, name, descriptor, owner, closedBy, openedAt, closedAt, site } = resource;
  const path = paths.places(site, MAX_PLACES);
  return { id, kind, name, descriptor, owner, open: closedAt === null, closedBy, openedAt, closedAt, path };
}

/** Innermost first. */
function frames(stack: CallStack, memory: ProgramMemory, query: ProgramStateQuery): ProgramState['frames'] {
  const total = stack.depth;
  const { from, to } = bounds(total, query.frames);
  const items: ProgramFrame[] = [];
  for (let at = from; at < to; at++) {
    const depth = total - 1 - at;
    const { function: name, line, callLine, size } = stack.at(depth);
    items.push({ depth, function: name, line, callLine, size, locals: memory.locals(depth, query.locals) });
  }
  return { total, offset: from, items };
}

function describeError({ site, ...rest }: LoggedMisstep, paths: CallPaths): ProgramError {
  return { ...rest, path: paths.places(site, MAX_PLACES) };
}
