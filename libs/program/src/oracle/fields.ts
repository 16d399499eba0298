/**
 * Reads the fields of one line of a script. Every complaint names the line and the field, and what would be right.
 */
import { ScriptFormatError } from './script-format-error.js';

export class Fields {
  private constructor(
    private readonly record: Readonly<Record<string, unknown>>,
    /** 1-based. */
    readonly line: number,
  ) {}

  /** Throws a `ScriptFormatError` if the text is not one JSON object. */
  static parse(text: string, line: number): Fields {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw new ScriptFormatError('this is not JSON', line);
    }
    if (!isRecord(value)) throw new ScriptFormatError('a line holds one JSON object', line);
    return new Fields(value, line);
  }

  has(field: string): boolean {
    return this.record[field] !== undefined;
  }

  text(field: string): string {
    const value = this.record[field];
    if (typeof value !== 'string') throw this.wrong(field, 'a string');
    return value;
  }

  oneOf<const Choice extends string>(field: string, choices: readonly Choice[], otherwise?: Choice): Choice {
    const value = this.record[field] ?? otherwise;
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) throw this.wrong(field, `one of ${choices.join(', ')}`);
    return choice;
  }

  integer(field: string, least: number, most: number, otherwise?: number): number {
    const value = this.record[field] ?? otherwise;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
      throw this.wrong(field, `a whole number from ${least} to ${most}`);
    }
    return value;
  }

  integers(field: string, fewest: number, most: number): number[] {
    const value = this.record[field];
    const numbers = Array.isArray(value) ? value.filter((entry): entry is number => Number.isInteger(entry)) : [];
    if (!Array.isArray(value) || numbers.length !== value.length || value.length < fewest || value.length > most) {
      throw this.wrong(field, `${fewest} to ${most} whole numbers`);
    }
    return numbers;
  }

  wrong(field: string, right: string): ScriptFormatError {
    return new ScriptFormatError(`"${field}" must be ${right}, not ${JSON.stringify(this.record[field])}`, this.line);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
