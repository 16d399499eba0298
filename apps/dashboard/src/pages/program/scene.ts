/** One moment of a program as it is drawn: frames, objects and what points where, whoever told of it. */
import type { Held, LeakKindName, LeakView, ObjectPlace, PlacedObject, ProgramView } from '@heapcast/contracts';
import { address, counted } from '../../words/amounts.js';
import type { ToldFrame } from './stops.js';
import { countText, type Finding, heldText, isCollected, objectTitle, short } from './words.js';

export interface SceneVariable {
  readonly name: string;
  /** The object that an arrow goes to. */
  readonly object: number | null;
  /** What is written in place of an arrow. */
  readonly text: string;
}

export interface SceneFrame {
  readonly key: string;
  readonly title: string;
  readonly isRunning: boolean;
  readonly variables: readonly SceneVariable[];
  readonly more: number;
}

export interface SceneObject {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly fields: readonly SceneVariable[];
  /** Fields that are not told. */
  readonly more: number;
  readonly pill: string;
  readonly lost: Exclude<LeakKindName, 'reachable'> | null;
  /** The sentence above is about it. */
  readonly isHot: boolean;
  readonly about: string;
  /** What it owns: files, sockets. */
  readonly owns: readonly string[];
  /** The collector's generation, a finalizer. */
  readonly notes: readonly string[];
  readonly size: number;
  readonly place: ObjectPlace | null;
}

export interface Scene {
  readonly isManual: boolean;
  readonly frames: readonly SceneFrame[];
  readonly objects: readonly SceneObject[];
  /** There are more than are told. */
  readonly total: number;
}

/** Written where they are referred to, when there are many: they hold nothing themselves. */
const SMALL = new Set(['int', 'float', 'str', 'bytes', 'bool', 'complex']);
const MANY_SMALL = 12;

const LOST_WORDS = { definite: 'leaked', indirect: 'leaked too', possible: 'maybe leaked' } as const;

export function lostWord(kind: Exclude<LeakKindName, 'reachable'>): string {
  return LOST_WORDS[kind];
}

/** @param all draw every object, small ones too; `null` = as there is room */
export function sceneOf(state: ProgramView, leaks: LeakView | null, finding: Finding, all: boolean | null): Scene {
  const isManual = state.choice.ownership === 'manual';
  const { items } = state.objects;
  const small = items.filter(({ type, fields, reachable }) => SMALL.has(type) && fields.total === 0 && reachable);
  const inPlace = new Set(
    all === true || (all === null && small.length <= MANY_SMALL) ? [] : small.map(({ id }) => id),
  );
  const drawn = new Map(items.filter(({ id }) => !inPlace.has(id)).map((object) => [object.id, object]));
  const titles = new Map(items.map((object) => [object.id, objectTitle(object)]));
  const variable = ({ name, ...held }: { readonly name: string } & Held): SceneVariable => {
    const points = held.object !== undefined && held.dangling === undefined && drawn.has(held.object);
    const title = held.object === undefined ? undefined : titles.get(held.object);
    const text = title !== undefined && held.dangling === undefined ? title : heldText(held, isManual);
    return { name: short(name), object: points ? (held.object ?? null) : null, text };
  };
  const { globals } = state;
  const frames: SceneFrame[] = state.frames.items.map(({ depth, function: name, locals }, i) => {
    // Innermost first as told; the names of a module are its frame's.
    const isModule = depth === 0 && !isManual;
    const variables = [...(isModule ? globals.items : []), ...locals.items].map(variable);
    const total = locals.total + (isModule ? globals.total : 0);
    return {
      key: `${depth}`,
      title: isModule ? 'module' : `${short(name)}()`,
      isRunning: i === 0,
      variables,
      more: total - variables.length,
    };
  });
  const isGlobalApart = globals.total > 0 && (isManual || !state.frames.items.some(({ depth }) => depth === 0));
  if (isGlobalApart) {
    const variables = globals.items.map(variable);
    frames.push({
      key: 'globals',
      title: 'globals',
      isRunning: false,
      variables,
      more: globals.total - variables.length,
    });
  }
  frames.reverse();
  const kinds = lostKinds(leaks);
  const waits = isCollected(state);
  const pointers = countPointers(state);
  const resources = new Map(state.resources.items.map((resource) => [resource.id, resource]));
  const objects = [...drawn.values()]
    .sort((a, b) => (a.place?.address ?? Infinity) - (b.place?.address ?? Infinity) || a.id - b.id)
    .map((object): SceneObject => {
      const lost = kinds.get(object.id) ?? (object.reachable ? null : 'definite');
      return {
        id: object.id,
        title: objectTitle(object),
        type: object.type,
        fields: object.fields.items.map(variable),
        more: object.fields.total - object.fields.items.length,
        pill: lost ? (waits ? 'unreachable' : lostWord(lost)) : countText(object, pointers.get(object.id) ?? 0),
        lost,
        isHot: finding.about === object.id,
        about: placeText(object),
        owns: (object.resources ?? []).flatMap((id) => {
          const resource = resources.get(id);
          if (!resource) return [];
          return `${resource.kind} ${short(resource.name)}${resource.open ? '' : ' (closed)'}`;
        }),
        notes: notesOf(object),
        size: object.size,
        place: object.place,
      };
    });
  return { isManual, frames, objects, total: state.objects.total };
}

