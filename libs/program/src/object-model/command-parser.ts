/**
 * What a client sent, as a command: every field checked, unknown ones refused. After this the engine need not ask
 * whether a command makes sense as a text, only whether the program may do it now.
 */
import {
  CLOSERS,
  DELETE_KINDS,
  type FinalizerChoice,
  GC_ACTIONS,
  MAX_COMMAND_BYTES,
  MAX_PROGRAM_NAME,
  MAX_TEXT_VALUE,
  NEW_KINDS,
  type NewCommand,
  PROGRAM_OPS,
  type ProgramCommand,
  type ProgramValue,
  RESOURCE_KINDS,
} from '@heapcast/contracts';
import { MAX_SIZE } from '@heapcast/trace';
import { CommandFields } from './command-fields.js';
import { MAX_FIELDS, MAX_LINE, MAX_STACK_LIMIT, MAX_THRESHOLD } from './limits.js';
import { ProgramCommandError } from './misstep.js';

const ACCESS_SIZES = [1, 2, 4, 8] as const;
const GENERATIONS = [0, 1, 2] as const;
const MAX_DISTANCE = 0x7fff_ffff;
const MAX_ARGUMENTS = 64;

/**
 * Reads one command. `at`: its index in a batch, for the complaint. Throws a `ProgramCommandError` that names the field.
 */
export function parseProgramCommand(value: unknown, at: number | null = null): ProgramCommand {
  const fields = new CommandFields(value, 'a command', at);
  const command = readCommand(fields);
  fields.end();
  const bytes = Buffer.byteLength(JSON.stringify(command));
  if (bytes > MAX_COMMAND_BYTES) {
    throw new ProgramCommandError(
      `the command takes ${bytes} bytes of JSON; at most ${MAX_COMMAND_BYTES}. Do it in several`,
      null,
      at,
    );
  }
  return command;
}

function readCommand(fields: CommandFields): ProgramCommand {
  const op = fields.oneOf('op', PROGRAM_OPS);
  fields.call(`a "${op}"`);
  if (op === 'line') return { op, line: fields.integer('line', 0, MAX_LINE) };
  const at = fields.has('line') ? { line: fields.integer('line', 0, MAX_LINE) } : {};
  const to = (): { readonly to?: string } => (fields.has('to') ? { to: fields.place('to') } : {});
  switch (op) {
    case 'call': {
      const name = fields.text('function', MAX_PROGRAM_NAME);
      const frameSize = fields.has('frameSize') ? { frameSize: fields.integer('frameSize', 0, MAX_STACK_LIMIT) } : {};
      return { op, function: name, ...frameSize, ...readArguments(fields), ...at };
    }
    case 'return':
      return { op, ...(fields.has('value') ? { value: fields.value('value') } : {}), ...to(), ...at };
    case 'let': {
      const name = fields.name('name');
      const value = fields.has('value') ? { value: fields.value('value') } : {};
      return { op, name, ...value, ...(fields.has('scope') ? { scope: readScope(fields) } : {}), ...at };
    }
    case 'assign':
      return { op, to: fields.place('to'), value: fields.value('value'), ...at };
    case 'new':
      return { op, ...to(), ...readNew(fields), ...at };
    case 'resize': {
      const from = fields.has('from') ? { from: fields.place('from') } : {};
      return { op, to: fields.place('to'), ...from, size: fields.integer('size', 0, MAX_SIZE), ...at };
    }
    case 'delete': {
      const kind = fields.has('kind') ? { kind: fields.oneOf('kind', DELETE_KINDS) } : {};
      return { op, place: fields.place('place'), ...kind, ...at };
    }
    case 'unset':
    case 'close':
      return { op, place: fields.place('place'), ...at };
    case 'open':
      return { op, ...readOpen(fields, to()), ...at };
    case 'weakref':
      return { op, to: fields.place('to'), of: fields.place('of'), ...at };
    case 'collect': {
      const generation = fields.has('generation')
        ? { generation: GENERATIONS[fields.integer('generation', 0, 2)] }
        : {};
      return { op, ...generation, ...at };
    }
    case 'gc': {
      const action = fields.oneOf('do', GC_ACTIONS);
      if (action !== 'threshold') return { op, do: action, ...at };
      return { op, do: action, values: fields.integers('values', 1, 3, -MAX_THRESHOLD - 1, MAX_THRESHOLD), ...at };
    }
    case 'read':
    case 'write': {
      const offset = fields.has('offset') ? { offset: fields.integer('offset', -MAX_DISTANCE, MAX_DISTANCE) } : {};
      return { op, place: fields.place('place'), ...offset, ...readAccessSize(fields), ...at };
    }
    default:
      return { op, ...at };
  }
}

