/** From a child's numbers of blocks to a trace, and lines and frames among them. A child that lies is found out. */
import { describe, expect, it } from '@jest/globals';
import type { ChunkMessage, FrameRecord } from '@heapcast/sandbox';
import { Domain, NO_SLOT, Op } from '@heapcast/trace';
import { CanonicalRequests, ImpossibleRequestError, withMarks } from './canonical-requests.js';

type Row = readonly [op: number, id: number, size?: number, time?: number];

function message(firstEvent: number, rows: readonly Row[]): ChunkMessage {
  return {
    kind: 'chunk',
    firstEvent,
    length: rows.length,
    op: Uint8Array.from(rows, ([op]) => op),
    id: Uint32Array.from(rows, ([, id]) => id),
    size: Uint32Array.from(rows, ([, , size = 8]) => size),
    time: Float64Array.from(rows, ([, , , time = 0]) => time),
    site: Uint32Array.from(rows, (_, i) => i + 1),
  };
}

describe('blocks', () => {
  it('get slots, and a slot that became free is given again', () => {
    const requests = new CanonicalRequests();
    const { op, slot, size } = requests.chunk(
      message(0, [
        [Op.malloc, 1],
        [Op.calloc, 2],
        [Op.free, 1, 99],
        [Op.malloc, 3],
        [Op.realloc, 2, 40],
      ]),
    );
    expect([...op]).toEqual([Op.malloc, Op.calloc, Op.free, Op.malloc, Op.realloc]);
    expect([...slot]).toEqual([0, 1, 0, 0, 1]);
    expect([...size]).toEqual([8, 8, 0, 8, 40]);
  });

  it('go on from chunk to chunk', () => {
    const requests = new CanonicalRequests();
    requests.chunk(message(0, [[Op.malloc, 1]]));
    expect([...requests.chunk(message(1, [[Op.free, 1]])).slot]).toEqual([0]);
  });

  it('that are gone, or never were, make a free or a resize a stale one of their number', () => {
    const requests = new CanonicalRequests();
    const { op, slot } = requests.chunk(
      message(0, [
        [Op.malloc, 1],
        [Op.free, 1],
        [Op.free, 1],
        [Op.realloc, 1],
        [Op.free, 7],
        [Op.free, 0],
      ]),
    );
    expect([...op]).toEqual([Op.malloc, Op.free, Op.staleFree, Op.staleRealloc, Op.staleFree, Op.free]);
    expect([...slot]).toEqual([0, 0, 1, 1, 0, NO_SLOT]);
  });

  it('keep their domain, and time never runs backwards', () => {
    const { op, time } = new CanonicalRequests().chunk(
      message(0, [
        [Op.malloc | Domain.mem, 1, 8, 50],
        [Op.free | Domain.mem, 1, 0, 20],
        [Op.malloc | Domain.obj, 2, 8, NaN],
      ]),
    );
    expect([...op]).toEqual([Op.malloc | Domain.mem, Op.free | Domain.mem, Op.malloc | Domain.obj]);
    expect([...(time ?? [])]).toEqual([50, 50, 50]);
  });

  it.each<[string, Row[]]>([
    ['a number left out', [[Op.malloc, 2]]],
    ['a number given twice', [[Op.malloc, 1], [Op.malloc, 1]]], // prettier-ignore
    ['a mark', [[Op.mark, 1]]],
    ['a domain that there is not', [[Op.malloc | 0xf0, 1]]],
  ])('told with %s are impossible', (_, rows) => {
    expect(() => new CanonicalRequests().chunk(message(0, rows))).toThrow(ImpossibleRequestError);
  });
});

describe('lines and frames', () => {
  const chunk = () => new CanonicalRequests().chunk(message(0, [[Op.malloc, 1, 8, 5], [Op.malloc, 2, 8, 6]])); // prettier-ignore
  const line = (event: number, site: number) => ({ event: Uint32Array.of(event), site: Uint32Array.of(site) });
  const local = (name: string) => ({ name, type: 'list', block: 1, references: 1 });
  const frames = (...functions: string[]): FrameRecord['frames'] =>
    functions.map((name) => ({ function: name, locals: [local('x')] }));

  it('are marks before the requests that follow them', () => {
    const { op, site, slot } = withMarks(chunk(), 10, { lines: [line(10, 7), line(12, 9), line(11, 8)], frames: [] });
    expect([...op]).toEqual([Op.mark, Op.malloc, Op.mark, Op.malloc, Op.mark]);
    expect([...(site ?? [])]).toEqual([7, 1, 8, 2, 9]);
    expect([...slot]).toEqual([NO_SLOT, 0, NO_SLOT, 1, NO_SLOT]);
  });

  it('that were recorded outside the chunk are at its ends', () => {
    const { op } = withMarks(chunk(), 10, { lines: [line(3, 7), line(99, 8)], frames: [] });
    expect([...op]).toEqual([Op.mark, Op.malloc, Op.malloc, Op.mark]);
  });

  it('have their frames as label, whole', () => {
    const { names } = withMarks(chunk(), 0, { lines: [], frames: [{ event: 1, site: 3, frames: frames('f', 'g') }] });
    expect([...(names ?? [])].map(([at, label]) => [at, JSON.parse(label)])).toEqual([
      [1, { frames: frames('f', 'g') }],
    ]);
  });

  it('leave out what no label holds, outermost first, and say how much', () => {
    const many = frames(...Array.from({ length: 64 }, (_, i) => `function_${i}_${'é'.repeat(30)}`));
    const { names } = withMarks(chunk(), 0, { lines: [], frames: [{ event: 0, site: 1, frames: many }] });
    const label = names?.get(0) ?? '';
    const { frames: told, more } = JSON.parse(label);
    expect(told).toEqual(many.slice(0, told.length));
    expect(told.length + more).toBe(64);
    const next = Buffer.byteLength(JSON.stringify(many[told.length]));
    expect(Buffer.byteLength(label)).toBeLessThanOrEqual(4096);
    expect(Buffer.byteLength(label) + next).toBeGreaterThan(4096 - 16);
  });

  it('that are none leave the chunk as it is', () => {
    const plain = chunk();
    expect(withMarks(plain, 0, { lines: [], frames: [] })).toBe(plain);
  });
});
