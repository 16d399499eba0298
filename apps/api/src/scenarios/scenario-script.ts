/**
 * What a session of a scenario has to do, one item after the other, and how far it is: an item is done when the session's
 * events hold it, in order. What others asked of the session in between does not matter, and everything follows from the
 * journal, so it is the same after a restart and in a fork.
 */
import type { ProgramCommand, SessionEvent, SessionRequest } from '@heapcast/contracts';
import {
  type AssetReader,
  findScenario,
  findSide,
  type Parameters,
  sessionSteps,
  type Side,
} from '@heapcast/scenarios';
import { viewSteps, type StepView } from './scenario-answers.js';

/** Kept with a session: which scenario it plays. */
export interface ScenarioSettings {
  readonly name: string;
  readonly side: string;
  readonly parameters: Parameters;
}

export type ScriptItem = ProgramCommand | SessionRequest;

export interface Script {
  readonly kind: Side['kind'];
  readonly steps: readonly StepView[];
  /** Items of each step. */
  readonly items: readonly (readonly ScriptItem[])[];
  /** Is this event of the session the item's? */
  matches(item: ScriptItem, event: SessionEvent): boolean;
}

/** The script of a session's settings; undefined when it plays no scenario that there is. */
export function scriptOf(settings: unknown, assets: AssetReader): Script | undefined {
  if (!isSettings(settings)) return undefined;
  const scenario = findScenario(settings.scenario.name);
  const side = scenario && findSide(scenario, settings.scenario.side);
  if (!side) return undefined;
  const { parameters } = settings.scenario;
  const steps = viewSteps(side, parameters);
  if (side.kind === 'trace') {
    return { kind: 'trace', steps, items: sessionSteps(side.trace(parameters, assets)), matches: isRequest };
  }
  return { kind: 'program', steps, items: side.steps(parameters).map(({ commands }) => commands), matches: isCommand };
}

export function scenarioOf(settings: unknown): ScenarioSettings | undefined {
  return isSettings(settings) ? settings.scenario : undefined;
}

function isSettings(value: unknown): value is { readonly scenario: ScenarioSettings } {
  if (typeof value !== 'object' || value === null || !('scenario' in value)) return false;
  const { scenario } = value;
  return typeof scenario === 'object' && scenario !== null && 'name' in scenario && 'side' in scenario;
}

function isRequest(item: ScriptItem, { op, name, label, size }: SessionEvent): boolean {
  if (item.op !== op) return false;
  if (item.op === 'mark') return item.label === label;
  if (!('id' in item) || item.id !== name) return false;
  return !('size' in item) || item.size === size;
}

function isCommand(item: ScriptItem, { op, label }: SessionEvent): boolean {
  if (op !== 'mark' || label === undefined) return false;
  const command = commandOf(label);
  return command !== undefined && JSON.stringify(sorted(command)) === JSON.stringify(sorted(item));
}

function commandOf(label: string): unknown {
  try {
    const event: unknown = JSON.parse(label);
    return typeof event === 'object' && event !== null && 'command' in event ? event.command : undefined;
  } catch {
    return undefined;
  }
}

/** The same with its fields in one order, however they were written. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, sorted(each)]));
}
