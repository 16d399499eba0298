/** A workload under a policy: the same commands, with what the collector is told put before and between them. */
import type { CollectionPolicy, ProblemPart, ProgramCommand, ResolvedProgramChoice } from '@heapcast/contracts';
import { COLLECTION_MODES, MAX_POLICIES } from '@heapcast/contracts';
import { ProblemException } from '../problems/index.js';

/** What a policy decides, a workload does not. */
export function isWork({ op }: ProgramCommand): boolean {
  return op !== 'gc' && op !== 'collect';
}

/** A command, and how many commands of the workload are done with it. */
export interface Scheduled {
  readonly command: ProgramCommand;
  readonly done: number;
}

/** @param workload without `gc` and `collect` */
export function* schedule(workload: readonly ProgramCommand[], policy: CollectionPolicy): Generator<Scheduled> {
  const { gc, thresholds, collectAfter = [], generation } = policy;
  if (gc !== 'automatic') yield { command: { op: 'gc', do: 'disable' }, done: 0 };
  else if (thresholds) yield { command: { op: 'gc', do: 'threshold', values: thresholds }, done: 0 };
  const stops = gc === 'manual' ? new Set(collectAfter) : null;
  const collect: ProgramCommand = { op: 'collect', ...(generation === undefined ? {} : { generation }) };
  if (stops?.has(0)) yield { command: collect, done: 0 };
  for (const [i, command] of workload.entries()) {
    yield { command, done: i + 1 };
    if (stops?.has(i + 1)) yield { command: collect, done: i + 1 };
  }
}

/** The program that runs under a policy. */
export function programUnder(choice: ResolvedProgramChoice, { heapBudget }: CollectionPolicy): ResolvedProgramChoice {
  return heapBudget === undefined ? choice : { ...choice, heapBudget };
}

/** @throws ProblemException `invalid-request` with every mistake */
export function checkPolicies(policies: unknown, choice: ResolvedProgramChoice): readonly CollectionPolicy[] {
  if (!Array.isArray(policies) || policies.length === 0 || policies.length > MAX_POLICIES) {
    throw refusal([{ path: 'policies', message: `must be a list of 1 to ${MAX_POLICIES} policies` }]);
  }
  const errors: ProblemPart[] = [];
  if (choice.ownership !== 'cpython' && choice.ownership !== 'mark-sweep') {
    errors.push({ path: 'program.ownership', message: 'must be cpython or mark-sweep: the others have no collector' });
  }
  for (const [i, policy] of policies.entries()) {
    for (const { path, message } of faultsOf(policy, choice)) {
      errors.push({ path: path === '' ? `policies[${i}]` : `policies[${i}].${path}`, message });
    }
  }
  if (errors.length > 0) throw refusal(errors);
  return policies;
}

const FIELDS: ReadonlySet<string> = new Set('name gc thresholds heapBudget collectAfter generation'.split(' '));
/** Positions of one policy, and the last of them. */
const MOST_STOPS = 10_000;
const FAR = 1_000_000;
const MOST_BUDGET = 2 ** 40;
const MOST_THRESHOLD = 0x7fff_ffff;

function* faultsOf(policy: unknown, { ownership }: ResolvedProgramChoice): Generator<ProblemPart> {
  if (typeof policy !== 'object' || policy === null || Array.isArray(policy)) {
    yield { path: '', message: 'must be a policy such as { "name": "off", "gc": "off" }' };
    return;
  }
  const fields: Partial<Record<string, unknown>> = { ...policy };
  for (const field in fields) if (!FIELDS.has(field)) yield { path: field, message: 'is not a known field' };
  const { name, gc, thresholds, heapBudget, collectAfter, generation } = fields;
  if (typeof name !== 'string' || name === '' || name.length > 100) {
    yield { path: 'name', message: 'must be text of 1 to 100 characters' };
  }
  if (!COLLECTION_MODES.some((mode) => mode === gc)) {
    yield { path: 'gc', message: `must be one of ${COLLECTION_MODES.join(', ')}` };
  }
  if (thresholds !== undefined && !isListOf(thresholds, 3, MOST_THRESHOLD)) {
    yield { path: 'thresholds', message: 'must be one to three whole numbers' };
  }
  if (thresholds !== undefined && (gc !== 'automatic' || ownership !== 'cpython')) {
    yield { path: 'thresholds', message: 'is for automatic collection of a cpython program' };
  }
  if (heapBudget !== undefined && (gc !== 'automatic' || ownership !== 'mark-sweep')) {
    yield { path: 'heapBudget', message: 'is for automatic collection of a mark-sweep program' };
  }
  if (heapBudget !== undefined && !isUpTo(heapBudget, MOST_BUDGET)) {
    yield { path: 'heapBudget', message: 'must be a whole number of bytes' };
  }
  if (collectAfter !== undefined && (gc !== 'manual' || !isListOf(collectAfter, MOST_STOPS, FAR))) {
    yield { path: 'collectAfter', message: `must be 1 to ${MOST_STOPS} numbers of commands, for manual collection` };
  }
  if (gc === 'manual' && collectAfter === undefined) {
    yield { path: 'collectAfter', message: 'is missing: after how many commands to collect' };
  }
  if (generation !== undefined && (gc !== 'manual' || !isUpTo(generation, 2))) {
    yield { path: 'generation', message: 'must be 0, 1 or 2, for manual collection' };
  }
}

function isUpTo(value: unknown, most: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most;
}

function isListOf(value: unknown, length: number, most: number): boolean {
  return Array.isArray(value) && value.length >= 1 && value.length <= length && value.every((one) => isUpTo(one, most));
}

function refusal(errors: readonly ProblemPart[]): ProblemException {
  const { path, message } = errors[0];
  return new ProblemException('invalid-request', `${path} ${message}`, { errors });
}
