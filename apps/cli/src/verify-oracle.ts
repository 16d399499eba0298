/**
 * `npm run verify:oracle -- DIR`: proves the model of pymalloc against recordings of real CPythons.
 *
 * Every DIR/…/NAME.trace.gz that has a NAME.oracle.gz beside it is replayed on the profile of its Python version and
 * compared event for event; where NAME.debugmallocstats.txt lies beside them, the texts too (see `printed-text.ts`). One line for each, then a
 * summary. The rate counts the time in the model, not reading and comparing. Exit code 1 on any difference, or when
 * there was nothing to compare.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { compare, type Comparison } from './verify-oracle/comparison.js';
import { FIRST_AMBIGUOUS_ARENA } from './verify-oracle/placement-code.js';
import { readDebugMallocStats, readOracle, readTrace } from './verify-oracle/recording.js';

const TRACE = '.trace.gz';

export interface Verification {
  readonly exact: number;
  readonly differ: number;
  readonly events: number;
  readonly seconds: number;
}

/** Verifies all recordings under a directory, telling each line as it is known. */
export async function verify(directory: string, tell: (line: string) => void): Promise<Verification> {
  let exact = 0;
  let differ = 0;
  let events = 0;
  let seconds = 0;
  for (const name of recordings(directory)) {
    try {
      const comparison = await verifyOne(join(directory, name));
      if (comparison.difference) differ++;
      else exact++;
      events += comparison.events;
      seconds += comparison.seconds;
      tell(lineOf(name, comparison));
    } catch (error) {
      differ++;
      tell(`differ  ${name}  cannot be compared: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { exact, differ, events, seconds };
}

/** Names of the traces with an oracle, relative to the directory. */
function recordings(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.name.endsWith(TRACE) && !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => existsSync(beside(path, '.oracle.gz')))
    .map((path) => relative(directory, path))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

function beside(path: string, suffix: string): string {
  return path.slice(0, -TRACE.length) + suffix;
}

async function verifyOne(path: string): Promise<Comparison> {
  const trace = await readTrace(path);
  const oracle = await readOracle(beside(path, '.oracle.gz'));
  const text = beside(path, '.debugmallocstats.txt');
  return compare(trace, oracle, existsSync(text) ? await readDebugMallocStats(text) : undefined);
}

function lineOf(name: string, { difference, events, arenas, texts, profile, seconds }: Comparison): string {
  if (difference) {
    const { event, request, expected, got } = difference;
    return `differ  ${name}  ${profile}  event ${event}, ${request}: expected ${expected}; got ${got}`;
  }
  const parts = [`exact   ${name}  ${events} events`, `${arenas} arenas`];
  if (texts.compared > 0) parts.push(textsOf(texts));
  parts.push(`${(events / seconds / 1e6).toFixed(1)} M events/s`);
  if (arenas > FIRST_AMBIGUOUS_ARENA) parts.push('arena ordinals above 65535 compared by their lower 16 bits');
  return parts.join(', ');
}

function textsOf({ compared, equal }: Comparison['texts']): string {
  if (equal === compared) return `${compared} texts of debugmallocstats equal byte for byte`;
  return `${compared} texts of debugmallocstats of another run of the script: laid out the same, blocks off by a constant`;
}

async function main(directory: string | undefined): Promise<number> {
  if (directory === undefined) {
    console.error('usage: npm run verify:oracle -- DIR');
    return 1;
  }
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) {
    console.error(`${directory} is not a directory that exists`);
    return 1;
  }
  const { exact, differ, events, seconds } = await verify(directory, (line) => console.log(line));
  if (exact + differ === 0) {
    console.error(`${directory} holds no NAME.trace.gz with a NAME.oracle.gz beside it`);
    return 1;
  }
  const rate = seconds > 0 ? events / seconds / 1e6 : 0;
  console.log(`${exact} exact, ${differ} differ, ${events} events, ${rate.toFixed(1)} M events/s`);
  return differ > 0 ? 1 : 0;
}

if (process.argv[1]?.endsWith('verify-oracle.js')) process.exitCode = await main(process.argv[2]);
