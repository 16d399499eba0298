/**
 * Scripts of the cycle collector with their recordings: `scripts/NAME.ndjson`, and `recordings/index.json`, which says
 * for every script and Python version which file in `recordings/` tells what that Python did.
 */
import { basename, dirname, join, sep } from 'node:path';
import {
  collectorRules,
  firstDifference,
  parseCollectorScript,
  playCollectorScript,
  type Triple,
} from '@heapcast/program';
import { byNaturalOrder, parseJson, readText } from './entries.js';
import { brokenCase, describeDifference, type VerificationCase } from './verification-case.js';

const INDEX = join('recordings', 'index.json');
const SCRIPT = '.ndjson';

interface RecordingIndex {
  /** Thresholds that a script starts with, by version. */
  readonly thresholds: ReadonlyMap<string, Triple>;
  /** By script: recording file by version. */
  readonly recordings: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** One case for each script and version, in every folder of this form among the entries. */
export function* collectorCases(directory: string, entries: readonly string[]): Generator<VerificationCase> {
  for (const entry of entries) {
    if (entry !== INDEX && !entry.endsWith(sep + INDEX)) continue;
    const folder = dirname(dirname(entry));
    const scripts = entries
      .filter((file) => dirname(file) === join(folder, 'scripts') && file.endsWith(SCRIPT))
      .map((file) => basename(file, SCRIPT));
    yield* casesOf(directory, folder, entry, scripts);
  }
}

function* casesOf(
  directory: string,
  folder: string,
  indexFile: string,
  scripts: readonly string[],
): Generator<VerificationCase> {
  let index: RecordingIndex;
  try {
    index = readIndex(join(directory, indexFile));
  } catch (error) {
    yield brokenCase(indexFile, error instanceof Error ? error.message : String(error));
    return;
  }
  const names = [...new Set([...scripts, ...index.recordings.keys()])].sort(byNaturalOrder);
  for (const name of names) {
    const title = join(folder, name);
    const recordings = [...(index.recordings.get(name) ?? [])];
    if (recordings.length === 0) yield brokenCase(title, 'the index has no recording of this script');
    for (const [version, recording] of recordings.sort(([a], [b]) => byNaturalOrder(a, b))) {
      yield {
        name: `${title}  ${version}`,
        run: () =>
          compare(
            join(directory, folder, 'scripts', name + SCRIPT),
            join(directory, folder, 'recordings', basename(recording)),
            version,
            index.thresholds.get(version),
          ),
      };
    }
  }
}

function compare(scriptFile: string, recordingFile: string, version: string, thresholds?: Triple): string | null {
  const rules = collectorRules(version);
  if (rules === undefined) return `there are no rules of CPython ${version}`;
  const script = parseCollectorScript(readText(scriptFile));
  const recorded = readText(recordingFile)
    .split('\n')
    .filter((line) => line.trim() !== '');
  let line = 0;
  const differenceAt = (got: unknown): string | null => {
    const text = recorded.at(line++);
    const expected = text === undefined ? undefined : parseJson(text, `line ${line} of the recording`);
    const difference = firstDifference(expected, got);
    return difference === null ? null : `line ${line} of the recording, ${describeDifference(difference)}`;
  };
  for (const record of playCollectorScript(script, rules, thresholds)) {
    const difference = differenceAt(record);
    if (difference !== null) return difference;
  }
  return line < recorded.length ? differenceAt(undefined) : null;
}

function readIndex(file: string): RecordingIndex {
  const index = fieldsOf(parseJson(readText(file), 'index.json'), 'index.json');
  const thresholds = new Map<string, Triple>();
  for (const [version, about] of Object.entries(fieldsOf(index['versions'], 'versions'))) {
    const threshold = fieldsOf(about, `versions of ${version}`)['threshold'];
    if (!isTriple(threshold)) throw new Error(`index.json has no three thresholds for ${version}`);
    thresholds.set(version, threshold);
  }
  const recordings = new Map<string, ReadonlyMap<string, string>>();
  for (const [name, about] of Object.entries(fieldsOf(index['scripts'], 'scripts'))) {
    const files = Object.entries(fieldsOf(fieldsOf(about, name)['recordings'], `recordings of ${name}`));
    recordings.set(name, new Map(files.map(([version, recording]) => [version, String(recording)])));
  }
  return { thresholds, recordings };
}

function fieldsOf(value: unknown, what: string): Record<string, unknown> {
  if (!isRecord(value)) throw new Error(`index.json: ${what} must be an object`);
  return value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTriple(value: unknown): value is Triple {
  return Array.isArray(value) && value.length === 3 && value.every(Number.isInteger);
}
