/** Finds what a client chose, or says what is wrong with the choice. */
import {
  findScenario,
  findSide,
  type Parameters,
  type Purpose,
  resolveParameters,
  type Scenario,
  type Side,
} from '@heapcast/scenarios';
import { invalid, notFound, ProblemException } from '../problems/index.js';

/** @throws ProblemException `not-found` */
export function requireScenario(name: string): Scenario {
  const scenario = findScenario(name);
  if (!scenario) throw notFound('scenario', name);
  return scenario;
}

/** @throws ProblemException `invalid-request` */
export function requireSide(scenario: Scenario, name: string, path: string): Side {
  const side = findSide(scenario, name);
  if (side) return side;
  throw invalid(path, `must be one of ${scenario.sides.map((each) => each.name).join(', ')}`);
}

/** @throws ProblemException `invalid-request` with everything that is wrong */
export function requireParameters(
  scenario: Scenario,
  chosen: Readonly<Record<string, unknown>> | undefined,
  purpose: Purpose,
): Parameters {
  const answer = resolveParameters(scenario, chosen ?? {}, purpose);
  if ('parameters' in answer) return answer.parameters;
  const errors = answer.faults.map(({ path, message }) => ({ path: `parameters.${path}`, message }));
  throw new ProblemException('invalid-request', `${errors[0].path} ${errors[0].message}.`, { errors });
}
