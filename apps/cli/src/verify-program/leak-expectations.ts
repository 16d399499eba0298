/**
 * Scripts of memcheck with what it said: NAME.ndjson, and NAME.expected.json beside it. Where a folder has such pairs, a
 * script or an expectation without the other is a difference too.
 */
import { dirname, join } from 'node:path';
import { firstDifference, playLeakScript } from '@heapcast/program';
import { byNaturalOrder, parseJson, readText } from './entries.js';
import { brokenCase, describeDifference, type VerificationCase } from './verification-case.js';

const SCRIPT = '.ndjson';
const EXPECTED = '.expected.json';

/** One case for each pair among the entries. */
export function* leakCases(directory: string, entries: readonly string[]): Generator<VerificationCase> {
  const without = (end: string): Set<string> =>
    new Set(entries.filter((file) => file.endsWith(end)).map((file) => file.slice(0, -end.length)));
  const scripts = without(SCRIPT);
  const expectations = without(EXPECTED);
  const folders = new Set([...expectations].map((name) => dirname(name)));
  const names = new Set([...expectations, ...[...scripts].filter((name) => folders.has(dirname(name)))]);
  for (const name of [...names].sort(byNaturalOrder)) {
    if (!scripts.has(name)) yield brokenCase(name, `there is no ${SCRIPT} beside it`);
    else if (!expectations.has(name)) yield brokenCase(name, `there is no ${EXPECTED} beside it`);
    else yield { name, run: () => compare(join(directory, name)) };
  }
}

function compare(path: string): string | null {
  const expected = parseJson(readText(path + EXPECTED), EXPECTED);
  const difference = firstDifference(expected, playLeakScript(readText(path + SCRIPT)));
  return difference === null ? null : describeDifference(difference);
}
