/** What all best-practice scenarios have in common: a before and an after in Python, and one number of things. */
import type { Claim, Parameters, ProgramSide, ProgramStep, Scenario, ScenarioParameter } from '../scenario.js';
import { PYTHON } from '../programs/commands.js';

export interface PracticeSide {
  readonly title: string;
  readonly file: string;
  readonly text: string;
  readonly steps: (parameters: Parameters) => readonly ProgramStep[];
}

export interface Practice {
  readonly name: string;
  readonly title: string;
  /** The talk's words. */
  readonly practice: string;
  readonly about: string;
  readonly lookFor: readonly string[];
  readonly parameters: readonly ScenarioParameter[];
  readonly before: PracticeSide;
  readonly after: PracticeSide;
  readonly claims: readonly Claim[];
  readonly allocator?: ProgramSide['allocator'];
}

export function practicePair({ before, after, allocator, ...rest }: Practice): Scenario {
  const side = (name: string, { title, file, text, steps }: PracticeSide): ProgramSide => ({
    kind: 'program',
    name,
    title,
    source: { language: 'python', file, text },
    choice: () => PYTHON,
    steps,
    ...(allocator ? { allocator } : {}),
  });
  return { ...rest, sides: [side('before', before), side('after', after)] };
}

/** The number of things that a pair works on. */
export function howMany(name: string, title: string, usual: number, most = 5000): ScenarioParameter {
  return { name, title, type: 'integer', default: usual, minimum: 1, maximum: most, sessionDefault: 10 };
}
