import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { COLLECTOR_RULES, type CollectorRules } from '../cpython-collector/rules.js';
import { canBeTranslated, type CommandDigest, type EndDigest, playOnObjectModel } from './collector-commands.js';
import { type CommandRecord, type EndRecord, playCollectorScript, type RecordedEvent } from './collector-player.js';
import { type CollectorScript, parseCollectorScript } from './collector-script.js';

const FIRST = 8;
const SCRIPTS = path.resolve('test/fixtures/program/gc/scripts');

const namesOf = (events: readonly RecordedEvent[], kind: string): string[] =>
  events.filter((event) => event[0] === kind).map((event) => event[1]);

/** What the player, which is exact on the recordings, says of the same command. */
function digestOf(record: CommandRecord): CommandDigest {
  const events = [...(record.ev ?? []), ...(record.ev_after ?? [])];
  const died = namesOf(events, 'd');
  return {
    skip: record.skip === true,
    unsupported: record.unsupported === true,
    returned: record.ret ?? null,
    collections: [...(record.gc ?? []), ...(record.gc_after ?? [])],
    died: died.slice(0, FIRST),
    deaths: died.length,
    finalized: namesOf(events, 'f').slice(0, FIRST),
    called: namesOf(events, 'w').slice(0, FIRST),
    count: record.count ?? [0, 0, 0],
  };
}

function digestOfEnd({ stats, snapshot }: EndRecord): EndDigest {
  const generations: Record<string, (readonly [string, number])[]> = {};
  for (const generation of [0, 1, 2, 'permanent'] as const) {
    const members = snapshot[generation] ?? [];
    if (members.length > 0) generations[generation] = [...members].sort(([a], [b]) => (a < b ? -1 : 1));
  }
  return { stats, bound: [...snapshot.names].sort(), generations, garbage: snapshot.garbage.slice(0, FIRST) };
}

function compare(script: CollectorScript, rules: CollectorRules): void {
  let compared = 0;
  const got = playOnObjectModel(script, rules);
  for (const expected of playCollectorScript(script, rules)) {
    const digest = got.next().value;
    compared++;
    const wanted = 'i' in expected ? digestOf(expected) : digestOfEnd(expected);
    // Jest is asked only about what differs: it takes long to find that nothing does.
    if (!isDeepStrictEqual(digest, wanted)) expect({ expected, ...digest }).toEqual({ expected, ...wanted });
  }
  expect(compared).toBeGreaterThan(0);
}

describe('the recordings of CPython, played on the object model', () => {
  const scripts = readdirSync(SCRIPTS)
    .filter((name) => name.endsWith('.ndjson'))
    .map((name) => ({ name, script: parseCollectorScript(readFileSync(path.join(SCRIPTS, name), 'utf8')) }))
    .filter(({ script }) => canBeTranslated(script));

  it.each(scripts)('$name: the same counts, collections, deaths in order, finalizers and statistics', ({ script }) => {
    for (const rules of COLLECTOR_RULES) compare(script, rules);
  });
});
