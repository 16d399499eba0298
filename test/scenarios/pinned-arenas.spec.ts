/** The scenario `pinned-arenas` is held against a real CPython that ran its source, and its claim against pymalloc. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { createModel, resolveConfig } from '@heapcast/allocators';
import { findScenario, findSide, type Parameters, type TraceSide } from '@heapcast/scenarios';
import { Op, OP_MASK, type TraceChunk } from '@heapcast/trace';

const scenario = findScenario('pinned-arenas')!;

function sideOf(name: string): TraceSide {
  const side = findSide(scenario, name);
  if (side?.kind !== 'trace') throw new Error(`${name} is not a trace`);
  return side;
}

function chunksOf(side: string, parameters: Parameters): readonly TraceChunk[] {
  return [...sideOf(side).trace(parameters, () => new Uint8Array()).chunks];
}

/** In the words of the recording. */
function linesOf(chunks: readonly TraceChunk[]): string[] {
  const lines: string[] = [];
  const blocks: number[] = [];
  let asked = 0;
  for (const { length, op, size, slot } of chunks) {
    for (let at = 0; at < length; at++) {
      const code = op[at] & OP_MASK;
      if (code === Op.mark) lines.push('mark');
      else if (code === Op.free) lines.push(`f ${blocks[slot[at]]}`);
      else if (code === Op.realloc) lines.push(`r ${blocks[slot[at]]} ${size[at]}`);
      else {
        blocks[slot[at]] = ++asked;
        lines.push(`m ${size[at]}`);
      }
    }
  }
  return lines;
}

describe.each(['at-once', 'later'])('the side %s', (side) => {
  it('asks for what CPython 3.12.1 asked for, block by block', () => {
    const recorded = gunzipSync(readFileSync(`test/fixtures/pinned-arenas/${side}.txt.gz`)).toString();
    expect(linesOf(chunksOf(side, { orders: 600, oneIn: 2 }))).toEqual(recorded.trimEnd().split('\n'));
  });

  it('says of every mark what was done, and shows no line that its source has not', () => {
    const { steps, source } = sideOf(side);
    const chunks = chunksOf(side, { orders: 100, oneIn: 2 });
    const marks = chunks.flatMap(({ names }) => [...(names?.values() ?? [])]);
    expect(marks).toContain('report dropped');
    expect(steps({})).toHaveLength(marks.length - 1);
    const { sites } = sideOf(side).trace({ orders: 100, oneIn: 2 }, () => new Uint8Array());
    const lines = source.text.split('\n');
    for (const { line } of sites) expect(lines[line - 1]).toMatch(/\S/);
  });
});

it('keeps every arena for a few notes, and next to none when they are made after the rows are gone', () => {
  const config = resolveConfig({ model: 'pymalloc', profile: 'cpython-3.12' });
  if ('problems' in config) throw new Error('there is no such profile');
  const atEnd = ['at-once', 'later'].map((side) => {
    const model = createModel(config.resolved, { arenaMisalignment: new Uint8Array(64).fill(1) });
    let most = 0;
    for (const chunk of chunksOf(side, { orders: 20_000, oneIn: 400 })) {
      const { length } = chunk;
      const out = { outcome: new Uint8Array(length), region: new Int32Array(length), offset: new Int32Array(length) };
      model.apply(chunk, 0, length, out);
      most = Math.max(most, model.totals().mappedBytes);
    }
    return { kept: model.totals().mappedBytes / most, live: model.totals().requestedBytes / most };
  });
  expect(atEnd[0].kept).toBe(1);
  expect(atEnd[0].live).toBeLessThan(0.01);
  expect(atEnd[1].kept).toBeLessThan(0.5);
});
