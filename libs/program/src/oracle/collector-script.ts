/**
 * The script format of the collector's oracle: one JSON command a line, on objects that the script can name.
 *
 * Names are numbered in the order in which the script first mentions them, which is the order in which snapshots list
 * them. Lines with `"op":"comment"` are no commands and have no index.
 */
import { MAX_SLOTS } from '../cpython-collector/cycle-collector.js';
import type { Generation } from '../cpython-collector/rules.js';
import { Fields } from './fields.js';
import { ScriptFormatError } from './script-format-error.js';

/** Index into `CollectorScript.names`. */
export type NameIndex = number;

export type FinalizerKind = 'none' | 'log' | 'resurrect';

export type CollectorCommand =
  | { readonly op: 'new'; readonly id: NameIndex; readonly slots: number; readonly finalizer: FinalizerKind }
  | { readonly op: 'leaf'; readonly id: NameIndex }
  | { readonly op: 'ref'; readonly from: NameIndex; readonly slot: number; readonly to: NameIndex }
  | { readonly op: 'unref' | 'load'; readonly from: NameIndex; readonly slot: number }
  | { readonly op: 'drop'; readonly id: NameIndex }
  | { readonly op: 'weakref'; readonly id: NameIndex; readonly to: NameIndex }
  | { readonly op: 'collect'; readonly generation: Generation }
  | { readonly op: 'threshold'; readonly values: readonly number[] }
  | { readonly op: 'batch'; readonly commands: number }
  | { readonly op: 'enable' | 'disable' | 'freeze' | 'unfreeze' | 'snapshot' };

export interface CollectorScript {
  readonly names: readonly string[];
  readonly commands: readonly CollectorCommand[];
}

const OPS = [
  ...(['new', 'ref', 'unref', 'load', 'drop', 'weakref', 'collect', 'threshold', 'batch'] as const),
  ...(['enable', 'disable', 'freeze', 'unfreeze', 'snapshot', 'comment'] as const),
];
const GENERATIONS: readonly Generation[] = [0, 1, 2];
const INT32 = 0x7fff_ffff;
const DEFAULT_SLOTS = 4;

/** Reads a whole script. Throws a `ScriptFormatError` at the first line that is not one of its commands. */
export function parseCollectorScript(text: string): CollectorScript {
  const names = new Map<string, NameIndex>();
  const created = new Set<NameIndex>();
  const commands: CollectorCommand[] = [];
  const nameOf = (fields: Fields, field: string): NameIndex => {
    const name = fields.text(field);
    const known = names.get(name);
    if (known !== undefined) return known;
    names.set(name, names.size);
    return names.size - 1;
  };
  const create = (fields: Fields): NameIndex => {
    const id = nameOf(fields, 'id');
    if (created.has(id)) throw new ScriptFormatError(`"${fields.text('id')}" was used before`, fields.line);
    created.add(id);
    return id;
  };

  text.split('\n').forEach((lineText, index) => {
    if (lineText.trim() === '') return;
    const fields = Fields.parse(lineText, index + 1);
    const slot = (): number => fields.integer('slot', 0, INT32);
    const op = fields.oneOf('op', OPS);
    switch (op) {
      case 'comment':
        return;
      case 'new': {
        const type = fields.oneOf('type', ['container', 'leaf']);
        const id = create(fields);
        if (type === 'leaf') commands.push({ op: 'leaf', id });
        else {
          const slots = fields.integer('slots', 0, MAX_SLOTS, DEFAULT_SLOTS);
          const finalizer = fields.oneOf('finalizer', ['none', 'log', 'resurrect'], 'none');
          commands.push({ op, id, slots, finalizer });
        }
        return;
      }
      case 'ref':
        commands.push({ op, from: nameOf(fields, 'from'), slot: slot(), to: nameOf(fields, 'to') });
        return;
      case 'unref':
      case 'load':
        commands.push({ op, from: nameOf(fields, 'from'), slot: slot() });
        return;
      case 'drop':
        commands.push({ op, id: nameOf(fields, 'id') });
        return;
      case 'weakref':
        commands.push({ op, id: create(fields), to: nameOf(fields, 'to') });
        return;
      case 'collect':
        commands.push({ op, generation: GENERATIONS[fields.integer('generation', 0, 2)] });
        return;
      case 'threshold':
        commands.push({ op, values: fields.integers('values', 1, 3) });
        return;
      case 'batch':
        commands.push({ op, commands: fields.integer('n', 0, INT32) });
        return;
      default:
        commands.push({ op });
    }
  });
  return { names: [...names.keys()], commands };
}
