/** The allocators that the service has, and how a configuration is called. */
import { bytes } from '../words/amounts.js';
import { json } from './rest.js';

export interface OptionDescription {
  readonly name: string;
  readonly type: 'integer' | 'string' | 'integers' | 'boolean';
  readonly choices?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description: string;
}

export interface ProfileDescription {
  readonly name: string;
  readonly title: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly note?: string;
}

export interface ModelDescription {
  readonly name: string;
  readonly title: string;
  readonly options: readonly OptionDescription[];
  readonly profiles: readonly ProfileDescription[];
}

export interface Configuration {
  readonly model: string;
  readonly profile: string;
  readonly options?: Readonly<Record<string, unknown>>;
}

export function readAllocators(): Promise<readonly ModelDescription[]> {
  return json<readonly ModelDescription[]>('/v1/allocators');
}

/** Options that are other ones than the profile's. */
function changedOptions({ options = {} }: Configuration, profile: ProfileDescription): (readonly [string, unknown])[] {
  return Object.entries(options).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(profile.options[name]),
  );
}

/** `arenaSize` -> `arena size` */
export function optionWords(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function valueWords(name: string, value: unknown): string {
  if (typeof value === 'number' && /size|step|limit|trim|threshold/i.test(name))
    return bytes(value).replace('.0 ', ' ');
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);
}

/** `CPython 3.12`; with options of its own, `What if: arena size 64 KiB`. */
export function configurationTitle(models: readonly ModelDescription[], wanted: Configuration): string {
  const profile = profileOf(models, wanted);
  if (!profile) return wanted.profile;
  const changed = changedOptions(wanted, profile);
  if (changed.length === 0) return profile.title;
  return `What if: ${changed.map(([name, value]) => `${optionWords(name)} ${valueWords(name, value)}`).join(', ')}`;
}

/** `1 MiB arenas, 16 KiB pools`, or the model's name. */
export function configurationDetail(models: readonly ModelDescription[], wanted: Configuration): string {
  const { arenaSize, poolSize } = wanted.options ?? {};
  const profile = profileOf(models, wanted);
  const base = profile && changedOptions(wanted, profile).length > 0 ? ` on ${profile.title}` : '';
  if (typeof arenaSize !== 'number' || typeof poolSize !== 'number') return `${wanted.model}${base}`;
  return `${valueWords('arenaSize', arenaSize)} arenas, ${valueWords('poolSize', poolSize)} pools${base}`;
}

function profileOf(models: readonly ModelDescription[], { model, profile }: Configuration) {
  return models.find(({ name }) => name === model)?.profiles.find(({ name }) => name === profile);
}
