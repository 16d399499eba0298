/**
 * Lays out a struct as C does: each member at the next multiple of its alignment, the whole rounded up to the largest
 * alignment in it. A last member without a length (`char ob_sval[]`) takes no room; its offset is where items begin,
 * which is what CPython's `tp_basicsize` counts for objects of variable size.
 */
import type { Extent } from './data-models.js';

export interface Member extends Extent {
  readonly name: string;
  /** As written in C. */
  readonly type: string;
}

export interface Field {
  readonly name: string;
  readonly type: string;
  /** Bytes from the beginning of the struct. */
  readonly offset: number;
  readonly size: number;
  /** Unused bytes between the end of this member and the next one, or the end of the struct. */
  readonly padding: number;
}

export interface Layout extends Extent {
  readonly fields: readonly Field[];
  /** All unused bytes together. */
  readonly padding: number;
}

export function roundUp(bytes: number, multiple: number): number {
  return Math.ceil(bytes / multiple) * multiple;
}

export function layOut(members: readonly Member[]): Layout {
  const align = members.reduce((most, member) => Math.max(most, member.align), 1);
  const offsets: number[] = [];
  let end = 0;
  for (const member of members) {
    const offset = roundUp(end, member.align);
    offsets.push(offset);
    end = offset + member.size;
  }
  const size = roundUp(end, align);
  const fields = members.map(({ name, type, size: bytes }, index): Field => {
    const offset = offsets[index] ?? 0;
    return { name, type, offset, size: bytes, padding: (offsets[index + 1] ?? size) - offset - bytes };
  });
  return { size, align, fields, padding: fields.reduce((sum, field) => sum + field.padding, 0) };
}

/** Several layouts of which only one is in use at a time. */
export function unionOf(members: readonly Member[]): Layout {
  const align = members.reduce((most, member) => Math.max(most, member.align), 1);
  const size = roundUp(
    members.reduce((most, member) => Math.max(most, member.size), 0),
    align,
  );
  const fields = members.map(({ name, type, size: bytes }) => ({
    name,
    type,
    offset: 0,
    size: bytes,
    padding: size - bytes,
  }));
  return { size, align, fields, padding: 0 };
}
