/** Scenarios as REST tells them. */
import {
  type Claim,
  listScenarios,
  type Parameters,
  resolveParameters,
  type Scenario,
  type ScenarioParameter,
  type ScenarioSource,
  type Side,
} from '@heapcast/scenarios';

export interface StepView {
  /** 1, 2, 3 … */
  readonly step: number;
  readonly sentence: string;
  /** Line of the source, from 1. */
  readonly line: number;
  /** Commands of a program; requests of a trace are not counted in advance. */
  readonly commands?: number;
}

export interface SideView {
  readonly name: string;
  readonly title: string;
  readonly kind: Side['kind'];
  readonly source: ScenarioSource;
  readonly allocator: unknown;
  /** With the usual parameters of a session. */
  readonly steps: readonly StepView[];
}

export interface ScenarioBrief {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly practice: string | null;
  readonly kind: Side['kind'];
  readonly sides: readonly string[];
  readonly parameters: readonly ScenarioParameter[];
  readonly links: Readonly<Record<string, string>>;
}

export interface ScenarioView extends Omit<ScenarioBrief, 'sides'> {
  readonly lookFor: readonly string[];
  readonly sides: readonly SideView[];
  readonly claims: readonly Claim[];
}

/** What a side runs on when nobody says otherwise: C on a free list, Python on the pymalloc of the version it is of. */
export const USUAL_OF_C = { model: 'freelist', profile: 'give-back' };
export const USUAL_OF_PYTHON = { model: 'pymalloc', profile: 'cpython-3.11' };

export function allocatorOf(side: Side, parameters: Parameters) {
  return side.allocator?.(parameters) ?? (side.source.language === 'c++' ? USUAL_OF_C : USUAL_OF_PYTHON);
}

export function briefScenarios(): ScenarioBrief[] {
  return listScenarios().map(briefScenario);
}

export function viewScenario(scenario: Scenario): ScenarioView {
  const usual = resolveParameters(scenario, {}, 'session');
  const parameters = 'parameters' in usual ? usual.parameters : {};
  const { lookFor, claims } = scenario;
  return {
    ...briefScenario(scenario),
    lookFor,
    claims,
    sides: scenario.sides.map((side) => ({
      name: side.name,
      title: side.title,
      kind: side.kind,
      source: side.source,
      allocator: allocatorOf(side, parameters),
      steps: viewSteps(side, parameters),
    })),
  };
}

export function viewSteps(side: Side, parameters: Parameters): StepView[] {
  if (side.kind === 'trace')
    return side.steps(parameters).map(({ sentence, line }, at) => ({ step: at + 1, sentence, line }));
  return side
    .steps(parameters)
    .map(({ sentence, line, commands }, at) => ({ step: at + 1, sentence, line, commands: commands.length }));
}

function briefScenario({ name, title, about, practice, parameters, sides }: Scenario): ScenarioBrief {
  return {
    name,
    title,
    about,
    practice: practice ?? null,
    kind: sides[0].kind,
    sides: sides.map((side) => side.name),
    parameters,
    links: {
      self: `/v1/scenarios/${name}`,
      sessions: `/v1/scenarios/${name}/sessions`,
      runs: `/v1/scenarios/${name}/runs`,
    },
  };
}
