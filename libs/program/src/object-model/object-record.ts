/**
 * What the engine keeps of each object, whoever owns its memory: what it is, where and when it was made, which block it
 * lives in, and when it was last known to be in reach.
 */
import type { NewKind, Scalar } from '@heapcast/contracts';

export interface ObjectRecord {
  /** 1, 2, 3 … in the order of birth. */
  readonly id: number;
  readonly type: string;
  /** Bytes asked for. */
  size: number;
  /** Number of its block in the session's trace. */
  readonly block: number;
  /** Call path that made it; 0 = not known. */
  site: number;
  /** The command that made it. */
  readonly born: number;
  kind: NewKind | 'realloc' | 'object';
  /** The last command that took a reference to it away, and the number of its mark: see `last-reach.ts`. */
  lastCommand: number;
  lastSeq: number;
  readonly layout: FieldLayout;
  /** Fields that hold a plain value: `managed` by slot, `manual` by offset. Null = none does. */
  scalars: Map<number, Scalar> | null;
  /** Resources that it owns, by id. Null = none ever. */
  resources: number[] | null;
  /** What its finalizer stores it in; null = nothing. */
  readonly savesTo: string | null;
}

/** How a block is called in the trace. */
export function blockName(record: Pick<ObjectRecord, 'type' | 'id'>): string {
  return `${record.type}#${record.id}`;
}

/** Which fields an object has, in order: the first ones by index, others by name; a name `[7]` is an index, too. */
export class FieldLayout {
  private constructor(
    private indices: number,
    private names: Map<string, number> | null,
  ) {}

  static of(fields: number | readonly string[] | undefined): FieldLayout {
    if (fields === undefined) return new FieldLayout(0, null);
    if (typeof fields === 'number') return new FieldLayout(fields, null);
    return new FieldLayout(0, fields.length === 0 ? null : new Map(fields.map((name, slot) => [name, slot])));
  }

  get length(): number {
    return this.indices + (this.names?.size ?? 0);
  }

  /** Number of the field, or -1. */
  find(step: string | number): number {
    if (typeof step === 'string') return this.names?.get(step) ?? -1;
    if (step >= 0 && step < this.indices) return step;
    return this.names?.get(`[${step}]`) ?? -1;
  }

  /** A further field, behind the others. */
  add(step: string | number): number {
    const slot = this.length;
    if (this.names === null && step === slot) this.indices++;
    else (this.names ??= new Map()).set(typeof step === 'number' ? `[${step}]` : step, slot);
    return slot;
  }

  /** Names of the fields `from` … `to` - 1. */
  slice(from: number, to: number): string[] {
    const names: string[] = [];
    for (let slot = from; slot < Math.min(to, this.indices); slot++) names.push(`[${slot}]`);
    if (to <= this.indices || this.names === null) return names;
    let slot = this.indices;
    for (const name of this.names.keys()) {
      if (slot >= to) break;
      if (slot >= from) names.push(name);
      slot++;
    }
    return names;
  }

  save(): SavedLayout {
    return { indices: this.indices, names: this.names === null ? null : [...this.names.keys()] };
  }

  static restore({ indices, names }: SavedLayout): FieldLayout {
    return new FieldLayout(indices, names === null ? null : new Map(names.map((name, at) => [name, indices + at])));
  }
}

export interface SavedLayout {
  readonly indices: number;
  readonly names: readonly string[] | null;
}

export interface SavedObject extends Omit<ObjectRecord, 'layout'> {
  readonly layout: SavedLayout;
}

export function saveObject(record: ObjectRecord): SavedObject {
  return {
    ...record,
    layout: record.layout.save(),
    scalars: record.scalars === null ? null : new Map(record.scalars),
    resources: record.resources === null ? null : [...record.resources],
  };
}

export function restoreObject(saved: SavedObject): ObjectRecord {
  return {
    ...saved,
    layout: FieldLayout.restore(saved.layout),
    scalars: saved.scalars === null ? null : new Map(saved.scalars),
    resources: saved.resources === null ? null : [...saved.resources],
  };
}
