/**
 * Reads the fields of something that a client sent, one by one, and refuses what is left over. Every complaint names the
 * field and says what would be right.
 */
import { MAX_TEXT_VALUE, type ProgramValue } from '@heapcast/contracts';
import { ProgramCommandError } from './misstep.js';
import { nameFault, parsePlace } from './place.js';

/** What PostgreSQL and UTF-8 cannot keep: U+0000 and halves of surrogate pairs. */
const UNKEEPABLE = /\0|\p{Surrogate}/u;
const CONTROL = /\p{Cc}/u;

export class CommandFields {
  private readonly record: Readonly<Record<string, unknown>>;
  private readonly read = new Set<string>();

  /** `what`: how the whole is called in complaints, such as `a "call"`. */
  constructor(
    value: unknown,
    private what: string,
    private readonly at: number | null,
    private readonly prefix = '',
  ) {
    if (!isRecord(value)) throw this.fault(`${what} is a JSON object, not ${show(value)}`, null);
    this.record = value;
  }

  /** From here on the whole is called so. */
  call(what: string): void {
    this.what = what;
  }

  has(field: string): boolean {
    this.read.add(field);
    return this.record[field] !== undefined;
  }

  raw(field: string): unknown {
    this.read.add(field);
    return this.record[field];
  }

  /** Throws if a field was never asked for. */
  end(): void {
    for (const field of Object.keys(this.record)) {
      if (!this.read.has(field)) {
        const known = [...this.read].join(', ');
        throw this.fault(`${this.what} has no field "${field.slice(0, 64)}"; it may have ${known}`, field.slice(0, 64));
      }
    }
  }

  oneOf<const Choice extends string>(field: string, choices: readonly Choice[]): Choice {
    const value = this.raw(field);
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) throw this.wrong(field, `one of ${choices.join(', ')}`);
    return choice;
  }

  integer(field: string, least: number, most: number): number {
    return this.integerIn(this.raw(field), field, least, most);
  }

  integers(field: string, fewest: number, most: number, least: number, largest: number): number[] {
    const value = this.raw(field);
    if (!Array.isArray(value) || value.length < fewest || value.length > most) {
      throw this.wrong(field, `a list of ${fewest} to ${most} whole numbers`);
    }
    return value.map((entry, index) => this.integerIn(entry, `${field}[${index}]`, least, largest));
  }

  boolean(field: string): boolean {
    const value = this.raw(field);
    if (typeof value !== 'boolean') throw this.wrong(field, 'true or false');
    return value;
  }

  /** Any text of one line that can be kept, of 1 to `longest` characters. */
  text(field: string, longest: number): string {
    const value = this.lines(field, longest);
    if (CONTROL.test(value)) throw this.fault(`"${this.path(field)}" holds a control character`, field);
    return value;
  }

  /** The same, of any number of lines. */
  lines(field: string, longest: number): string {
    const value = this.raw(field);
    if (typeof value !== 'string' || value === '' || value.length > longest) {
      throw this.wrong(field, `a text of 1 to ${longest} characters`);
    }
    if (UNKEEPABLE.test(value)) {
      throw this.fault(`"${this.path(field)}" holds U+0000 or half of a surrogate pair`, field);
    }
    return value;
  }

  /** The name of a variable or field. */
  name(field: string): string {
    return this.nameIn(this.raw(field), field);
  }

  nameIn(value: unknown, field: string): string {
    if (typeof value !== 'string') throw this.wrongValue(field, value, 'a name');
    const fault = nameFault(value);
    if (fault !== null) throw this.fault(`"${this.path(field)}": the name ${show(value)} ${fault}`, field);
    return value;
  }

  place(field: string): string {
    return this.placeIn(this.raw(field), field);
  }

  /** A scalar, `{ref, delta?}` or `{addressOf}`. */
  value(field: string): ProgramValue {
    return this.valueIn(this.raw(field), field);
  }

  valueIn(value: unknown, field: string): ProgramValue {
    if (value === null || typeof value === 'boolean') return value;
    if (typeof value === 'number') {
      if (!Number.isFinite(value)) throw this.wrongValue(field, value, 'a finite number');
      return value;
    }
    if (typeof value === 'string') {
      if (value.length > MAX_TEXT_VALUE || UNKEEPABLE.test(value)) {
        throw this.wrongValue(field, value, `a text of at most ${MAX_TEXT_VALUE} characters without U+0000`);
      }
      return value;
    }
    if (!isRecord(value)) {
      throw this.wrongValue(
        field,
        value,
        'a number, a text, true, false, null, {"ref": place} or {"addressOf": variable}',
      );
    }
    const fields = new CommandFields(value, 'a value', this.at, `${this.path(field)}.`);
    if (fields.has('addressOf')) {
      const addressOf = fields.name('addressOf');
      fields.end();
      return { addressOf };
    }
    const ref = fields.place('ref');
    const delta = fields.has('delta') ? fields.integer('delta', -0x7fff_ffff, 0x7fff_ffff) : undefined;
    fields.end();
    return delta === undefined ? { ref } : { ref, delta };
  }

  /** The entries of an object whose keys are names. */
  entries(field: string, most: number): [string, unknown][] {
    const value = this.raw(field);
    if (!isRecord(value)) throw this.wrong(field, 'an object of names and values');
    const entries = Object.entries(value);
    if (entries.length > most) throw this.fault(`"${this.path(field)}" has more than ${most} entries`, field);
    for (const [name] of entries) this.nameIn(name, field);
    return entries;
  }

  wrong(field: string, right: string): ProgramCommandError {
    return this.wrongValue(field, this.record[field], right);
  }

  fault(detail: string, field: string | null): ProgramCommandError {
    return new ProgramCommandError(detail, field === null ? null : this.path(field), this.at);
  }

  private wrongValue(field: string, value: unknown, right: string): ProgramCommandError {
    if (value === undefined) return this.fault(`${this.what} needs "${this.path(field)}": ${right}`, field);
    return this.fault(`"${this.path(field)}" must be ${right}, not ${show(value)}`, field);
  }

  private integerIn(value: unknown, field: string, least: number, most: number): number {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
      throw this.wrongValue(field, value, `a whole number from ${least} to ${most}`);
    }
    return value;
  }

  private placeIn(value: unknown, field: string): string {
    if (typeof value !== 'string' || parsePlace(value) === null) {
      throw this.wrongValue(field, value, 'a place such as head, head.next or table[3].name');
    }
    return value;
  }

  private path(field: string): string {
    return this.prefix + field;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as a complaint quotes it. */
function show(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 64 ? `${text.slice(0, 60)}…` : text;
}
