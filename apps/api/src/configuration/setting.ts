/**
 * One setting = one environment variable = one documented line. A decorator on a field of `Configuration` says how the
 * variable's text is read, which values class-validator lets through, and what `docs/configuration.md` tells of it.
 */
import { IsArray, IsBoolean, IsIn, IsInt, IsOptional, IsString, Matches, Max, Min } from 'class-validator';

export interface SettingDescription {
  /** Field of `Configuration`. */
  readonly property: string;
  /** Environment variable. */
  readonly variable: string;
  readonly group: string;
  readonly description: string;
  /** What a value looks like, in words. */
  readonly form: string;
  /** @throws Error with what was expected, when the text is not of this form. */
  readonly read: (text: string) => unknown;
  /** A value as a person would write it. */
  readonly write: (value: unknown) => string;
}

const described: SettingDescription[] = [];

/** Every setting, in the order in which `Configuration` declares them. */
export const settings: readonly SettingDescription[] = described;

const UNITS: Readonly<Record<string, number>> = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

function readInteger(text: string): number {
  if (!/^-?\d{1,15}$/.test(text)) throw new Error('must be a whole number');
  return Number(text);
}

function readBytes(text: string): number {
  const match = /^(\d{1,15})\s*(B|KiB|MiB|GiB)?$/.exec(text);
  if (!match) throw new Error('must be a number of bytes such as 1048576, 512KiB, 64MiB or 2GiB');
  return Number(match[1]) * (UNITS[match[2] ?? 'B'] ?? 1);
}

function writeBytes(value: unknown): string {
  const bytes = Number(value);
  for (const [unit, size] of Object.entries(UNITS).reverse()) {
    if (bytes !== 0 && bytes % size === 0) return size === 1 ? String(bytes) : `${bytes / size}${unit}`;
  }
  return String(bytes);
}

function readSwitch(text: string): boolean {
  if (['on', 'true', '1'].includes(text)) return true;
  if (['off', 'false', '0'].includes(text)) return false;
  throw new Error('must be on or off');
}

function writeSwitch(value: unknown): string {
  return value === true ? 'on' : 'off';
}

function readList(text: string): string[] {
  const parts = text.split(',').map((part) => part.trim());
  return parts.filter((part) => part !== '');
}

function writeList(value: unknown): string {
  return Array.isArray(value) ? value.join(',') : '';
}

type Reading = Pick<SettingDescription, 'form' | 'read' | 'write'>;

function setting(variable: string, group: string, description: string, reading: Reading, checks: PropertyDecorator[]) {
  return (target: object, property: string | symbol): void => {
    described.push({ property: String(property), variable, group, description, ...reading });
    for (const check of checks) check(target, property);
  };
}

/** Settings of one chapter of `docs/configuration.md`. */
export class SettingGroup {
  constructor(private readonly group: string) {}

  integer(variable: string, minimum: number, maximum: number, description: string): PropertyDecorator {
    const form = `whole number, ${minimum} to ${maximum}`;
    const message = `must be between ${minimum} and ${maximum}`;
    return setting(variable, this.group, description, { form, read: readInteger, write: String }, [
      IsInt({ message }),
      Min(minimum, { message }),
      Max(maximum, { message }),
    ]);
  }

  bytes(variable: string, minimum: number, maximum: number, description: string): PropertyDecorator {
    const form = `bytes, ${writeBytes(minimum)} to ${writeBytes(maximum)}`;
    const message = `must be between ${writeBytes(minimum)} and ${writeBytes(maximum)}`;
    return setting(variable, this.group, description, { form, read: readBytes, write: writeBytes }, [
      IsInt({ message }),
      Min(minimum, { message }),
      Max(maximum, { message }),
    ]);
  }

  text(variable: string, pattern: RegExp, message: string, description: string): PropertyDecorator {
    return setting(variable, this.group, description, { form: 'text', read: (text) => text, write: String }, [
      IsOptional(),
      IsString(),
      Matches(pattern, { message }),
    ]);
  }

  choice(variable: string, choices: readonly string[], description: string): PropertyDecorator {
    const form = choices.map((choice) => `\`${choice}\``).join(', ');
    return setting(variable, this.group, description, { form, read: (text) => text, write: String }, [
      IsIn([...choices], { message: `must be one of ${choices.join(', ')}` }),
    ]);
  }

  switch(variable: string, description: string): PropertyDecorator {
    const form = '`on`, `off`';
    return setting(variable, this.group, description, { form, read: readSwitch, write: writeSwitch }, [IsBoolean()]);
  }

  /** Values separated by commas; each must match `pattern`. */
  list(variable: string, pattern: RegExp, message: string, description: string): PropertyDecorator {
    const form = 'list, separated by commas';
    return setting(variable, this.group, description, { form, read: readList, write: writeList }, [
      IsArray(),
      IsString({ each: true }),
      Matches(pattern, { each: true, message }),
    ]);
  }
}
