/** `verify:oracle` says what differs, and where; damage is told, not thrown. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { verify } from '../../apps/cli/src/verify-oracle.js';
import { judgeTexts } from '../../apps/cli/src/verify-oracle/printed-text.js';

const FIXTURES = fileURLToPath(new URL('../fixtures/oracle/', import.meta.url));
const HEADER = 64;

describe('verify:oracle', () => {
  let directory: string;
  let lines: string[];
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'heapcast-oracle-'));
    mkdirSync(path.join(directory, 'deep/down'), { recursive: true });
    copyFileSync(`${FIXTURES}3.8.18/startup.trace.gz`, file('trace'));
    copyFileSync(`${FIXTURES}3.8.18/startup.oracle.gz`, file('oracle'));
    lines = [];
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  function file(kind: 'trace' | 'oracle'): string {
    return path.join(directory, `deep/down/startup.${kind}.gz`);
  }
  function change(kind: 'trace' | 'oracle', by: (bytes: Buffer) => Buffer): void {
    writeFileSync(file(kind), gzipSync(by(gunzipSync(readFileSync(file(kind))))));
  }
  async function result(): Promise<Awaited<ReturnType<typeof verify>>> {
    return verify(directory, (line) => lines.push(line));
  }

  it('finds recordings however deep, and tells those that are exact', async () => {
    expect(await result()).toMatchObject({ exact: 1, differ: 0, events: 28_774 });
    expect(lines).toEqual([expect.stringMatching(/^exact +deep\/down\/startup\.trace\.gz +28774 events, 15 arenas/)]);
  });

  it('passes over traces without an oracle', async () => {
    rmSync(file('oracle'));
    expect(await result()).toMatchObject({ exact: 0, differ: 0, events: 0 });
  });

  it('tells the first placement that differs, what was expected and what it got', async () => {
    change('oracle', (bytes) => {
      bytes.writeUInt32LE(bytes.readUInt32LE(HEADER + 4 * 7000) ^ 1, HEADER + 4 * 7000);
      bytes.writeUInt32LE(0xffff_ffff, HEADER + 4 * 9000);
      return bytes;
    });
    expect(await result()).toMatchObject({ exact: 0, differ: 1 });
    expect(lines[0]).toMatch(
      /^differ .* event \d+, malloc\(\d+\): expected arena \d+ pool \d+ block \d+; got arena \d+ pool \d+ block \d+$/,
    );
  });

  it('tells an arena that was mapped elsewhere in arenas[], or not at all', async () => {
    change('oracle', (bytes) => {
      // Behind the results, the third word of the second arena event.
      bytes.writeUInt32LE(9, HEADER + 4 * bytes.readUInt32LE(12) + 12 + 8);
      return bytes;
    });
    await result();
    expect(lines[0]).toMatch(/expected arena 1 mapped in slot 9, misaligned by 0 pages; got arena 1 mapped in slot 1,/);
    change('oracle', (bytes) => {
      bytes.writeUInt32LE(bytes.readUInt32LE(24) - 1, 24);
      return bytes.subarray(0, -12);
    });
    lines = [];
    await result();
    expect(lines[0]).toContain('differ');
  });

  it('tells when the recording goes on', async () => {
    change('oracle', (bytes) => {
      const results = bytes.readUInt32LE(12);
      const longer = Buffer.concat([
        bytes.subarray(0, HEADER + 4 * results),
        Buffer.alloc(4),
        bytes.subarray(HEADER + 4 * results),
      ]);
      longer.writeUInt32LE(results + 1, 12);
      return longer;
    });
    await result();
    expect(lines[0]).toMatch(/event 28774, end of the trace: expected 1 more placements; got the end$/);
  });

  it.each([
    ['a trace that is cut', 'trace', (bytes: Buffer) => bytes.subarray(0, -5), 'the input ends early'],
    ['a trace of something else', 'trace', () => Buffer.from('hello'), 'not a PMTRACE1 file'],
    ['an oracle that is cut', 'oracle', (bytes: Buffer) => bytes.subarray(0, -5), 'header promises'],
    ['an oracle of something else', 'oracle', () => Buffer.alloc(100), 'not a PMORACL1 file'],
  ] as const)('tells the reason for %s', async (_what, kind, damage, reason) => {
    change(kind, damage);
    expect(await result()).toMatchObject({ exact: 0, differ: 1 });
    expect(lines[0]).toMatch(new RegExp(`^differ +deep/down/startup\\.trace\\.gz +cannot be compared: .*${reason}`));
  });

  it.each(['trace', 'oracle'] as const)('tells when the gzip of the %s is damaged', async (kind) => {
    const bytes = readFileSync(file(kind));
    bytes.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 40);
    writeFileSync(file(kind), bytes);
    expect(await result()).toMatchObject({ exact: 0, differ: 1 });
    writeFileSync(file(kind), 'no gzip at all');
    expect(await result()).toMatchObject({ exact: 0, differ: 1 });
    expect(lines).toHaveLength(2);
  });

  it('compares the printed statistics where there are some', async () => {
    writeFileSync(path.join(directory, 'deep/down/startup.debugmallocstats.txt'), '@@PHASE 500\nSmall block\n');
    expect(await result()).toMatchObject({ exact: 0, differ: 1 });
    expect(lines[0]).toContain('expected mark 500, where a text was recorded');
  });
});

function text(used: number, current: number, more = ''): string {
  return [
    'class   size   num pools   blocks in use  avail blocks',
    `    3     64          27 ${String(used).padStart(15)}           125`,
    `${more}# arenas allocated current         =${String(current).padStart(21)}`,
    `${current} arenas * 1048576 bytes/arena     =            3,145,728`,
  ].join('\n');
}

describe('printed statistics', () => {
  it('may be equal byte for byte', () => {
    const pairs = [1, 2].map((mark) => ({ mark, expected: text(mark, 3), got: text(mark, 3) }));
    expect(judgeTexts(pairs)).toEqual({ compared: 2, equal: 2, fault: null });
  });

  it('may be off by the same blocks at every mark', () => {
    const pairs = [10, 20].map((used, mark) => ({ mark, expected: text(used + 3, 3), got: text(used, 3) }));
    expect(judgeTexts(pairs)).toEqual({ compared: 2, equal: 0, fault: null });
  });

  it('are wrong when the blocks are off by something else', () => {
    const pairs = [0, 1].map((more, mark) => ({ mark, expected: text(50 + more, 3), got: text(47, 3) }));
    expect(judgeTexts(pairs).fault).toEqual({
      mark: 1,
      expected: "blocks in use beyond the model's as at mark 0: +3 of 64 bytes",
      got: '+4 of 64 bytes',
    });
  });

  it('are wrong when arenas are counted otherwise, or a line is laid out otherwise', () => {
    expect(judgeTexts([{ mark: 1, expected: text(5, 3), got: text(5, 2) }]).fault).not.toBeNull();
    expect(judgeTexts([{ mark: 1, expected: text(5, 3), got: text(5, 3, ' ') }]).fault).not.toBeNull();
    expect(judgeTexts([{ mark: 1, expected: text(5, 3), got: `${text(5, 3)}\n` }]).fault).not.toBeNull();
  });
});
