/**
 * Text that cannot be kept: PostgreSQL has no U+0000 in a text, and UTF-8 no half of a surrogate pair. Looked for in all that
 * comes in, before any field is looked at, so that no field can forget it.
 */
import type { ProblemPart } from '@heapcast/contracts';

const UNKEEPABLE = /\0|\p{Surrogate}/u;
const MESSAGE = 'holds U+0000 or half of a surrogate pair';
/** JSON deeper than this is refused elsewhere; what is checked here is not followed further. */
const DEPTH = 64;

/** The first text in `value` that cannot be kept; `undefined` = all can. */
export function unkeepableText(value: unknown, path = '', depth = 0): ProblemPart | undefined {
  if (typeof value === 'string') return UNKEEPABLE.test(value) ? { path, message: MESSAGE } : undefined;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || depth > DEPTH) return undefined;
  const isList = Array.isArray(value);
  for (const [key, inner] of Object.entries(value)) {
    if (UNKEEPABLE.test(key)) return { path, message: `has a field whose name ${MESSAGE}` };
    const place = isList ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
    const found = unkeepableText(inner, place, depth + 1);
    if (found) return found;
  }
  return undefined;
}
