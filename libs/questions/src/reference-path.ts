/** Ways through a program's objects, found in its state as clients see it: from a variable to an object, and who refers to it. */
import type { ProgramObject, ProgramState } from '@heapcast/contracts';

export interface Referrer {
  readonly object: ProgramObject;
  readonly field: string;
}

/** The shortest way from a variable: `main: basket → list#1 → [0] → str#4`; `null` = not in the part that is listed. */
export function pathTo(state: ProgramState, id: number): string | null {
  const objects = new Map(state.objects.items.map((object) => [object.id, object]));
  const reached = new Map<number, string>();
  const queue: number[] = [];
  const reach = (object: number | undefined, way: string): void => {
    if (object === undefined || reached.has(object)) return;
    const name = objects.get(object)?.name ?? `object ${object}`;
    reached.set(object, `${way} → ${name}`);
    queue.push(object);
  };
  for (const { name, object } of state.globals.items) reach(object, `global ${name}`);
  for (const frame of state.frames.items) {
    for (const { name, object } of frame.locals.items) reach(object, `${frame.function}: ${name}`);
  }
  // A queue is gone through in the order of insertion, what is added on the way included.
  for (const from of queue) {
    if (from === id) return reached.get(id) ?? null;
    const object = objects.get(from);
    if (!object || object.weakReference) continue;
    for (const { name, object: to } of object.fields.items) reach(to, `${reached.get(from) ?? ''} → ${name}`);
  }
  return null;
}

/** Live objects, other than itself, with a field that refers to it. */
export function referrersOf(state: ProgramState, id: number): Referrer[] {
  return state.objects.items.flatMap((object) => {
    if (object.id === id || object.weakReference) return [];
    const field = object.fields.items.find(({ object: to }) => to === id);
    return field ? [{ object, field: field.name }] : [];
  });
}
