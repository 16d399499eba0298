/**
 * A leak script as a program of the object model: pointers are variables, 8-byte fields are elements by index. What the
 * object model then reports is put back into the oracle's form, as far as it says the same.
 */
import type { LossRecordView, ProgramCommand, ProgramValue } from '@heapcast/contracts';
import { Program } from '../object-model/program.js';
import { type LeakCommand, parseLeakCommand } from './leak-script.js';
import type { ExpectedRecord } from './leak-player.js';

/** A record as far as the object model's report tells it: the first few ids, and how many there are. */
export type DigestRecord = Omit<ExpectedRecord, 'ids' | 'clique'> & {
  readonly ids: readonly number[];
  readonly clique: readonly number[];
};

export interface CheckDigest {
  readonly at: number;
  readonly summary: Readonly<Record<string, readonly [bytes: number, blocks: number]>>;
  readonly records: readonly DigestRecord[];
}

export interface LeakDigest {
  readonly checks: readonly CheckDigest[];
  /** Commands with which something went wrong, and the outcome. */
  readonly wrong: readonly (readonly [at: number, outcome: string])[];
  readonly inUse: readonly [bytes: number, blocks: number];
}

const WORD = 8;
const PAGE = 1000;

/** The script's commands; null if it stores pointers where the object model has no place for them. */
export function leakCommands(text: string): LeakCommand[] | null {
  const commands: LeakCommand[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const command = parseLeakCommand(line, index + 1);
    commands.push(command);
    if ((command.op === 'store' || command.op === 'load') && command.offset % WORD !== 0) return null;
    if (command.op === 'exit') break;
  }
  return commands;
}

export function playLeaksOnObjectModel(commands: readonly LeakCommand[]): LeakDigest {
  const program = new Program({ ownership: 'manual' });
  const checks: CheckDigest[] = [];
  const wrong: [number, string][] = [];
  /** The command that allocated the block in which an object is now. */
  const allocatedAt = new Map<number, number>();
  for (const command of commands) {
    const { event, requests } = program.apply(translate(command));
    for (const id of event.effects?.born?.first ?? []) allocatedAt.set(id, command.index);
    // An object's number is that of its block: both are counted together.
    for (const request of requests) {
      if (request.op === 'realloc' && typeof request.id === 'number' && event.outcome !== 'doubleFree') {
        allocatedAt.set(request.id, command.index);
      }
    }
    if (event.outcome !== 'ok') wrong.push([command.index, event.outcome]);
    if (command.op === 'check' || program.ended) checks.push({ at: command.index, ...check(program, allocatedAt) });
    if (program.ended) break;
  }
  const { liveBytes, liveObjects } = program.state({ objects: { limit: 0 } }).heap;
  return { checks, wrong, inUse: [liveBytes, liveObjects] };
}

function translate(command: LeakCommand): ProgramCommand {
  const { line } = command;
  switch (command.op) {
    case 'local':
    case 'global':
      return { op: 'let', name: command.name, scope: command.op, line };
    case 'call':
      return { op: 'call', function: command.fn, line };
    case 'new':
      return { op: 'new', to: command.dst, size: command.size, kind: command.kind, line };
    case 'realloc':
      return { op: 'resize', to: command.dst, from: command.src, size: command.size, line };
    case 'free':
    case 'delete':
    case 'delete[]':
      return { op: 'delete', place: command.name, kind: command.op, line };
    case 'copy':
      return { op: 'assign', to: command.dst, value: moved(command.src, command.delta), line };
    case 'null':
      return { op: 'unset', place: command.name, line };
    case 'addrof':
      return { op: 'assign', to: command.dst, value: { addressOf: command.src }, line };
    case 'store': {
      const value = command.src === undefined ? null : moved(command.src, command.delta);
      return { op: 'assign', to: element(command.block, command.offset), value, line };
    }
    case 'load':
      return { op: 'assign', to: command.dst, value: { ref: element(command.block, command.offset) }, line };
    case 'read':
    case 'write':
      return { op: command.op, place: command.block, offset: command.offset, size: command.size, line };
    default:
      return { op: command.op, line };
  }
}

function check(program: Program, allocatedAt: ReadonlyMap<number, number>): Omit<CheckDigest, 'at'> {
  const { summary, records } = program.leaks({ records: { limit: PAGE } });
  const pairs = Object.entries(summary).map(([kind, { bytes, blocks }]) => [kind, [bytes, blocks] as const] as const);
  const commandsOf = (ids: readonly number[]): number[] => ids.map((id) => allocatedAt.get(id) ?? 0);
  const digest = (record: LossRecordView): DigestRecord => ({
    kind: record.kind,
    bytes: record.bytes,
    blocks: record.blocks,
    alloc: record.allocator,
    path: record.path.map((place) => `${place.function}:${place.line}`).join(' '),
    ...(record.kind === 'definite' ? { indirectBytes: record.indirectBytes } : {}),
    ids: commandsOf(record.objects.first),
    clique: commandsOf(record.clique.first),
  });
  return { summary: Object.fromEntries(pairs), records: records.items.map(digest) };
}

function element(block: string, offset: number): string {
  return `${block}[${offset / WORD}]`;
}

function moved(ref: string, delta: number | undefined): ProgramValue {
  return delta === undefined ? { ref } : { ref, delta };
}
