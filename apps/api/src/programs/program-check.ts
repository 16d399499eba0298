/** Checks what clients ask of a program, before anything is carried out. What is wrong is said in the usual shape. */
import {
  MAX_COMMANDS,
  MAX_WORKLOAD,
  type ProblemPart,
  type ProgramChoice,
  type ProgramCommand,
  type ResolvedProgramChoice,
} from '@heapcast/contracts';
import { parseProgramCommand, ProgramCommandError, resolveProgramChoice } from '@heapcast/program';
import { ProblemException } from '../problems/index.js';

/** More than so many are not listed: nobody reads them. */
const MOST_ERRORS = 20;

/**
 * @param body one command, a list, or `{ "commands": [ … ] }`
 * @throws ProblemException `invalid-request` with every mistake: `commands[3].size`
 */
export function checkCommands(body: unknown): readonly ProgramCommand[] {
  if (Array.isArray(body)) return checkBatch(body, '');
  if (!isRecord(body))
    throw refusal([{ path: '', message: 'must be a command, a list of commands or { "commands": [ … ] }' }]);
  if (!('commands' in body)) return checkBatch([body], undefined);
  for (const field in body) {
    if (field !== 'commands') {
      throw refusal([{ path: field, message: 'is not a field of a batch, which has only "commands"' }]);
    }
  }
  if (!Array.isArray(body.commands)) throw refusal([{ path: 'commands', message: 'must be a list of commands' }]);
  return checkBatch(body.commands, 'commands');
}

/** @param path of the list; `undefined`: the command stands alone */
function checkBatch(
  list: readonly unknown[],
  path: string | undefined,
  most = MAX_COMMANDS,
): readonly ProgramCommand[] {
  if (list.length === 0) throw refusal([{ path: path ?? '', message: 'must hold at least one command' }]);
  if (list.length > most) {
    const message = `holds ${list.length} commands; at most ${most} are taken at once`;
    throw refusal([{ path: path ?? '', message }]);
  }
  const errors: ProblemPart[] = [];
  const commands: ProgramCommand[] = [];
  for (const [index, value] of list.entries()) {
    try {
      commands.push(parseProgramCommand(value));
    } catch (error) {
      if (!(error instanceof ProgramCommandError)) throw error;
      const prefix = path === undefined ? '' : `${path}[${index}]`;
      errors.push({ path: joined(prefix, error.field), message: error.detail });
      if (errors.length === MOST_ERRORS) break;
    }
  }
  if (errors.length > 0) throw refusal(errors);
  return commands;
}

/** The commands of a whole workload, which is longer than a batch. @throws ProblemException `invalid-request` */
export function checkWorkload(list: unknown, path: string): readonly ProgramCommand[] {
  if (!Array.isArray(list)) throw refusal([{ path, message: 'must be a list of commands' }]);
  return checkBatch(list, path, MAX_WORKLOAD);
}

/** @throws ProblemException `invalid-request` that names the field: `program.ownership` */
export function checkProgram(choice: unknown, path = 'program'): ResolvedProgramChoice {
  try {
    // The resolver checks every field itself, whatever it is given.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return resolveProgramChoice(choice as ProgramChoice);
  } catch (error) {
    if (!(error instanceof ProgramCommandError)) throw error;
    throw refusal([{ path: joined(path, error.field), message: error.detail }]);
  }
}

function refusal(errors: readonly ProblemPart[]): ProblemException {
  const { path, message } = errors[0];
  return new ProblemException('invalid-request', `${path} ${message}`.trim(), { errors });
}

function joined(prefix: string, field: string | null): string {
  if (field === null || field === '') return prefix;
  return prefix === '' ? field : `${prefix}.${field}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
