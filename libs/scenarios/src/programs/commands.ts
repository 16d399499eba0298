/** Shorthand for the commands of which the scenarios' programs consist. */
import type { ProgramCommand, ProgramValue } from '@heapcast/contracts';
import type { ProgramStep } from '../scenario.js';

/** The choice of every Python program here, unless it says otherwise. */
export const PYTHON = { ownership: 'cpython', version: '3.11' } as const;

/** Sizes of CPython 3.11 in bytes, the collector's header included where there is one. */
export const BYTES = {
  list: 72,
  dict: 80,
  bigDict: 248,
  instance: 64,
  slots: 48,
  generator: 120,
  function: 152,
} as const;
export const FLOAT_BYTES = 24;
export const INT_BYTES = 28;
/** Without its characters. */
export const STR_BYTES = 49;

/** One step; commands that name no line are at the step's. */
export function step(sentence: string, line: number, ...commands: readonly ProgramCommand[]): ProgramStep {
  return { sentence, line, commands: commands.map((command) => ({ line, ...command })) };
}

export function at(line: number, command: ProgramCommand): ProgramCommand {
  return { ...command, line };
}

export function fresh(type: string, size: number, to?: string): ProgramCommand {
  return { op: 'new', type, size, ...(to === undefined ? {} : { to }) };
}

export function str(characters: number, to?: string): ProgramCommand {
  return fresh('str', STR_BYTES + characters, to);
}

export function float(to?: string): ProgramCommand {
  return fresh('float', FLOAT_BYTES, to);
}

export function int(to?: string): ProgramCommand {
  return fresh('int', INT_BYTES, to);
}

export function assign(to: string, value: ProgramValue): ProgramCommand {
  return { op: 'assign', to, value };
}

export function ref(place: string): ProgramValue {
  return { ref: place };
}

export function call(name: string, args?: Readonly<Record<string, ProgramValue>>): ProgramCommand {
  return { op: 'call', function: name, ...(args === undefined ? {} : { args }) };
}

export const RETURN: ProgramCommand = { op: 'return' };

export function unset(place: string): ProgramCommand {
  return { op: 'unset', place };
}

/** `list_resize` from 3.9 on: the elements that a list makes room for. */
function roomFor(elements: number): number {
  return (elements + (elements >> 3) + 6) & ~3;
}

/** Grows the list at a place when element `index` is appended and there is no room for it. */
export class GrowingList {
  #room = 0;

  constructor(private readonly place: string) {}

  append(index: number): readonly ProgramCommand[] {
    if (index < this.#room) return [];
    this.#room = roomFor(index + 1);
    return [{ op: 'resize', to: this.place, size: BYTES.list + 8 * this.#room }];
  }
}

/** `make(from) … make(to - 1)`, one after the other. */
export function repeat(from: number, to: number, make: (index: number) => readonly ProgramCommand[]): ProgramCommand[] {
  const commands: ProgramCommand[] = [];
  for (let index = from; index < to; index++) commands.push(...make(index));
  return commands;
}
