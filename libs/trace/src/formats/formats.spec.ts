/** What holds for every format: round trips, pieces of any size, and input that is nothing at all. */
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { anyTrace, EVERYTHING, longTrace, type Trace, type TraceFeatures } from '../../test/arbitrary-trace.js';
import { contentId, readTrace, writeTrace } from '../../test/reading.js';
import { TraceFormatError } from '../format-error.js';
import type { FormatName } from './format.js';
import { formatByContentType, formatByName, formatList, formats } from './registry.js';

/** What a trace may hold that a format carries whole. */
const CARRIED: Readonly<Record<FormatName, TraceFeatures>> = {
  ndjson: EVERYTHING,
  columns: EVERYTHING,
  pmtrace1: { everyOp: true },
  rep: {},
};

/** A trace that every format can carry, as bytes. */
async function sampleBytes(name: FormatName): Promise<Buffer> {
  return writeTrace(formats[name], longTrace(300, 7));
}

function expectTraceOrFormatError(name: FormatName, bytes: Uint8Array, pieceBytes?: number): void {
  try {
    const { header, chunks } = readTrace(formats[name], bytes, { pieceBytes });
    expect(chunks.reduce((sum, chunk) => sum + chunk.length, 0)).toBe(header.events);
  } catch (error) {
    if (!(error instanceof TraceFormatError)) throw error;
    expect(error.detail).not.toBe('');
  }
}

describe.each(formatList)('$name', (format) => {
  it('gives back any trace that it can carry, with the same content id', async () => {
    await fc.assert(
      fc.asyncProperty(anyTrace(CARRIED[format.name]), fc.integer({ min: 1, max: 300 }), async (trace, pieceBytes) => {
        const back = readTrace(format, await writeTrace(format, trace), { pieceBytes });
        expect(back.header.events).toBe(trace.header.events);
        expect(back.header.blocks).toBe(trace.header.blocks);
        expect(contentId(back)).toBe(contentId(trace));
        expect(back).toEqual(trace);
      }),
      { numRuns: 60 },
    );
  });

  it('carries a trace of several chunks', async () => {
    const long = longTrace(140_000);
    const once = readTrace(format, await writeTrace(format, long), { pieceBytes: 65_536 });
    const twice = readTrace(format, await writeTrace(format, once), { pieceBytes: 10_007 });
    expect(once.header).toMatchObject({
      events: long.header.events,
      blocks: long.header.blocks,
      slots: long.header.slots,
    });
    expect(once.chunks.map(({ slot }) => slot)).toEqual(long.chunks.map(({ slot }) => slot));
    expect(contentId(twice)).toBe(contentId(once));
  });

  it('carries a trace of no requests', async () => {
    const empty: Trace = { header: longTrace(0).header, chunks: [] };
    expect(readTrace(format, await writeTrace(format, empty))).toEqual(empty);
  });

  it('says what it loses, and loses nothing of the rest', async () => {
    await fc.assert(
      fc.asyncProperty(anyTrace(EVERYTHING), async (trace) => {
        const back = readTrace(format, await writeTrace(format, trace));
        if (format.losses(trace.header).length === 0) expect(contentId(back)).toBe(contentId(trace));
        if (trace.header.hasSites && !back.header.hasSites)
          expect(format.losses(trace.header).join()).toContain('Call sites');
        if (trace.header.hasTimes && !back.header.hasTimes)
          expect(format.losses(trace.header).join()).toContain('Times');
        if (trace.header.hasNames && !back.header.hasNames)
          expect(format.losses(trace.header).join()).toContain('Names');
      }),
      { numRuns: 40 },
    );
  });

  it('refuses a trace that is cut off anywhere', async () => {
    const bytes = await sampleBytes(format.name);
    // The last byte of a text format is a newline, which may be missing.
    const last = format.name === 'ndjson' || format.name === 'rep' ? bytes.length - 1 : bytes.length;
    for (let length = 0; length < last; length += 1 + (length % 31)) {
      expect(() => readTrace(format, bytes.subarray(0, length))).toThrow(TraceFormatError);
    }
  });

  it('answers a trace or a TraceFormatError for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 50 }), (bytes, pieceBytes) => {
        expectTraceOrFormatError(format.name, bytes, pieceBytes);
      }),
      { numRuns: 500 },
    );
  });

  it('answers a trace or a TraceFormatError for a trace with damaged bytes', async () => {
    const bytes = await sampleBytes(format.name);
    const damage = fc.array(fc.record({ at: fc.nat(bytes.length - 1), byte: fc.nat(255) }), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(damage, fc.integer({ min: 1, max: 4000 }), (changes, pieceBytes) => {
        const damaged = Uint8Array.from(bytes);
        for (const { at, byte } of changes) damaged[at] = byte;
        expectTraceOrFormatError(format.name, damaged, pieceBytes);
      }),
      { numRuns: 500 },
    );
  });

  it('answers a trace or a TraceFormatError for a damaged head, where the counts are', async () => {
    const bytes = await sampleBytes(format.name);
    const damage = fc.array(fc.record({ at: fc.nat(63), byte: fc.nat(255) }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(damage, (changes) => {
        const damaged = Uint8Array.from(bytes);
        for (const { at, byte } of changes) damaged[at] = byte;
        expectTraceOrFormatError(format.name, damaged);
      }),
      { numRuns: 500 },
    );
  });

  it('refuses what follows the end of the trace', async () => {
    const bytes = Buffer.concat([await sampleBytes(format.name), Buffer.from('a 999 1\n')]);
    expect(() => readTrace(format, bytes)).toThrow(TraceFormatError);
  });

  it('stops at the limit of requests', async () => {
    const bytes = await sampleBytes(format.name);
    expect(() => readTrace(format, bytes, { limits: { maxEvents: 299 } })).toThrow(/299/);
    expect(readTrace(format, bytes, { limits: { maxEvents: 300 } }).header.events).toBe(300);
  });
});

describe('the registry', () => {
  it('finds a format by name and by content type, whatever its case and parameters', () => {
    expect(formatByName('rep')).toBe(formats.rep);
    expect(formatByName('toString')).toBeNull();
    expect(formatByContentType('Application/X-NDJSON; charset=utf-8')).toBe(formats.ndjson);
    expect(formatByContentType('application/vnd.heapcast.columns')).toBe(formats.columns);
    expect(formatByContentType('application/json')).toBeNull();
    expect(formatByContentType('')).toBeNull();
  });

  it('has every content type once', () => {
    const types = formatList.flatMap(({ contentTypes }) => contentTypes);
    expect(new Set(types).size).toBe(types.length);
  });
});
