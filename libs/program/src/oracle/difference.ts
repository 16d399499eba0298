/**
 * The first place where two pieces of plain data are not the same: fields compared by name whatever their order, lists
 * by position.
 */

export interface Difference {
  /** Such as `snapshot.names[3]`; empty for the whole. */
  readonly at: string;
  /** `undefined`: there should be nothing. */
  readonly expected: unknown;
  /** `undefined`: there is nothing. */
  readonly got: unknown;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Null if the two are the same. */
export function firstDifference(expected: unknown, got: unknown, at = ''): Difference | null {
  if (expected === got) return null;
  if (!isRecord(expected) || !isRecord(got) || Array.isArray(expected) !== Array.isArray(got)) {
    return { at, expected, got };
  }
  const inList = Array.isArray(expected);
  for (const key of new Set([...Object.keys(expected), ...Object.keys(got)])) {
    const place = inList ? `${at}[${key}]` : at === '' ? key : `${at}.${key}`;
    const difference = firstDifference(expected[key], got[key], place);
    if (difference !== null) return difference;
  }
  return null;
}
