import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { anyTrace, EVERYTHING, longTrace } from '../test/arbitrary-trace.js';
import { concatChunks } from './chunk.js';
import { CHUNK_EVENTS, Domain, NO_SLOT, Op, OP_MASK, type TraceChunk } from './columns.js';
import { TraceBuilder } from './trace-builder.js';

function building(): { builder: TraceBuilder; chunks: TraceChunk[]; firsts: number[] } {
  const chunks: TraceChunk[] = [];
  const firsts: number[] = [];
  const builder = new TraceBuilder((chunk, first) => {
    chunks.push(chunk);
    firsts.push(first);
  });
  return { builder, chunks, firsts };
}

describe('TraceBuilder', () => {
  it('hands over chunks of exactly 65,536 requests, and a shorter last one', () => {
    for (const events of [0, 1, CHUNK_EVENTS - 1, CHUNK_EVENTS, CHUNK_EVENTS + 1, 2 * CHUNK_EVENTS]) {
      const { builder, chunks, firsts } = building();
      for (let event = 0; event < events; event++) builder.freeNull();
      expect(builder.finish().events).toBe(events);
      expect(chunks.map(({ length, op }) => [length, op.length])).toEqual(
        Array.from({ length: Math.ceil(events / CHUNK_EVENTS) }, (_, index) => {
          const length = Math.min(CHUNK_EVENTS, events - index * CHUNK_EVENTS);
          return [length, length];
        }),
      );
      expect(firsts).toEqual(chunks.map((_, index) => index * CHUNK_EVENTS));
    }
  });

  it('keeps the invariant of the columns: a slot is taken when it is free, and named when it is taken', () => {
    fc.assert(
      fc.property(anyTrace(EVERYTHING), ({ header, chunks }) => {
        const { length, op, slot } = concatChunks(chunks);
        const taken = new Set<number>();
        let blocks = 0;
        let peak = 0;
        for (let at = 0; at < length; at++) {
          const code = op[at] & OP_MASK;
          if (code === Op.malloc || code === Op.calloc || code === Op.reallocNull || code === Op.foreign) {
            expect(taken.has(slot[at])).toBe(false);
            taken.add(slot[at]);
            blocks++;
          } else if (code === Op.realloc || (code === Op.free && slot[at] !== NO_SLOT)) {
            expect(taken.has(slot[at])).toBe(true);
            if (code === Op.free) taken.delete(slot[at]);
          } else if (code === Op.staleFree || code === Op.staleRealloc) {
            expect(slot[at]).toBeLessThanOrEqual(blocks);
          } else {
            expect(slot[at]).toBe(NO_SLOT);
          }
          peak = Math.max(peak, taken.size);
        }
        expect(header).toMatchObject({ events: length, blocks, slots: peak });
      }),
    );
  });

  it('puts what is said of a request with that request, also at the edge of a chunk', () => {
    const { builder, chunks } = building();
    builder.addSite({ function: 'f', file: 'f.c', line: 1, parent: 0 });
    for (let event = 0; event <= CHUNK_EVENTS; event++) {
      builder.place(Op.malloc, 8);
      if (event >= CHUNK_EVENTS - 1) {
        builder.site(1);
        builder.time(event);
        builder.name(`n${event}`);
      }
    }
    expect(builder.finish()).toMatchObject({ hasSites: true, hasTimes: true, hasNames: true });
    expect(chunks[0].site?.[CHUNK_EVENTS - 1]).toBe(1);
    expect(chunks[0].names).toEqual(new Map([[CHUNK_EVENTS - 1, `n${CHUNK_EVENTS - 1}`]]));
    expect(chunks[1]).toMatchObject({ site: Uint32Array.of(1), time: Float64Array.of(CHUNK_EVENTS) });
    expect(chunks[1].names).toEqual(new Map([[0, `n${CHUNK_EVENTS}`]]));
  });

  it('leaves out columns that say nothing, chunk by chunk', () => {
    const { header, chunks } = longTrace(1500);
    expect(header).toMatchObject({ hasSites: false, hasTimes: true, hasNames: false });
    expect(chunks[0]).toMatchObject({ site: null, names: null });
  });

  it('keeps the number and slot of a block that is resized under a new id', () => {
    const { builder, chunks } = building();
    builder.place(Op.malloc, 8, 0x1000);
    builder.place(Op.malloc, 8, 0x2000);
    expect(builder.realloc(80, 0x1000, Domain.mem, 0x3000)).toBe(1);
    expect(builder.free(0x1000)).toBe(1);
    expect(builder.free(0x3000)).toBe(1);
    builder.finish();
    expect([...chunks[0].op]).toEqual([Op.malloc, Op.malloc, Op.realloc | Domain.mem, Op.staleFree, Op.free]);
    expect([...chunks[0].slot]).toEqual([0, 1, 0, 1, 0]);
  });

  it('refuses what cannot be, with the place', () => {
    const { builder } = building();
    builder.line = 7;
    builder.place(Op.malloc, 8, 1);
    expect(() => builder.place(Op.malloc, 8, 1)).toThrow(/^line 7: id 1 still names a live block/);
    expect(() => builder.free(9)).toThrow(/^line 7: id 9 never named a block/);
    expect(() => builder.realloc(8, 'x')).toThrow(/id "x" never named/);
    expect(() => builder.site(1)).toThrow(/site 1 is not in the site table/);
    expect(() => builder.time(-1)).toThrow(/time -1/);
    expect(() => builder.time(Number.NaN)).toThrow(/time NaN/);
    expect(() => builder.name('x'.repeat(256))).toThrow(/longer than 255 bytes/);
    expect(() => builder.name('\ud800')).toThrow(/surrogate/);
    builder.mark(0);
    expect(() => builder.name('x'.repeat(256))).not.toThrow();
    expect(() => builder.name('x'.repeat(4097))).toThrow(/label is longer than 4096 bytes/);
    expect(() => builder.addSite({ function: '', file: '', line: 0, parent: 1 })).toThrow(/parent/);
  });

  it('stops at its limits', () => {
    const builder = new TraceBuilder(() => undefined, { maxEvents: 2, maxSites: 1, maxNames: 1, maxArenas: 1 });
    const site = { function: '', file: '', line: 0, parent: 0 };
    builder.addSite(site);
    expect(() => builder.addSite(site)).toThrow(/more than 1 sites/);
    builder.mark(1);
    builder.name('a');
    expect(() => builder.name('b')).toThrow(/more than 1 names/);
    builder.mark(2);
    expect(() => builder.mark(3)).toThrow(/more than 2 requests/);
    const origin = { recordedOn: '', arenaSize: 0, poolSize: 0, arenaMisalignment: Uint8Array.of(0, 0) };
    expect(() => {
      builder.origin = origin;
    }).toThrow(/more than 1 arenas/);
  });
});
