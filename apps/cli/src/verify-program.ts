/**
 * `npm run verify:program -- DIR`: proves the object models against recordings of the real thing.
 *
 * Under DIR, at any depth, every folder with `scripts/` and `recordings/index.json` holds scripts of the cycle collector,
 * each played under the rules of every Python version that recorded it; every NAME.ndjson with a NAME.expected.json
 * beside it is a script of memcheck. One line for each, with the first difference, then `N exact, M differ`. Input that
 * cannot be read is a difference with its reason. Exit code 1 on any difference, or when DIR holds none.
 */
import { existsSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { collectorCases } from './verify-program/collector-recordings.js';
import { leakCases } from './verify-program/leak-expectations.js';
import { entriesUnder } from './verify-program/entries.js';
import { runCase } from './verify-program/verification-case.js';

interface Verification {
  readonly exact: number;
  readonly differ: number;
}

/** Verifies everything under a directory, telling each line as it is known. */
function verify(directory: string, tell: (line: string) => void): Verification {
  let exact = 0;
  let differ = 0;
  const entries = entriesUnder(directory);
  for (const cases of [collectorCases(directory, entries), leakCases(directory, entries)]) {
    for (const one of cases) {
      const difference = runCase(one);
      if (difference === null) exact++;
      else differ++;
      tell(difference === null ? `exact   ${one.name}` : `differ  ${one.name}  ${difference}`);
    }
  }
  return { exact, differ };
}

/** The command: tells lines and complaints, and returns the exit code. */
export function verifyProgram(
  directory: string | undefined,
  tell: (line: string) => void,
  complain: (line: string) => void,
): number {
  if (directory === undefined) {
    complain('usage: npm run verify:program -- DIR');
    return 1;
  }
  if (!existsSync(directory) || !statSync(directory).isDirectory()) {
    complain(`${directory} is no directory`);
    return 1;
  }
  const { exact, differ } = verify(resolve(directory), tell);
  if (exact + differ === 0) {
    complain(`${directory} holds no scripts/ with recordings/index.json and no NAME.ndjson with NAME.expected.json`);
    return 1;
  }
  tell(`${exact} exact, ${differ} differ`);
  return differ > 0 ? 1 : 0;
}

if (basename(process.argv[1] ?? '') === 'verify-program.js') {
  process.exitCode = verifyProgram(process.argv[2], console.log, console.error);
}
