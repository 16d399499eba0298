/** A program in words: what a command is, what a variable holds, what the moment shows. */
import type { Held, LeakView, ProgramEvent, ProgramObject, ProgramValue, ProgramView } from '@heapcast/contracts';
import { bytes, counted } from '../../words/amounts.js';

const LONGEST = 40;

/** A text that somebody chose, no longer than a card is wide. */
export function short(text: string): string {
  const signs = Array.from(text);
  return signs.length > LONGEST ? `${signs.slice(0, LONGEST - 1).join('')}…` : text;
}

function valueText(value: ProgramValue | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return short(JSON.stringify(value));
  if (value === null || typeof value !== 'object') return String(value);
  if ('addressOf' in value) return `&${value.addressOf}`;
  return value.delta ? `${value.ref} + ${value.delta}` : value.ref;
}

/** What a command does, as close to code as it has one. */
export function describeCommand({ command, function: name }: Pick<ProgramEvent, 'command' | 'function'>): string {
  switch (command.op) {
    case 'call':
      return `Calls ${short(command.function)}`;
    case 'return':
      return command.to === undefined ? `${short(name)} returns` : `${short(name)} returns to ${short(command.to)}`;
    case 'let':
      return `${short(command.name)} = ${valueText(command.value ?? null)}`;
    case 'assign':
      return `${short(command.to)} = ${valueText(command.value)}`;
    case 'new':
      return `${command.to === undefined ? '' : `${short(command.to)} = `}new ${short(command.type ?? 'object')}`;
    case 'resize':
      return `Resizes ${short(command.to)} to ${command.size} bytes`;
    case 'delete':
      return `${command.kind ?? 'delete'} ${short(command.place)}`;
    case 'unset':
      return `Forgets ${short(command.place)}`;
    case 'open':
      return `Opens a ${command.kind}${command.name === undefined ? '' : ` ${short(command.name)}`}`;
    case 'close':
      return `Closes ${short(command.place)}`;
    case 'weakref':
      return `Weak reference to ${short(command.of)}`;
    case 'collect':
      return `Collects generation ${command.generation ?? 2}`;
    case 'gc':
      return `gc: ${command.do}${command.values ? ` ${command.values.join(', ')}` : ''}`;
    case 'line':
      return `Line ${command.line}`;
    case 'read':
    case 'write':
      return `${command.op === 'read' ? 'Reads' : 'Writes'} ${short(command.place)}`;
    case 'check':
      return 'Looks for leaks';
    case 'exit':
      return 'The process ends';
    default:
      return 'A command';
  }
}

/** What came of it, beside what it was. */
export function describeEffects({ effects, outcome, error }: ProgramEvent): string {
  const said: string[] = [];
  if (outcome !== 'ok') said.push(error ?? outcome);
  if (effects?.died) said.push(`${counted(effects.died.count, 'object')} freed`);
  for (const { generation, collected, examined, uncollectable } of effects?.collections ?? []) {
    const kept = uncollectable > 0 ? `, ${uncollectable} uncollectable` : '';
    said.push(`the collector visited ${examined} in generation ${generation} and freed ${collected}${kept}`);
  }
  if (effects?.resurrected) said.push(`${counted(effects.resurrected.count, 'object')} saved by a finalizer`);
  if (effects?.closed) said.push(`${counted(effects.closed.count, 'resource')} closed`);
  if (effects?.abandoned) said.push(`${counted(effects.abandoned.count, 'resource')} left open for ever`);
  return said.join(', ');
}

/** What a variable or field holds, when it is not an object that is drawn. */
export function heldText(held: Held, isManual: boolean): string {
  if (held.uninitialised) return '?';
  if (held.pointsTo !== undefined) return held.pointsTo === 'unknown' ? 'an address of nothing' : `&${held.pointsTo}`;
  if (held.object !== undefined) return held.dangling ? 'dangling' : `object ${held.object}`;
  if (held.value === null) return isManual ? 'null' : 'None';
  if (typeof held.value === 'string') return short(JSON.stringify(held.value));
  if (!isManual && typeof held.value === 'boolean') return held.value ? 'True' : 'False';
  return String(held.value);
}

export function objectTitle({ id, type }: Pick<ProgramObject, 'id' | 'type'>): string {
  return `${short(type)} #${id}`;
}

/** `1 pointer` where nobody counts, `3 refs` where somebody does. */
export function countText(object: ProgramObject, pointers: number): string {
  if (object.references === null) return counted(pointers, 'pointer');
  return counted(object.references, 'ref');
}

/** Will a collector come for what nothing leads to? Then it is not lost for ever. */
export function isCollected({ gc, choice }: ProgramView): boolean {
  return gc !== null && gc.enabled && choice.ownership !== 'refcount';
}

export interface Finding {
  /** Said in the colour of alarm, before or after the rest. */
  readonly alert: string;
  readonly before: string;
  readonly after: string;
  /** The object that the sentence is about. */
  readonly about: number | null;
}

/** The sentence above the picture: what there is to see at this moment. */
export function findingOf(state: ProgramView, leaks: LeakView | null): Finding {
  const { objects, choice, frames } = state;
  const isManual = choice.ownership === 'manual';
  if (leaks) {
    const { definite, indirect, possible } = leaks.summary;
    const lost = definite.bytes + indirect.bytes + possible.bytes;
    if (lost > 0) {
      const first = leaks.records.items.find(({ kind }) => kind !== 'reachable')?.objects;
      const [id] = first?.first ?? [];
      const object = objects.items.find((each) => each.id === id);
      const name = object
        ? objectTitle(object)
        : counted(definite.blocks + indirect.blocks + possible.blocks, 'object');
      const others = definite.blocks + indirect.blocks + possible.blocks - 1;
      const more = others > 0 && object ? ` and ${counted(others, 'more object')}` : '';
      return {
        before: '',
        alert: `${bytes(lost)} ${isCollected(state) ? 'unreachable' : 'leaked'}:`,
        after: isManual ? ` nothing points to ${name}${more}` : ` no name leads to ${name}${more}`,
        about: id ?? null,
      };
    }
    const open = leaks.resources.items.filter((each) => each.state === 'lost').length;
    if (open > 0)
      return {
        before: '',
        alert: `${counted(open, 'resource')} open,`,
        after: ' and nobody can close it',
        about: null,
      };
  }
  if (frames.total === 0) return plain('The program has ended');
  if (objects.total === 0) return plain('The heap is empty');
  if (isManual) return plain(objects.total === 1 ? 'The object has a pointer' : 'Every object still has a pointer');
  const most = objects.items.reduce((best, each) => ((each.references ?? 0) > (best.references ?? 0) ? each : best));
  if ((most.references ?? 0) > 1) {
    return { before: `One ${short(most.type)}, `, alert: `${most.references} references`, after: '', about: most.id };
  }
  return plain(`${counted(objects.total, 'object')}, each with one reference at most`);
}

function plain(text: string): Finding {
  return { before: text, alert: '', after: '', about: null };
}
