import { describe, expect, it } from '@jest/globals';
import { contentId, readTrace, writeTrace } from '../../test/reading.js';
import { concatChunks } from '../chunk.js';
import { packChunk, unpackChunk } from '../chunk-codec.js';
import { NO_SLOT, Op, UNKNOWN_ORIGIN, type TraceChunk } from '../columns.js';
import { TraceFormatError } from '../format-error.js';
import { TraceBuilder } from '../trace-builder.js';
import { formats } from './registry.js';

const u16 = (value: number): number[] => [value & 0xff, value >> 8];
const u32 = (...values: number[]): number[] => [...new Uint8Array(Uint32Array.from(values).buffer)];
const text = (value: string): number[] => [...new TextEncoder().encode(value)];

function header(flags = 0, json = '', version = 1): number[] {
  return [...text('HEAPCOLS'), ...u16(version), ...u16(flags), ...u32(text(json).length), ...text(json)];
}

type Request = readonly [op: number, size: number, ref: number];

function block(requests: readonly Request[]): number[] {
  const column = (index: number): number[] => requests.map((request) => request[index]);
  return [...u32(requests.length), ...u32(...column(1)), ...u32(...column(2)), ...column(0)];
}

function whole(requests: readonly Request[]): number[] {
  return [...header(), ...block(requests), ...u32(0, requests.length)];
}

function read(bytes: number[]) {
  const { header: trace, chunks } = readTrace(formats.columns, Uint8Array.from(bytes));
  return { header: trace, ...concatChunks(chunks) };
}

function refused(bytes: number[], limits = {}): TraceFormatError {
  try {
    readTrace(formats.columns, Uint8Array.from(bytes), { limits });
  } catch (error) {
    if (error instanceof TraceFormatError) return error;
    throw error;
  }
  throw new Error('the trace was taken');
}

