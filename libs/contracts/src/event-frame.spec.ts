import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  decodeEventFrame,
  encodeEventFrame,
  FRAME_EVENT_BYTES,
  FRAME_HEADER_BYTES,
  OPERATIONS,
  OUTCOMES,
  readEventFrame,
  type SessionEvent,
} from './index.js';

const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const ordinal = fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 0x7fff_ffff }));
const region = fc.record({ arena: fc.nat(), base: fc.nat({ max: 2 ** 47 }), bytes: u32 });
const eventWithoutSeq = fc.record(
  {
    op: fc.constantFrom(...OPERATIONS),
    outcome: fc.constantFrom(...OUTCOMES),
    block: u32,
    size: u32,
    address: fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 2 ** 48 })),
    arena: ordinal,
    pool: ordinal,
    index: ordinal,
    blockSize: u32,
    name: fc.string({ unit: 'binary', minLength: 1, maxLength: 64 }),
    label: fc.string({ minLength: 1, maxLength: 64 }),
    site: u32,
    time: fc.nat({ max: 2 ** 53 }),
    mapped: fc.array(region, { minLength: 1, maxLength: 2 }),
    unmapped: fc.array(region, { minLength: 1, maxLength: 2 }),
  },
  { requiredKeys: ['op', 'outcome', 'block', 'size', 'address', 'arena', 'pool', 'index', 'blockSize'] },
);
const frames = fc
  .tuple(fc.integer({ min: 1, max: 2 ** 40 }), fc.array(eventWithoutSeq, { minLength: 1, maxLength: 40 }))
  .map(([first, events]) => events.map((event, i): SessionEvent => ({ seq: first + i, ...event })));

/** JSON has no lone surrogates: neither does a frame's trailer. */
const asJson = (events: readonly SessionEvent[]): unknown => JSON.parse(JSON.stringify(events));

describe('event frames', () => {
  it('bring back every event as the JSON form would', () => {
    fc.assert(
      fc.property(frames, (events) => {
        expect(asJson(decodeEventFrame(encodeEventFrame(events)))).toEqual(asJson(events));
      }),
    );
  });

  it('may start anywhere in a larger buffer', () => {
    fc.assert(
      fc.property(frames, fc.integer({ min: 0, max: 17 }), (events, lead) => {
        const frame = encodeEventFrame(events);
        const pool = new Uint8Array(lead + frame.length + 5).fill(0xee);
        pool.set(frame, lead);
        expect(decodeEventFrame(pool.subarray(lead, lead + frame.length))).toEqual(decodeEventFrame(frame));
      }),
    );
  });

  it('cost 34 bytes for an event that has no name', () => {
    const free = { op: 'free', outcome: 'freed', block: 1, size: 0, address: 16, arena: 0, pool: 0, index: 0 } as const;
    const events = [7, 8].map((seq): SessionEvent => ({ seq, ...free, blockSize: 16 }));
    expect(encodeEventFrame(events)).toHaveLength(FRAME_HEADER_BYTES + 2 * FRAME_EVENT_BYTES);
    expect(readEventFrame(encodeEventFrame(events)).firstSeq).toBe(7);
  });

  it('are refused when bytes are missing, added or of something else', () => {
    fc.assert(
      fc.property(frames, (events) => {
        const frame = encodeEventFrame(events);
        expect(() => readEventFrame(frame.subarray(0, frame.length - 1))).toThrow(RangeError);
        expect(() => readEventFrame(new Uint8Array([...frame, 0]))).toThrow(RangeError);
        const other = frame.slice();
        other[0] = 0;
        expect(() => readEventFrame(other)).toThrow('HCF1');
      }),
      { numRuns: 20 },
    );
    expect(() => readEventFrame(new Uint8Array(3))).toThrow(RangeError);
  });

  it('never hide a gap', () => {
    const event = { op: 'mark', outcome: 'none', block: 0, size: 0, address: null, arena: null, pool: null } as const;
    const events = [1, 3].map((seq) => ({ ...event, seq, index: null, blockSize: 0 }));
    expect(() => encodeEventFrame(events)).toThrow('event 3 does not follow 1');
  });
});
