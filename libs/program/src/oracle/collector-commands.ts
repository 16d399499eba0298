/**
 * A collector script as a program of the object model: names are variables, slots are fields by index. So the same
 * recordings of CPython that prove the collector also prove the engine above it.
 */
import type { ProgramCommand, ProgramEvent, ProgramState } from '@heapcast/contracts';
import type { Triple } from '../cpython-collector/generation-counts.js';
import type { CollectorRules } from '../cpython-collector/rules.js';
import { Program } from '../object-model/program.js';
import type { RecordedCollection } from './collector-player.js';
import type { CollectorCommand, CollectorScript, NameIndex } from './collector-script.js';

/** What a recording says of one command and an event says, too: in and after the command together. */
export interface CommandDigest {
  readonly skip: boolean;
  readonly unsupported: boolean;
  readonly returned: number | null;
  readonly collections: readonly RecordedCollection[];
  /** The first few names. */
  readonly died: readonly string[];
  readonly deaths: number;
  readonly finalized: readonly string[];
  readonly called: readonly string[];
  readonly count: Triple;
}

export interface EndDigest {
  readonly stats: readonly RecordedCollection[];
  readonly bound: readonly string[];
  /** Name, references, of each generation, sorted by name. */
  readonly generations: Readonly<Record<string, readonly (readonly [string, number])[]>>;
  readonly garbage: readonly string[];
}

/** Whether the object model can say all of the script: it has no way to make several commands one C call. */
export function canBeTranslated(script: CollectorScript): boolean {
  return script.commands.every((command) => command.op !== 'batch');
}

/** Plays a script on the object model, and yields one digest a command, then the closing one. */
export function* playOnObjectModel(
  script: CollectorScript,
  rules: CollectorRules,
): Generator<CommandDigest | EndDigest> {
  const player = new ObjectModelPlayer(script, rules);
  for (const command of script.commands) yield player.play(command);
  yield player.end();
}

const PAGE = 1000;
const NONE = { limit: 0 };

class ObjectModelPlayer {
  private readonly program: Program;
  /** Script's name by object. */
  private readonly nameOf = new Map<number, string>();

  constructor(
    private readonly script: CollectorScript,
    rules: CollectorRules,
  ) {
    this.program = new Program({ ownership: 'cpython', version: rules.version });
  }

  play(command: CollectorCommand): CommandDigest {
    const translated = this.translate(command);
    const event = translated === null ? null : this.program.apply(translated).event;
    const id = 'id' in command ? this.script.names[command.id] : '';
    if (event?.effects?.born !== undefined) this.nameOf.set(event.effects.born.first[0], id);
    return this.digest(command, event);
  }

  end(): EndDigest {
    const state = this.program.state();
    const generations: Record<string, [string, number][]> = {};
    for (const { id, generation, references } of this.pages('objects')) {
      if (generation === null || references === null) continue;
      (generations[generation] ??= []).push([this.name(id), references]);
    }
    for (const members of Object.values(generations)) members.sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      stats: (state.gc?.stats ?? []).map((line) => [line.collections, line.collected, line.uncollectable]),
      bound: [...this.bound().keys()].sort(),
      generations,
      garbage: (state.gc?.garbage.first ?? []).map((id) => this.name(id)),
    };
  }

  /** Null for a command that cannot apply. */
  private translate(command: CollectorCommand): ProgramCommand | null {
    const { names } = this.script;
    switch (command.op) {
      case 'new': {
        const name = names[command.id];
        const finalizer = { none: undefined, log: 'runs', resurrect: { savesTo: name } } as const;
        return { op: 'new', to: name, size: 100, fields: command.slots, finalizer: finalizer[command.finalizer] };
      }
      case 'leaf':
        return { op: 'new', to: names[command.id], type: 'leaf', size: 28, container: false };
      case 'weakref':
        return this.isBound(command.to) ? { op: 'weakref', to: names[command.id], of: names[command.to] } : null;
      case 'ref':
        if (!this.isBound(command.to) || !this.hasSlot(command)) return null;
        return { op: 'assign', to: this.slot(command), value: { ref: names[command.to] } };
      case 'unref':
        return this.inSlot(command) === undefined ? null : { op: 'unset', place: this.slot(command) };
      case 'load': {
        const object = this.inSlot(command);
        const name = object === undefined ? undefined : this.name(object);
        if (name === undefined || this.bound().has(name)) return null;
        return { op: 'let', name, value: { ref: this.slot(command) } };
      }
      case 'drop':
        return this.isBound(command.id) ? { op: 'unset', place: names[command.id] } : null;
      case 'collect':
        return { op: 'collect', generation: command.generation };
      case 'threshold':
        return { op: 'gc', do: 'threshold', values: command.values };
      case 'enable':
      case 'disable':
      case 'freeze':
      case 'unfreeze':
        return { op: 'gc', do: command.op };
      default:
        return { op: 'line', line: 1 };
    }
  }

  private digest(command: CollectorCommand, event: ProgramEvent | null): CommandDigest {
    const effects = event?.effects ?? {};
    const names = (ids: readonly number[] | undefined): string[] => (ids ?? []).map((id) => this.name(id));
    const refused = event?.outcome === 'notAllowed';
    const isFreeze = command.op === 'freeze' || command.op === 'unfreeze';
    return {
      skip: event === null || (refused && !isFreeze),
      unsupported: refused && isFreeze,
      returned: effects.returned ?? null,
      collections: (effects.collections ?? []).map((one) => [one.generation, one.collected, one.uncollectable]),
      died: names(effects.died?.first),
      deaths: effects.died?.count ?? 0,
      finalized: names(effects.finalized?.first),
      called: names(effects.called?.first),
      count: this.program.state({ globals: NONE, objects: NONE }).gc?.counts ?? [0, 0, 0],
    };
  }

  private name(object: number): string {
    return this.nameOf.get(object) ?? `object ${object}`;
  }

  /** Object by name. */
  private bound(): ReadonlyMap<string, number> {
    return new Map(Array.from(this.pages('globals'), ({ name, object }) => [name, object ?? 0]));
  }

  private *pages<List extends 'globals' | 'objects'>(list: List): Generator<ProgramState[List]['items'][number]> {
    for (let offset = 0, total = 1; offset < total; offset += PAGE) {
      // Nothing but what is asked for: this is read at every command.
      const page = this.program.state({ globals: NONE, objects: NONE, [list]: { limit: PAGE, offset } })[list];
      total = page.total;
      yield* page.items;
    }
  }

  private isBound(name: NameIndex): boolean {
    return this.bound().has(this.script.names[name]);
  }

  private slot({ from, slot }: { from: NameIndex; slot: number }): string {
    return `${this.script.names[from]}[${slot}]`;
  }

  private hasSlot(command: { from: NameIndex; slot: number }): boolean {
    return this.fields(command)?.[command.slot] !== undefined;
  }

  private inSlot(command: { from: NameIndex; slot: number }): number | undefined {
    return this.fields(command)?.[command.slot]?.object;
  }

  private fields({ from }: { from: NameIndex }) {
    const object = this.bound().get(this.script.names[from]);
    return object === undefined ? undefined : this.program.object(object, { limit: PAGE })?.fields.items;
  }
}
