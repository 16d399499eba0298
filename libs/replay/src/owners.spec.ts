import { describe, expect, it } from '@jest/globals';
import { createModel, Outcome, resolveConfig } from '@heapcast/allocators';
import { Op, OP_MASK, type TraceChunk } from '@heapcast/trace';
import * as fc from 'fast-check';
import { sampleTrace } from '../test/sample-trace.js';
import { Owners } from './owners.js';
import { makePlacements, type WritablePlacements } from './placements.js';

interface Owner {
  number: number;
  placedAt: number;
  site: number;
  name: string | undefined;
}

/** The same by the book: an object for every live block. */
function byTheBook(
  trace: TraceChunk,
  { outcome }: WritablePlacements,
): { live: Map<number, Owner>; numbers: number[] } {
  const live = new Map<number, Owner>();
  const numbers: number[] = [];
  let blocks = 0;
  for (let i = 0; i < trace.length; i++) {
    const op = trace.op[i] & OP_MASK;
    const slot = trace.slot[i];
    const owner = live.get(slot);
    if (op === Op.mark) numbers.push(0);
    else if (op === Op.staleFree || op === Op.staleRealloc) numbers.push(slot);
    else if (op === Op.free) {
      numbers.push(owner?.number ?? 0);
      live.delete(slot);
    } else if (op === Op.realloc) {
      numbers.push(owner!.number);
      if (outcome[i] === Outcome.moved || outcome[i] === Outcome.raw) {
        owner!.placedAt = i;
        if (trace.site?.[i]) owner!.site = trace.site[i];
      }
    } else {
      live.set(slot, { number: ++blocks, placedAt: i, site: trace.site?.[i] ?? 0, name: trace.names?.get(i) });
      numbers.push(blocks);
    }
  }
  return { live, numbers };
}

function placementsOf(trace: TraceChunk): WritablePlacements {
  const answered = resolveConfig({ model: 'pymalloc' });
  if ('problems' in answered) throw new Error('no default');
  const out = makePlacements(trace.length);
  createModel(answered.resolved, { arenaMisalignment: new Uint8Array(0) }).apply(trace, 0, trace.length, out);
  return out;
}

describe('owners', () => {
  it('know number, placing request, site and name of every live block, however the chunks are cut and restored', () => {
    fc.assert(
      fc.property(fc.nat(), fc.boolean(), fc.boolean(), fc.nat({ max: 1500 }), (seed, named, sited, cut) => {
        const trace = sampleTrace({ events: 1500, seed, live: 70, named, sited });
        const out = placementsOf(trace);
        const { live, numbers } = byTheBook(trace, out);
        const first = new Owners();
        const written = new Float64Array(1500);
        first.tell(trace, 0, 0, cut, out, { numbers: written, labels: null });
        const owners = new Owners();
        owners.restore(first.save());
        owners.tell(trace, 0, cut, 1500, out, { numbers: written, labels: null });
        const quiet = new Owners();
        quiet.follow(trace, 0, 0, cut, out);
        quiet.follow(trace, 0, cut, 1500, out);
        expect([...written]).toEqual(numbers);
        for (const each of [owners, quiet]) {
          for (const [slot, owner] of live) {
            expect({
              number: each.number(slot),
              placedAt: each.placedAt(slot),
              site: each.site(slot),
              name: each.name(slot),
            }).toEqual(owner);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('keep no name of a block that is freed', () => {
    const trace = sampleTrace({ events: 4000, seed: 1, live: 30, named: true });
    const owners = new Owners();
    owners.follow(trace, 0, 0, 4000, placementsOf(trace));
    const { live } = byTheBook(trace, placementsOf(trace));
    expect(owners.save().names.length).toBe([...live.values()].filter(({ name }) => name !== undefined).length);
  });
});
