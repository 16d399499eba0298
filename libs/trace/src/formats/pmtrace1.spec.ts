import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { longTrace, type Trace } from '../../test/arbitrary-trace.js';
import { contentId, readTrace, writeTrace } from '../../test/reading.js';
import { TraceFormatError } from '../format-error.js';
import { formats } from './registry.js';
import { Spool } from './spool.js';

const ORIGIN = {
  recordedOn: 'cpython-3.12.1',
  arenaSize: 1 << 20,
  poolSize: 1 << 14,
  arenaMisalignment: Uint8Array.of(0, 3, 1),
};

/** A recording as the recorder writes it: no times. */
function recording(events = 5000): Trace {
  const { header, chunks } = longTrace(events);
  return {
    header: { ...header, origin: ORIGIN, hasTimes: false },
    chunks: chunks.map((chunk) => ({ ...chunk, time: null })),
  };
}

function patched(bytes: Uint8Array, offset: number, value: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  new DataView(copy.buffer).setUint32(offset, value, true);
  return copy;
}

function refused(bytes: Uint8Array, limits = {}): TraceFormatError {
  try {
    readTrace(formats.pmtrace1, bytes, { limits });
  } catch (error) {
    if (error instanceof TraceFormatError) return error;
    throw error;
  }
  throw new Error('the trace was taken');
}

describe('PMTRACE1', () => {
  it('comes out byte for byte as it went in', async () => {
    const bytes = await writeTrace(formats.pmtrace1, recording());
    const trace = readTrace(formats.pmtrace1, bytes, { pieceBytes: 1000 });
    expect(trace.header.origin).toEqual(ORIGIN);
    expect(await writeTrace(formats.pmtrace1, trace)).toEqual(bytes);
  });

  it('has its header where the recorder puts it', async () => {
    const trace = recording();
    const view = new DataView(Uint8Array.from(await writeTrace(formats.pmtrace1, trace)).buffer);
    expect([8, 9, 10, 11].map((at) => view.getUint8(at))).toEqual([3, 12, 1, 0]);
    const frees = trace.chunks[0].op.filter((op) => (op & 0x0f) === 4).length;
    expect([12, 16, 20, 24, 28, 32, 36, 40, 44].map((at) => view.getUint32(at, true))).toEqual([
      5000,
      trace.header.blocks,
      3,
      0,
      1 << 20,
      1 << 14,
      0,
      0,
      frees,
    ]);
  });

  it('says that a version which is not CPython’s is left out', async () => {
    for (const recordedOn of ['pypy-7.3', 'cpython-3.12', 'cpython-3.300.1', 'cpython-03.1.1']) {
      const trace = recording(10);
      const strange = { ...trace, header: { ...trace.header, origin: { ...ORIGIN, recordedOn } } };
      expect(formats.pmtrace1.losses(strange.header)).toEqual([expect.stringContaining(recordedOn)]);
      const back = readTrace(formats.pmtrace1, await writeTrace(formats.pmtrace1, strange));
      expect(back.header.origin).toEqual({ ...ORIGIN, recordedOn: '' });
    }
    expect(formats.pmtrace1.losses(recording(10).header)).toEqual([]);
  });

  it('is refused where the header and the body do not agree', async () => {
    const bytes = await writeTrace(formats.pmtrace1, recording());
    expect(refused(patched(bytes, 16, 1)).code).toBe('count-mismatch');
    expect(refused(patched(bytes, 20, 4)).code).toBe('truncated');
    expect(refused(patched(bytes, 20, 2)).code).toBe('malformed');
    expect(refused(bytes.subarray(0, 40)).code).toBe('truncated');
    expect(refused(patched(bytes, 12, 0xffff_ffff)).code).toBe('limit-exceeded');
    expect(refused(patched(bytes, 20, 0xffff_ffff)).code).toBe('limit-exceeded');
    expect(refused(Buffer.from('PMORACL1')).message).toMatch(/does not begin with "PMTRACE1"/);
  });
});

describe('a long PMTRACE1', () => {
  let before: string | undefined;
  let directory: string;

  beforeEach(() => {
    before = process.env['TMPDIR'];
    directory = mkdtempSync(join(tmpdir(), 'spool-spec-'));
    process.env['TMPDIR'] = directory;
  });

  afterEach(() => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    rmSync(directory, { recursive: true });
  });

  it('goes on in a temporary file, and comes out the same', async () => {
    const trace = recording(150_000);
    const bytes = await writeTrace(formats.pmtrace1, trace);
    const spooled = readTrace(formats.pmtrace1, bytes, { pieceBytes: 50_000, limits: { spoolBytes: 100_000 } });
    expect(contentId(spooled)).toBe(contentId(trace));
    expect(readdirSync(directory)).toEqual([]);
  });

  it('leaves no file behind when it is damaged, cut off or given up', async () => {
    const bytes = await writeTrace(formats.pmtrace1, recording());
    const limits = { spoolBytes: 1000 };
    expect(refused(patched(bytes, bytes.length - 50, 0xffff_ffff), limits).code).toBe('bad-field');
    expect(refused(bytes.subarray(0, 30_000), limits).code).toBe('truncated');
    const reader = formats.pmtrace1.reader(() => undefined, limits);
    reader.push(bytes.subarray(0, 30_000));
    reader.abort();
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe('Spool', () => {
  it('gives back any stretch of what was appended, in memory and in a file', () => {
    for (const memoryBytes of [10, 1 << 20]) {
      const spool = new Spool(memoryBytes);
      for (let byte = 0; byte < 200; byte += 10)
        spool.append(Uint8Array.from({ length: 10 }, (_, index) => byte + index));
      const stretch = new Uint8Array(5);
      spool.read(123, stretch);
      expect([...stretch]).toEqual([123, 124, 125, 126, 127]);
      expect(spool.inFile).toBe(memoryBytes === 10);
      spool.close();
    }
  });
});
