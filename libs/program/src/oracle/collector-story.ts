/**
 * Short words for collector scripts, so that a claim about a release of CPython reads as the few commands that show it:
 *
 *     const told = tell('3.12', container('a'), ref('a', 0, 'a'), drop('a'), collect(2));
 *     told.last.ret === 1
 */
import { collectorRules } from '../cpython-collector/rules.js';
import { type CommandRecord, type CollectorSnapshot, type EndRecord, playCollectorScript } from './collector-player.js';
import { type FinalizerKind, parseCollectorScript } from './collector-script.js';

export type ScriptLine = Readonly<Record<string, unknown>>;

export const container = (id: string, finalizer: FinalizerKind = 'none', slots = 4): ScriptLine => ({
  op: 'new',
  id,
  type: 'container',
  slots,
  finalizer,
});
export const leaf = (id: string): ScriptLine => ({ op: 'new', id, type: 'leaf' });
export const ref = (from: string, slot: number, to: string): ScriptLine => ({ op: 'ref', from, slot, to });
export const unref = (from: string, slot: number): ScriptLine => ({ op: 'unref', from, slot });
export const load = (from: string, slot: number): ScriptLine => ({ op: 'load', from, slot });
export const drop = (id: string): ScriptLine => ({ op: 'drop', id });
export const weakref = (id: string, to: string): ScriptLine => ({ op: 'weakref', id, to });
export const collect = (generation: number): ScriptLine => ({ op: 'collect', generation });
export const threshold = (...values: number[]): ScriptLine => ({ op: 'threshold', values });
export const batch = (n: number): ScriptLine => ({ op: 'batch', n });
export const enable: ScriptLine = { op: 'enable' };
export const disable: ScriptLine = { op: 'disable' };
export const freeze: ScriptLine = { op: 'freeze' };
export const unfreeze: ScriptLine = { op: 'unfreeze' };

/** Containers named `prefix0`, `prefix1` … */
export const containers = (prefix: string, count: number): ScriptLine[] =>
  Array.from({ length: count }, (_, index) => container(`${prefix}${index}`));

/** A container that only itself refers to: trash, but for the collector nobody knows. */
export const selfCycle = (id: string, finalizer: FinalizerKind = 'none'): ScriptLine[] => [
  container(id, finalizer),
  ref(id, 0, id),
  drop(id),
];

export interface Told {
  readonly records: readonly CommandRecord[];
  /** Of the last command. */
  readonly last: CommandRecord;
  /** After the last command. */
  readonly end: EndRecord;
  readonly lists: CollectorSnapshot;
  /** All events as text, in order: `f a`, `w b`, `c a`, `d a gc`. */
  readonly events: readonly string[];
}

/** Plays the commands under the rules of a version (`3.12` or `3.12.1`). */
export function tell(version: string, ...commands: readonly (ScriptLine | readonly ScriptLine[])[]): Told {
  const rules = collectorRules(version);
  if (rules === undefined) throw new RangeError(`There are no rules of CPython ${version}.`);
  const text = commands.flat().map((command) => JSON.stringify(command));
  const records: CommandRecord[] = [];
  for (const record of playCollectorScript(parseCollectorScript(text.join('\n')), rules)) {
    if ('i' in record) records.push(record);
    else {
      const events = records.flatMap(({ ev = [], ev_after = [] }) =>
        [...ev, ...ev_after].map((event) => event.join(' ')),
      );
      return { records, last: records[records.length - 1], end: record, lists: record.snapshot, events };
    }
  }
  throw new RangeError('A script ends with its closing record.');
}
