/**
 * From what a client writes to a configuration with every option filled in, or to all that is wrong with it.
 *
 * First each value by itself, then, if those are all possible, the values together. Every problem is told at once, with
 * its path.
 */
import type { AllocatorConfig, ConfigProblem, OptionDescription, ResolvedConfig } from '../contract.js';
import { PAGE } from '../operating-system.js';
import { poolHeader, type PointerBytes } from './geometry.js';
import { optionDescriptions, type Options } from './options.js';
import { findProfile, profiles } from './profiles.js';

/** Version of the placement rules in this folder. */
export const MODEL_VERSION = 1;

/** Items of a list of misalignments. */
const MAX_MISALIGNMENTS = 65_536;

/** Fills in every option from the profile, or says all that is wrong. */
export function resolve(
  config: AllocatorConfig,
): { readonly resolved: ResolvedConfig } | { readonly problems: readonly ConfigProblem[] } {
  const problems: ConfigProblem[] = [];
  const name = config.profile ?? profiles[0].name;
  const profile = findProfile(name);
  if (!profile) {
    const known = profiles.map((each) => each.name).join(', ');
    problems.push({ path: 'profile', message: `unknown profile ${show(name)} of pymalloc; known profiles: ${known}` });
  }
  const given: unknown = config.options ?? {};
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    problems.push({ path: 'options', message: `must be an object of options, not ${show(given)}` });
    return { problems };
  }
  const options: Record<string, unknown> = { ...(profile ?? profiles[0]).options };
  for (const [option, value] of Object.entries(given)) {
    const description = optionDescriptions.find((each) => each.name === option);
    if (!description) {
      const known = optionDescriptions.map((each) => each.name).join(', ');
      problems.push({ path: `options.${option}`, message: `unknown option of pymalloc; known options: ${known}` });
    } else if (value !== undefined) {
      const problem = problemOf(description, value);
      if (problem) problems.push({ path: `options.${option}`, message: problem });
      options[option] = value;
    }
  }
  // Combinations make sense only of values that are each possible.
  if (!isComplete(options)) return { problems };
  checkCombination(options, (profile ?? profiles[0]).edition.pointerBytes, problems);
  if (problems.length > 0) return { problems };
  return { resolved: { model: 'pymalloc', profile: name, options, modelVersion: MODEL_VERSION } };
}

/** Whether every option is there and possible by itself. */
export function isComplete(options: object): options is Options & ResolvedConfig['options'] {
  const values = new Map<string, unknown>(Object.entries(options));
  return optionDescriptions.every((description) => problemOf(description, values.get(description.name)) === undefined);
}

/** What is wrong with the value of one option by itself. */
function problemOf(description: OptionDescription, value: unknown): string | undefined {
  const { name, choices = [] } = description;
  if (description.type === 'string') {
    return typeof value === 'string' && choices.includes(value)
      ? undefined
      : `must be one of ${choices.map(show).join(', ')}, not ${show(value)}`;
  }
  if (description.type === 'integers') {
    if (typeof value === 'string' && choices.includes(value)) return undefined;
    if (!Array.isArray(value))
      return `must be ${choices.map(show).join(', ')} or a list of integers, not ${show(value)}`;
    if (value.length > MAX_MISALIGNMENTS) return `must list at most ${MAX_MISALIGNMENTS} integers, not ${value.length}`;
    const at = value.findIndex((each) => integerProblem(description, each) !== undefined);
    return at < 0 ? undefined : `item ${at} ${integerProblem(description, value[at])}`;
  }
  if (name === 'mappedLimit' && value === null) return undefined;
  const anyInteger = name === 'mappedLimit' || name === 'smallThreshold';
  if (anyInteger || Number.isInteger(Math.log2(Number(value)))) return integerProblem(description, value);
  return integerProblem(description, value) ?? `must be a power of two, not ${show(value)}`;
}

function integerProblem({ minimum, maximum }: OptionDescription, value: unknown): string | undefined {
  const range = `an integer from ${minimum} to ${maximum}`;
  if (typeof value !== 'number' || !Number.isInteger(value)) return `must be ${range}, not ${show(value)}`;
  return value >= Number(minimum) && value <= Number(maximum) ? undefined : `must be ${range}, not ${value}`;
}

/** Values that are possible each by itself but not together. */
function checkCombination(options: Options, pointerBytes: PointerBytes, problems: ConfigProblem[]): void {
  const { arenaSize, poolSize, alignment, smallThreshold, release, freePools, arenaMisalignment } = options;
  const refuse = (option: keyof Options, message: string): number =>
    problems.push({ path: `options.${option}`, message });
  if (arenaSize < 2 * poolSize) {
    refuse(
      'arenaSize',
      `must hold at least two pools (a misaligned arena loses one): ${arenaSize} is less than twice poolSize ${poolSize}`,
    );
  }
  if (smallThreshold % alignment !== 0) {
    refuse('smallThreshold', `must be a multiple of alignment: ${smallThreshold} is not one of ${alignment}`);
  }
  const header = poolHeader(alignment, pointerBytes);
  if (header + smallThreshold > poolSize) {
    refuse(
      'poolSize',
      `must hold the pool header (${header} bytes) and one block of smallThreshold (${smallThreshold} bytes): ${poolSize} is too small`,
    );
  }
  if (freePools === 'shared' && release !== 'never') {
    refuse(
      'release',
      `must be "never" when freePools is "shared": nothing then tells when all pools of an arena are free`,
    );
  }
  if (typeof arenaMisalignment !== 'string') {
    const pages = Math.max(1, poolSize / PAGE);
    const at = arenaMisalignment.findIndex((each) => each >= pages);
    if (at >= 0) {
      refuse(
        'arenaMisalignment',
        `item ${at} must be less than ${pages}, the pages of ${PAGE} bytes per pool of ${poolSize} bytes, not ${arenaMisalignment[at]}`,
      );
    }
  }
}

/** A value as it is safe to repeat in a message. */
function show(value: unknown): string {
  const text = typeof value === 'bigint' ? `${value}n` : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
