/** The talk's best practices, each a measured pair: the advice that ties to a practice is given before it and not after. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Advice, PRACTICES, type Practice } from '@heapcast/insight';
import { Program } from '@heapcast/program';
import {
  listScenarios,
  type Parameters,
  type ProgramSide,
  resolveParameters,
  type Scenario,
} from '@heapcast/scenarios';
import { CHUNK_EVENTS, type ClientRequest, RequestResolver, sliceChunk, type TraceChunk } from '@heapcast/trace';
import { AdviceLab, type WrittenTrace } from '../../libs/insight/test/advice-lab.js';

const PYTHON = { model: 'pymalloc', profile: 'cpython-3.11' };

let lab: AdviceLab;
beforeAll(() => {
  lab = new AdviceLab();
});
afterAll(() => lab.close());

/** What the side's program asks of its allocator: a mark for each command, then the command's requests. */
function traceOf(side: ProgramSide, parameters: Parameters): WrittenTrace {
  const program = new Program(side.choice(parameters));
  const requests: ClientRequest[] = [];
  for (const { commands } of side.steps(parameters)) {
    for (const command of commands) {
      const applied = program.apply(command);
      requests.push({ op: 'mark', size: program.commands, label: 'command' }, ...applied.requests);
    }
  }
  const { chunk } = new RequestResolver().resolve(requests);
  const chunks: TraceChunk[] = [];
  for (let at = 0; at < chunk.length; at += CHUNK_EVENTS) chunks.push(sliceChunk(chunk, at, at + CHUNK_EVENTS));
  return { chunks, events: chunk.length, sites: program.sites() };
}

async function adviceOn({ sides, ...scenario }: Scenario, index: number): Promise<Advice[]> {
  const side = sides[index];
  if (side?.kind !== 'program') throw new Error('a pair of programs was expected');
  const chosen = resolveParameters(scenario, {}, 'run');
  if ('faults' in chosen) throw new Error(JSON.stringify(chosen.faults));
  const { parameters } = chosen;
  return lab.advise(traceOf(side, parameters), side.allocator?.(parameters) ?? PYTHON);
}

const pairs = listScenarios().filter(({ practice }) => practice !== undefined);

describe('advice on the pairs of best practices', () => {
  it('has a pair for every practice of the talk', () => {
    expect(new Set(pairs.map(({ practice }) => practice))).toEqual(new Set<string>(Object.values(PRACTICES)));
  });

  it.each(pairs)('$name: given before, with evidence, and not after', async (scenario) => {
    const practice = Object.entries(PRACTICES).find(([, words]) => words === scenario.practice)?.[0] as Practice;
    const before = await adviceOn(scenario, 0);
    const given = before.filter((advice) => advice.practice === practice);
    expect([scenario.name, given.length > 0]).toEqual([scenario.name, true]);
    expect(given[0].evidence[0].numbers).not.toEqual({});
    const after = await adviceOn(scenario, 1);
    expect(after.filter((advice) => advice.practice === practice).map(({ sentence }) => sentence)).toEqual([]);
  });
});
