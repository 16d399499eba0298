/** What a client chose for a scenario's parameters, checked; the rest is as usual. */
import type { Parameters, Scenario, ScenarioParameter } from './scenario.js';

export interface ParameterFault {
  readonly path: string;
  readonly message: string;
}

export type Purpose = 'session' | 'run';

/** All that is wrong at once, or every parameter with its value. */
export function resolveParameters(
  { parameters: known }: Pick<Scenario, 'parameters'>,
  chosen: Readonly<Record<string, unknown>>,
  purpose: Purpose,
): { readonly parameters: Parameters } | { readonly faults: readonly ParameterFault[] } {
  const faults: ParameterFault[] = [];
  const names = known.map(({ name }) => name);
  for (const name of Object.keys(chosen)) {
    if (names.includes(name)) continue;
    const what = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`;
    faults.push({ path: name, message: `is not a parameter of this scenario: ${what}` });
  }
  const parameters: Record<string, number | string> = {};
  for (const parameter of known) {
    const { name } = parameter;
    const value = Object.hasOwn(chosen, name) ? chosen[name] : usual(parameter, purpose);
    const message = faultOf(parameter, value, purpose);
    if (message !== null) faults.push({ path: name, message });
    else if (typeof value === 'number' || typeof value === 'string') parameters[name] = value;
  }
  return faults.length > 0 ? { faults } : { parameters };
}

/** @throws RangeError when it is not a number: the scenario has no such parameter */
export function integerOf(parameters: Parameters, name: string): number {
  const value = parameters[name];
  if (typeof value !== 'number') throw new RangeError(`${name} is not a number`);
  return value;
}

export function textOf(parameters: Parameters, name: string): string {
  return String(parameters[name]);
}

function usual({ default: value, sessionDefault = value }: ScenarioParameter, purpose: Purpose): number | string {
  return purpose === 'session' ? sessionDefault : value;
}

function faultOf(parameter: ScenarioParameter, value: unknown, purpose: Purpose): string | null {
  const {
    type,
    choices = [],
    sessionChoices = choices,
    minimum = 0,
    maximum = Number.MAX_SAFE_INTEGER,
    sessionMaximum = maximum,
  } = parameter;
  if (type === 'choice') {
    const allowed = purpose === 'session' ? sessionChoices : choices;
    const hint = allowed.length < choices.length ? ' in a session' : '';
    return typeof value === 'string' && allowed.includes(value) ? null : `must be one of ${allowed.join(', ')}${hint}`;
  }
  const most = purpose === 'session' ? Math.min(maximum, sessionMaximum) : maximum;
  if (typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= most) return null;
  const hint = purpose === 'session' && most < maximum ? ' in a session; a run may have more' : '';
  return `must be a whole number from ${minimum} to ${most}${hint}`;
}
