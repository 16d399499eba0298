/** What docs/formats says is so: its examples are read, its three lines of Python are run. */
import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concatChunks } from '../src/chunk.js';
import { Domain, NO_SLOT, Op } from '../src/columns.js';
import type { FormatName } from '../src/formats/format.js';
import { formatList, formats } from '../src/formats/registry.js';
import { DEFAULT_LIMITS } from '../src/limits.js';
import { contentId, readTrace, writeTrace } from './reading.js';

function page(name: string): string {
  return readFileSync(new URL(`../../../docs/formats/${name}.md`, import.meta.url), 'utf8');
}

/** The fenced blocks of a page in one language. */
function blocks(name: string, language: string): string[] {
  return [...page(name).matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map((match) => match[1]);
}

function hex(text: string): Uint8Array {
  return Uint8Array.from(text.trim().split(/\s+/), (byte) => parseInt(byte, 16));
}

function read(name: FormatName, bytes: Uint8Array | string) {
  const { header, chunks } = readTrace(formats[name], bytes);
  return { header, ...concatChunks(chunks) };
}

function u32(...values: number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(values).buffer);
}

/** What the three lines write, made here, for machines without Python. */
function columnsBytes(op: number[], size: number[], ref: number[]): Buffer {
  const head = Buffer.concat([Buffer.from('HEAPCOLS'), Uint8Array.of(1, 0, 0, 0), u32(0)]);
  return Buffer.concat([head, u32(op.length), u32(...size), u32(...ref), Uint8Array.from(op), u32(0, op.length)]);
}

/** Runs the documented lines with the lists given; null where there is no Python. */
function runPython(lines: string, op: number[], size: number[], ref: number[], blockEvents: number): Buffer | null {
  const directory = mkdtempSync(join(tmpdir(), 'three-lines-'));
  try {
    const file = join(directory, 'program.hcols');
    const program = [
      'import sys, json',
      'from struct import pack',
      'from array import array',
      'file, M, op, size, ref = json.load(sys.stdin)',
      "out = open(file, 'wb')",
      lines,
      'out.close()',
    ].join('\n');
    const input = JSON.stringify([file, blockEvents, op, size, ref]);
    const { error, status, stderr } = spawnSync('python3', ['-c', program], { input, encoding: 'utf8' });
    if (error) return null;
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return readFileSync(file);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

describe('docs/formats', () => {
  it('shows NDJSON that is read as it says', () => {
    const [first, smallest] = blocks('ndjson', 'ndjson');
    const trace = read('ndjson', first);
    expect(trace.header).toMatchObject({ events: 9, blocks: 4, origin: { recordedOn: 'cpython-3.11.7' } });
    expect([...trace.op].map((op) => op & 0x0f)).toEqual([
      Op.malloc,
      Op.calloc,
      Op.malloc,
      Op.realloc,
      Op.reallocNull,
      Op.mark,
      Op.free,
      Op.staleFree,
      Op.free,
    ]);
    expect(read('ndjson', smallest).header).toMatchObject({ events: 2, blocks: 1 });
  });

  it('shows columns that are read, and written, as it says', async () => {
    const bytes = hex(blocks('columns', 'hex')[0]);
    expect(page('columns')).toContain(`${bytes.length} bytes`);
    const { op, size, slot } = read('columns', bytes);
    expect([...op]).toEqual([Op.malloc, Op.malloc, Op.free, Op.free]);
    expect([...size]).toEqual([64, 4000, 0, 0]);
    expect([...slot]).toEqual([0, 1, 0, NO_SLOT]);
  });

  it('shows a PMTRACE1 that is read, and written, as it says', async () => {
    const bytes = hex(blocks('pmtrace1', 'hex')[0]);
    expect(page('pmtrace1')).toContain(`${bytes.length} bytes`);
    const trace = readTrace(formats.pmtrace1, bytes);
    expect(trace.header.origin).toEqual({
      recordedOn: 'cpython-3.11.7',
      arenaSize: 1_048_576,
      poolSize: 16_384,
      arenaMisalignment: Uint8Array.of(0),
    });
    expect([...trace.chunks[0].op]).toEqual([Op.malloc | Domain.obj, Op.realloc | Domain.obj, Op.free | Domain.obj]);
    expect([...(await writeTrace(formats.pmtrace1, trace))]).toEqual([...bytes]);
  });

  it('shows a .rep that is read as it says', () => {
    const { header, op } = read('rep', blocks('rep', 'rep')[0]);
    expect(header).toMatchObject({ events: 6, blocks: 3 });
    expect([...op]).toEqual([Op.malloc, Op.malloc, Op.realloc, Op.free, Op.malloc, Op.free]);
  });

  it('has three lines of Python that write columns', () => {
    const lines = blocks('columns', 'python')[0].trim();
    expect(lines.split('\n')).toHaveLength(3);
    const op = [1, 2, 0x23, 4, 4, 3, 7];
    const size = [64, 4_294_967_295, 96, 0, 0, 8, 500];
    const ref = [0, 0, 2, 1, 1, 0, 0];
    const bytes = runPython(lines, op, size, ref, 1 << 20) ?? columnsBytes(op, size, ref);
    expect(bytes).toEqual(columnsBytes(op, size, ref));
    const whole = readTrace(formats.columns, bytes);
    expect(whole.header).toMatchObject({ events: 7, blocks: 3 });
    const inBlocks = runPython(lines, op, size, ref, 3);
    expect(contentId(readTrace(formats.columns, inBlocks ?? bytes))).toBe(contentId(whole));
  });

  it('has a tracer in Python whose lists are right', () => {
    const tracer = blocks('columns', 'python')[1];
    const play = 'placed(1, 0x1000, 64); placed(1, 0x2000, 32); freed(0x1000); placed(2, 0x1000, 8); freed(0x1000)';
    const program = `${tracer}\n${play}\nimport json\nprint(json.dumps([op, size, ref]))`;
    const { error, stdout } = spawnSync('python3', ['-c', program], { encoding: 'utf8' });
    const lists: unknown = error
      ? [
          [1, 1, 4, 2, 4],
          [64, 32, 0, 8, 0],
          [0, 0, 2, 0, 1],
        ]
      : JSON.parse(stdout);
    const [op, size, ref] = lists as [number[], number[], number[]];
    const { slot } = read('columns', columnsBytes(op, size, ref));
    expect([...slot]).toEqual([0, 1, 0, 0, 0]);
  });

  it('names every format with its content type and extension', () => {
    for (const { contentTypes, extension } of formatList) {
      expect(page('README')).toContain(`\`${contentTypes[0]}\``);
      expect(page('README')).toContain(`\`.${extension}\``);
    }
  });

  it('tells the limits that there are', () => {
    const text = page('README');
    for (const limit of [
      DEFAULT_LIMITS.maxEvents,
      DEFAULT_LIMITS.maxSites,
      DEFAULT_LIMITS.maxNames,
      DEFAULT_LIMITS.maxArenas,
    ]) {
      expect(text).toContain(limit.toLocaleString('en-US'));
    }
  });
});
