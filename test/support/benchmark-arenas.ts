/** The list-of-dicts benchmark without a service: its trace, and the arenas at each of its marks. */
import { readFileSync } from 'node:fs';
import { createModel, resolveConfig } from '@heapcast/allocators';
import { findBuild, type GeneratedTrace, listOfDicts, resolveParameters } from '@heapcast/scenarios';
import { Op, OP_MASK } from '@heapcast/trace';

export const assets = (name: string): Uint8Array => readFileSync(`apps/api/assets/${name}`);

export function benchmark(iterations: number, python: string, start: string): GeneratedTrace {
  const answer = resolveParameters(listOfDicts, { iterations, python, start }, 'run');
  const [side] = listOfDicts.sides;
  if ('faults' in answer || side.kind !== 'trace') throw new Error('these are parameters of the benchmark');
  return side.trace(answer.parameters, assets);
}

/** The arenas at each mark, in the words of the recorded figures, on the allocator of the version itself. */
export function arenasOf(python: string, iterations: number): Record<string, number>[] {
  const { chunks, origin } = benchmark(iterations, python, 'measured');
  const profile = findBuild(python)?.profile;
  const config = resolveConfig({ model: 'pymalloc', profile });
  if ('problems' in config) throw new Error('this is a profile of pymalloc');
  const model = createModel(config.resolved, origin);
  const seen: Record<string, number>[] = [];
  for (const chunk of chunks) {
    const { length, op } = chunk;
    const out = { outcome: new Uint8Array(length), region: new Int32Array(length), offset: new Int32Array(length) };
    let from = 0;
    for (let at = 0; at < length; at++) {
      if ((op[at] & OP_MASK) !== Op.mark) continue;
      model.apply(chunk, from, at + 1, out);
      from = at + 1;
      const { arenas, pools } = model.statistics() as { arenas: Record<string, number>; pools: { unused: number } };
      const { allocatedTotal, reclaimed, highWater, current } = arenas;
      seen.push({
        allocated_total: allocatedTotal,
        reclaimed,
        highwater: highWater,
        current,
        unused_pools: pools.unused,
      });
    }
    model.apply(chunk, from, length, out);
  }
  return seen;
}
