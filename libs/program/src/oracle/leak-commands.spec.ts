import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { leakCommands, type LeakDigest, playLeaksOnObjectModel } from './leak-commands.js';
import { type ExpectedError, type LeakExpectation } from './leak-player.js';

const FIRST = 8;
const SCRIPTS = path.resolve('test/fixtures/program/leaks');

/** What memcheck said, as far as the object model's report tells it. */
function digestOf({ checks, heap }: LeakExpectation): Omit<LeakDigest, 'wrong'> {
  return {
    checks: checks.map(({ at, summary, records }) => ({
      at,
      summary,
      records: records.map(({ ids, clique = [], ...record }) => ({
        ...record,
        ids: ids.slice(0, FIRST),
        clique: clique.slice(0, FIRST),
      })),
    })),
    inUse: heap.inUseAtExit,
  };
}

/** The outcome that a reported error must have had. */
function outcomesOf({ kind, address }: ExpectedError): readonly string[] {
  if (kind === 'MismatchedFree') return ['mismatchedDelete'];
  if (kind === 'InvalidFree') return ['doubleFree', 'invalidFree'];
  if ('state' in address && address.state === 'freed') return ['useAfterFree'];
  return [kind === 'InvalidRead' ? 'invalidRead' : 'invalidWrite'];
}

describe('what memcheck said of programs, played on the object model', () => {
  const scripts = readdirSync(SCRIPTS, { recursive: true, encoding: 'utf8' }).flatMap((name) => {
    if (!name.endsWith('.ndjson')) return [];
    const commands = leakCommands(readFileSync(path.join(SCRIPTS, name), 'utf8'));
    return commands === null ? [] : [{ name, commands }];
  });

  it.each(scripts)('$name: the same losses, records, call paths and errors', ({ name, commands }) => {
    const file = path.join(SCRIPTS, name.replace(/\.ndjson$/, '.expected.json'));
    const expected = JSON.parse(readFileSync(file, 'utf8')) as LeakExpectation;
    const { wrong, ...got } = playLeaksOnObjectModel(commands);
    expect(got).toEqual(digestOf(expected));
    // A report is of the first time; the same at the same place is counted in it.
    for (const error of expected.errors) {
      const outcome = wrong.find(([at]) => at === error.at)?.[1];
      expect(outcomesOf(error)).toContain(outcome);
    }
    expect(wrong.length === 0).toBe(expected.errors.length === 0);
  });
});