describe('columns', () => {
  it('name a block by how many numbers ago it was placed', () => {
    const { op, slot } = read(
      whole([
        [1, 64, 0],
        [2, 32, 0],
        [3, 96, 2],
        [4, 0, 1],
        [4, 0, 1],
        [3, 8, 0],
        [4, 0, 0],
        [4, 0, 4],
        [3, 5, 4],
        [7, 500, 0],
        [6, 0, 0],
      ]),
    );
    expect([...op]).toEqual([
      Op.malloc,
      Op.calloc,
      Op.realloc,
      Op.free,
      Op.staleFree,
      Op.reallocNull,
      Op.free,
      Op.staleFree,
      Op.staleRealloc,
      Op.mark,
      Op.foreign,
    ]);
    expect([...slot]).toEqual([0, 1, 0, 1, 2, 1, NO_SLOT, 0, 0, NO_SLOT, 2]);
  });

  it('may be cut into blocks anywhere', () => {
    const requests: Request[] = [
      [1, 64, 0],
      [1, 65, 0],
      [4, 0, 2],
    ];
    const cut = [...header(), ...block(requests.slice(0, 1)), ...block(requests.slice(1)), ...u32(0, 3)];
    expect(read(cut)).toEqual(read(whole(requests)));
  });

  it('keep names, times and sites beside their requests', async () => {
    const builder = new TraceBuilder(() => undefined);
    builder.addSite({ function: 'f', file: 'a.py', line: 3, parent: 0 });
    const chunk = {
      length: 2,
      op: Uint8Array.of(Op.malloc, Op.mark),
      size: Uint32Array.of(8, 1),
      slot: Int32Array.of(0, NO_SLOT),
      site: Uint32Array.of(1, 0),
      time: Float64Array.of(0, 2 ** 53 - 1),
      names: new Map([[1, 'ende']]),
    };
    const trace = {
      header: { ...builder.finish(), events: 2, blocks: 1, slots: 1, hasSites: true, hasTimes: true, hasNames: true },
      chunks: [chunk],
    };
    expect(readTrace(formats.columns, await writeTrace(formats.columns, trace), { pieceBytes: 5 })).toEqual(trace);
  });

  it('need no JSON', () => {
    expect(read([...header(), ...u32(0, 0)]).header).toMatchObject({ events: 0, origin: UNKNOWN_ORIGIN, sites: [] });
  });

  it('are refused with the request where it makes no sense', () => {
    expect(
      refused(
        whole([
          [1, 64, 0],
          [5, 1, 0],
        ]),
      ),
    ).toMatchObject({ code: 'bad-field', where: { event: 1 } });
    expect(refused(whole([[4, 0, 2]]))).toMatchObject({ code: 'unknown-block', where: { event: 0 } });
    expect(refused(whole([[1, 64, 1]])).message).toMatch(/ref is 1/);
    expect(refused(whole([[7, 64, 1]])).message).toMatch(/a mark has ref 0/);
    expect(refused(whole([[0x31, 64, 0]])).message).toMatch(/domain 3/);
  });

  it('are refused where the layout is broken', () => {
    const end = u32(0, 0);
    expect(refused(text('GARBAGE!'))).toMatchObject({ code: 'malformed', where: { byte: 0 } });
    expect(refused([...header(0, '', 2), ...end]).code).toBe('unsupported-version');
    expect(refused([...header(8), ...end]).message).toMatch(/flags 8/);
    expect(refused([...header(0, '{"origin":'), ...end]).message).toMatch(/not JSON/);
    expect(refused([...header(0, '[]'), ...end]).message).toMatch(/not a JSON object/);
    expect(refused([...header(0, '{"site":[]}'), ...end]).message).toMatch(/unknown field "site"/);
    expect(refused([...header(0, '{"sites":[{"parent":1}]}'), ...end]).message).toMatch(/parent/);
    expect(refused([...header(), ...u32(0, 1)]).code).toBe('count-mismatch');
    expect(refused([...header(), ...end, 0])).toMatchObject({ code: 'malformed', where: { byte: 24 } });
    expect(refused(header()).code).toBe('truncated');
    expect(refused([...header(2), ...block([[1, 8, 0]]).slice(0, 12), ...u32(7), 1, ...u32(0, 1)]).code).toBe(
      'unknown-site',
    );
  });

  it('hold labels of any length a mark may have, in blocks that readers have room for', async () => {
    const marks = 20_000;
    const chunks: TraceChunk[] = [];
    const builder = new TraceBuilder((chunk) => chunks.push(chunk));
    for (let mark = 0; mark < marks; mark++) {
      builder.mark(mark);
      builder.name('x'.repeat([1, 255, 256, 4096][mark & 3 || 3]));
    }
    const trace = { header: builder.finish(), chunks };
    const again = readTrace(formats.columns, await writeTrace(formats.columns, trace));
    expect(contentId(again)).toBe(contentId(trace));
    expect(unpackChunk(packChunk(chunks[0])).names).toEqual(chunks[0].names);
  });

  it('are refused where names are broken', () => {
    const named = (...names: number[]): number[] => [
      ...header(4),
      ...block([[1, 8, 0]]),
      ...u32(names.length),
      ...names,
      ...u32(0, 1),
    ];
    expect(read(named(...u32(0), 1, 97)).names).toEqual(new Map([[0, 'a']]));
    expect(read(named()).names).toBeNull();
    expect(refused(named(...u32(1), 1, 97)).message).toMatch(/event 1 of its block/);
    expect(refused(named(...u32(0), 2, 97)).message).toMatch(/runs over the end/);
    expect(refused(named(...u32(0), 1, 97, ...u32(0), 1, 97)).message).toMatch(/ascending/);
    expect(refused(named(...u32(0), 1, 0xff)).message).toMatch(/not UTF-8/);
    expect(refused(named(...u32(0), 0)).message).toMatch(/name is empty/);
    expect(refused(named(1, 2)).message).toMatch(/runs over the end/);
  });

  it('make no room for what they only claim', () => {
    expect(refused([...header(), ...u32(0xffff_ffff)])).toMatchObject({ code: 'limit-exceeded' });
    expect(refused([...text('HEAPCOLS'), ...u16(1), ...u16(0), ...u32(0xffff_ffff)])).toMatchObject({
      code: 'limit-exceeded',
    });
    const before = process.memoryUsage().arrayBuffers;
    const reader = formats.columns.reader(() => undefined);
    reader.push(Uint8Array.from([...header(7), ...u32(1 << 20), 1, 2, 3]));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 << 20);
    reader.abort();
  });
});