function readScope(fields: CommandFields): 'local' | 'global' {
  return fields.oneOf('scope', ['local', 'global']);
}

function readArguments(fields: CommandFields): { readonly args?: Record<string, ProgramValue> } {
  if (!fields.has('args')) return {};
  // Not by assignment: "__proto__" is a name like any other.
  const args = fields
    .entries('args', MAX_ARGUMENTS)
    .map(([name, value]): [string, ProgramValue] => [name, fields.valueIn(value, `args.${name}`)]);
  return { args: Object.fromEntries(args) };
}

function readAccessSize(fields: CommandFields): { readonly size?: 1 | 2 | 4 | 8 } {
  if (!fields.has('size')) return {};
  const asked = fields.raw('size');
  const size = ACCESS_SIZES.find((allowed) => allowed === asked);
  if (size === undefined) throw fields.wrong('size', '1, 2, 4 or 8');
  return { size };
}

function readNew(fields: CommandFields): Omit<NewCommand, 'op' | 'to' | 'line'> {
  return {
    ...(fields.has('type') ? { type: fields.text('type', MAX_PROGRAM_NAME) } : {}),
    ...(fields.has('size') ? { size: fields.integer('size', 0, MAX_SIZE) } : {}),
    ...(fields.has('kind') ? { kind: fields.oneOf('kind', NEW_KINDS) } : {}),
    ...(fields.has('fields') ? { fields: readFields(fields) } : {}),
    ...(fields.has('container') ? { container: fields.boolean('container') } : {}),
    ...(fields.has('finalizer') ? { finalizer: readFinalizer(fields) } : {}),
  };
}

function readFields(fields: CommandFields): number | string[] {
  const value = fields.raw('fields');
  if (!Array.isArray(value)) return fields.integer('fields', 0, MAX_FIELDS);
  const names = value.map((name, index) => fields.nameIn(name, `fields[${index}]`));
  if (new Set(names).size < names.length) throw fields.fault('"fields" names a field twice', 'fields');
  return names;
}

function readFinalizer(fields: CommandFields): FinalizerChoice {
  const value = fields.raw('finalizer');
  if (value === 'runs') return value;
  if (typeof value !== 'object' || value === null) throw fields.wrong('finalizer', '"runs" or {"savesTo": global}');
  const saving = new CommandFields(value, 'a finalizer', null, 'finalizer.');
  const savesTo = saving.name('savesTo');
  saving.end();
  return { savesTo };
}

type OpenFields = Omit<Extract<ProgramCommand, { op: 'open' }>, 'op' | 'line' | 'to'>;

function readOpen(fields: CommandFields, to: { readonly to?: string }): OpenFields & { readonly to?: string } {
  const owner = fields.has('owner') ? { owner: fields.place('owner') } : {};
  if ((to.to === undefined) === (owner.owner === undefined)) {
    throw fields.fault(
      'an "open" has either "to" (a new object owns the resource) or "owner" (one that is there)',
      'to',
    );
  }
  if (fields.has('size') && to.to === undefined) throw fields.fault('"size" is for the new object of "to"', 'size');
  return {
    ...to,
    ...owner,
    kind: fields.oneOf('kind', RESOURCE_KINDS),
    ...(fields.has('name') ? { name: fields.text('name', MAX_TEXT_VALUE) } : {}),
    ...(fields.has('closedBy') ? { closedBy: fields.oneOf('closedBy', CLOSERS) } : {}),
    ...(fields.has('size') ? { size: fields.integer('size', 0, MAX_SIZE) } : {}),
  };
}