function lostKinds(leaks: LeakView | null): ReadonlyMap<number, Exclude<LeakKindName, 'reachable'>> {
  const kinds = new Map<number, Exclude<LeakKindName, 'reachable'>>();
  for (const { kind, objects } of leaks?.records.items ?? []) {
    if (kind !== 'reachable') for (const id of objects.first) kinds.set(id, kind);
  }
  return kinds;
}

function countPointers(state: ProgramView): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  const variables = [
    ...state.globals.items,
    ...state.frames.items.flatMap(({ locals }) => locals.items),
    ...state.objects.items.flatMap(({ fields }) => fields.items),
  ];
  for (const { object, dangling } of variables) {
    if (object !== undefined && !dangling) counts.set(object, (counts.get(object) ?? 0) + 1);
  }
  return counts;
}

function notesOf({ generation, finalizer, weakReference }: PlacedObject): string[] {
  const notes: string[] = [];
  if (generation !== null) notes.push(`gen ${generation}`);
  if (finalizer !== 'none') notes.push(finalizer === 'due' ? 'has a finalizer' : 'finalizer called');
  if (weakReference) notes.push(weakReference.of === null ? 'weak, dead' : `weak to object ${weakReference.of}`);
  return notes;
}

function placeText({ size, place }: PlacedObject): string {
  if (place === null) return `${size} B, no block yet`;
  const where = place.address === null ? 'from the system' : address(place.address);
  return `${where}, ${size} B in ${place.bytes} B`;
}

/** Of a snippet: what its frames told, and where the blocks lie that they named. */
export function sceneOfFrames(frames: readonly ToldFrame[], places: ReadonlyMap<number, ObjectPlace>): Scene {
  const objects = new Map<number, SceneObject>();
  for (const { locals } of frames) {
    for (const { type, block, references } of locals) {
      if (block === 0 || objects.has(block)) continue;
      const place = places.get(block) ?? null;
      objects.set(block, {
        id: block,
        title: `${short(type)} #${block}`,
        type,
        fields: [],
        more: 0,
        pill: references < 0 ? 'immortal' : counted(references, 'ref'),
        lost: null,
        isHot: false,
        about: place?.address ? `${address(place.address)}, ${counted(place.bytes, 'byte')}` : `block ${block}`,
        owns: [],
        notes: [],
        size: place?.bytes ?? 0,
        place,
      });
    }
  }
  const told = frames.map(({ function: name, locals, line }, i) => ({
    key: `${frames.length - i}`,
    title: (name === '<module>' ? 'module' : `${short(name)}()`) + (line === undefined ? '' : `, line ${line}`),
    isRunning: i === 0,
    variables: locals.map((local) => ({
      name: short(local.name),
      object: local.block === 0 ? null : local.block,
      text: short(local.type),
    })),
    more: 0,
  }));
  const list = [...objects.values()].sort((a, b) => (a.place?.address ?? Infinity) - (b.place?.address ?? Infinity));
  return { isManual: false, frames: told.reverse(), objects: list, total: list.length };
}

export interface ObjectGroup {
  readonly type: string;
  readonly count: number;
  readonly bytes: number;
  readonly lost: number;
  readonly ids: ReadonlySet<number>;
}

/** Too many to be drawn one by one: by type, the most bytes first. */
export function groupsOf(objects: readonly SceneObject[]): ObjectGroup[] {
  const groups = new Map<string, { count: number; bytes: number; lost: number; ids: Set<number> }>();
  for (const { type, size, lost, id } of objects) {
    const group = groups.get(type) ?? { count: 0, bytes: 0, lost: 0, ids: new Set() };
    group.count += 1;
    group.bytes += size;
    group.lost += lost === null ? 0 : 1;
    group.ids.add(id);
    groups.set(type, group);
  }
  return [...groups].map(([type, group]) => ({ type, ...group })).sort((a, b) => b.bytes - a.bytes);
}
