/**
 * What every allocator model must hold, as functions that throw when it does not: test support, used by specs only.
 *
 * Each property runs a random program (`model-properties-programs.ts`) on a model in its own way and compares with the
 * books of a witness (`model-properties-witness.ts`). `docs/adding-a-model.md` says how a new model gets all of them.
 */
import { Op, OP_MASK } from '@heapcast/trace';
import {
  type AllocatorModel,
  type Extremes,
  NO_REGION,
  Outcome,
  type PlacementColumns,
  type Totals,
} from './contract.js';
import { BlockState } from './heap-cells.js';
import { freeingAll, type Program, program, rowsOf, takesSlot } from './model-properties-programs.js';
import { claim, claimEqual, placements, type Subject, sum, watch, Witness } from './model-properties-witness.js';

export type Property = (subject: Subject, program: Program) => void;

/** Every property that every model must have, by the claim that it checks. */
export const properties: Readonly<Record<string, Property>> = {
  'live blocks never overlap': (tested, served) => {
    watch(tested, served, (witness, index) => {
      const blocks = witness.inModel().sort((a, b) => a.address - b.address);
      blocks.slice(1).forEach((block, i) => {
        const below = blocks[i];
        const end = below.address + below.size;
        claim(
          end <= block.address,
          () =>
            `after request ${index} the block at ${below.address} ends at ${end}, the next begins at ${block.address}`,
        );
        claim(below.address !== block.address, () => `after request ${index} two blocks are at ${block.address}`);
      });
    });
  },

  'every block lies in a mapped region and is aligned': (tested, served) => {
    const { alignment } = tested.config.options;
    watch(tested, served, (witness, index) => {
      for (const { region, address, size } of witness.inModel()) {
        const span = witness.mapped.get(region);
        claim(
          span !== undefined && span.from <= address && address + size <= span.to,
          () =>
            `after request ${index} ${size} bytes at ${address} are outside of region ${region}: ${JSON.stringify(span)}`,
        );
        if (typeof alignment === 'number')
          claim(address % alignment === 0, () => `after request ${index} ${address} is not aligned to ${alignment}`);
      }
    });
  },

  'totals agree with a naive count': (tested, served) => {
    watch(tested, served, (witness, index) =>
      claimEqual(witness.model.totals(), witness.expectedTotals(), `totals after request ${index}`),
    );
  },

  'tells of every live block once, and where it is': (tested, served) => {
    watch(tested, served, (witness, index) => {
      const told: unknown[][] = [];
      witness.model.visitBlocks((...block) => told.push(block));
      const expected = [...witness.live]
        .filter(([, { where }]) => where !== 'elsewhere')
        .map(([slot, { region, offset, size, bytes }]) => [slot, size, region, offset, bytes]);
      claimEqual(bySlot(told), bySlot(expected), `the blocks told of after request ${index}`);
    });
  },

  'its picture agrees with its blocks': (tested, served) => {
    watch(tested, served, ({ model, mapped }, index) => {
      const cells = model.cells();
      const regions = [...cells.region];
      claimEqual(new Set(regions), new Set(mapped.keys()), `the regions of the picture after request ${index}`);
      const places = new Set([...cells.slot, ...cells.releasedSlot]);
      const isApart = places.size === cells.slot.length + cells.releasedSlot.length;
      const isGone = !cells.releasedRegion.some((region) => mapped.has(region));
      claim(isApart && isGone, () => `a released place is that of a mapped region after request ${index}`);
      const blocks = new Float64Array(cells.used.length);
      model.visitBlocks((_slot, _requested, region, offset) => {
        const place = regions.indexOf(region);
        if (place < 0) return;
        const start = cells.base[place] + cells.lead[place];
        const cell = Math.floor((model.address(region, offset) - start) / cells.cellBytes);
        blocks[cells.firstCell[place] + cell]++;
      });
      const live = regions.map(
        (region) => model.blockStates(region).filter((state) => state === BlockState.live).length,
      );
      regions.forEach((region, place) => {
        let used = 0;
        for (let cell = cells.firstCell[place]; cell < cells.firstCell[place + 1]; cell++) {
          const isOfOneSize = cells.blockBytes[cell] > 0;
          used += isOfOneSize ? cells.used[cell] : 0;
          const agrees = isOfOneSize ? cells.used[cell] === blocks[cell] : blocks[cell] === 0 || cells.used[cell] > 0;
          const isPossible = cells.used[cell] <= cells.touched[cell] && cells.touched[cell] <= cells.capacity[cell];
          if (!agrees || !isPossible)
            claim(false, () => `cell ${cell} of region ${region} is wrong after request ${index}`);
        }
        claimEqual(live[place], used, `live blocks in the states of region ${region} after request ${index}`);
      });
    });
  },

  'the ledger sums to the mapped bytes and agrees with the totals': (tested, served) => {
    const headings = Object.keys(tested.create().ledger().entries);
    watch(tested, served, ({ model }, index) => {
      const { mapped, entries } = model.ledger();
      const { mappedBytes, requestedBytes } = model.totals();
      claimEqual(sum(Object.values(entries)), mapped, `the sum of the ledger after request ${index}`);
      claimEqual(mapped, mappedBytes, `mapped bytes in the ledger after request ${index}`);
      claimEqual(entries.requested, requestedBytes, `requested bytes in the ledger after request ${index}`);
      claimEqual(Object.keys(entries), headings, 'the headings of the ledger');
      for (const [heading, bytes] of Object.entries(entries))
        claim(Number.isInteger(bytes) && bytes >= 0, () => `${heading} is ${bytes} after request ${index}`);
    });
  },

  'freeing everything leaves nothing, and the same program is served again': (tested, served) => {
    for (const lastFirst of [false, true]) {
      const frees = freeingAll(served, lastFirst);
      const rows = [...rowsOf(served), ...rowsOf(frees)];
      const twice = program([...rows, ...rows]);
      const witness = new Witness(tested.create(), twice.length);
      for (let index = 0; index < rows.length; index++) witness.serve(twice, index);
      const { liveBlocks, requestedBytes, allocatedBytes, mappedBytes, rawBlocks, rawBytes } = witness.model.totals();
      claimEqual([liveBlocks, requestedBytes, allocatedBytes, rawBlocks, rawBytes], [0, 0, 0, 0, 0], 'what is left');
      const peak = Math.max(...witness.history.map((totals) => totals.mappedBytes));
      claim(tested.mayStayMapped?.(mappedBytes, peak) ?? true, () => `${mappedBytes} bytes of ${peak} stay mapped`);
      const refused: number[] = [];
      for (let index = rows.length; index < twice.length; index++)
        if (
          witness.serve(twice, index) === Outcome.outOfMemory &&
          witness.placements.outcome[index - rows.length] !== Outcome.outOfMemory
        )
          refused.push(index - rows.length);
      if (limitOf(tested) === null) claimEqual(refused, [], 'what is refused the second time');
    }
  },

  'a restored state goes on as if it had never been left': (tested, served) => {
    const half = served.length >> 1;
    const model = tested.create();
    const out = placements(served.length);
    model.apply(served, 0, half, out);
    const state = model.save();
    const kept = structuredClone(state);
    claim(state.byteLength > 0, () => 'a saved state has no length');
    const before = stateOf(model);
    model.apply(served, half, served.length, out);
    const end = stateOf(model);

    const fresh = tested.create();
    const detour = tested.create();
    const asked = rowsOf(served).filter(([op]) => takesSlot(op & OP_MASK));
    const other = program(asked.reverse().map(([, size], slot) => [Op.malloc, size, slot]));
    detour.apply(other, 0, other.length, placements(other.length));
    for (const [returned, from] of [
      [model, state],
      [fresh, state],
      [detour, kept],
      [model, kept],
    ] as const) {
      returned.restore(from);
      claimEqual(stateOf(returned), before, 'the restored state');
      returned.takeMappings();
      const again = placements(served.length);
      again.outcome.set(out.outcome.subarray(0, half));
      again.region.set(out.region.subarray(0, half));
      again.offset.set(out.offset.subarray(0, half));
      returned.apply(served, half, served.length, again);
      claimSamePlacements(again, out);
      claimEqual(stateOf(returned), end, 'the state at the end');
    }
  },

  'how requests are cut into calls changes nothing': (tested, served) => {
    const whole = tested.create();
    const wholePlacements = placements(served.length);
    whole.apply(served, 0, served.length, wholePlacements);
    const extremes = whole.takeExtremes();
    for (const step of [1, 2, 7]) {
      const cut = tested.create();
      const cutPlacements = placements(served.length);
      for (let from = 0; from < served.length; from += step) {
        const length = Math.min(step, served.length - from);
        // As a replay does it: the columns of each call are their own and longer than what is asked for.
        const part = placements(length + 3);
        const rows = rowsOf(served).slice(from, from + length + 3);
        cut.apply(program(rows), 0, length, part);
        cutPlacements.outcome.set(part.outcome.subarray(0, length), from);
        cutPlacements.region.set(part.region.subarray(0, length), from);
        cutPlacements.offset.set(part.offset.subarray(0, length), from);
      }
      claimSamePlacements(cutPlacements, wholePlacements);
      claimEqual(cut.takeExtremes(), extremes, `the extremes over calls of ${step}`);
      claimEqual(stateOf(cut), stateOf(whole), `the state after calls of ${step}`);
    }
    claimEqual(allMappings(tested, served, 3), whole.takeMappings(), 'the mappings');
  },

  'extremes are the smallest and largest totals of the window': (tested, served) => {
    const witness = watch(tested, served);
    const model = tested.create();
    const out = placements(served.length);
    for (let from = 0; from < served.length; from += 5) {
      const to = Math.min(from + 5, served.length);
      model.apply(served, from, to, out);
      const window = witness.history.slice(from, to + 1);
      claimEqual(model.takeExtremes(), naiveExtremes(window), `extremes of requests ${from} to ${to}`);
    }
  },

  'mapped bytes stay within the limit, and a refused request changes nothing': (tested, served) => {
    const limit = limitOf(tested) ?? Infinity;
    let before = tested.create().totals();
    let ledger = tested.create().ledger();
    watch(tested, served, ({ model, placements: { outcome, region } }, index) => {
      const totals = model.totals();
      claim(totals.mappedBytes <= limit, () => `${totals.mappedBytes} bytes are mapped after request ${index}`);
      if (outcome[index] === Outcome.outOfMemory) {
        claimEqual(region[index], NO_REGION, `the region of refused request ${index}`);
        claimEqual({ ...totals, events: 0 }, { ...before, events: 0 }, `totals after refused request ${index}`);
        claimEqual(model.ledger(), ledger, `ledger after refused request ${index}`);
      }
      before = totals;
      ledger = model.ledger();
    });
  },

  'mistakes of the program change nothing': (tested, served) => {
    const witness = watch(tested, served);
    const flawless = rowsOf(served).filter(([op]) => !mistake(op));
    const other = watch(tested, program(flawless));
    claimEqual({ ...stateOf(witness.model), events: 0 }, { ...stateOf(other.model), events: 0 }, 'the state');
    let skipped = 0;
    rowsOf(served).forEach(([op, , slot], index) => {
      const outcome = witness.placements.outcome[index];
      if (mistake(op)) {
        skipped++;
        const free = slot > 0 ? Outcome.doubleFree : Outcome.invalidFree;
        const expected = (op & OP_MASK) === Op.staleFree ? free : Outcome.invalidRealloc;
        claimEqual(outcome, expected, `the outcome of mistake ${index}`);
        claimEqual(witness.placements.region[index], NO_REGION, `the region of mistake ${index}`);
      } else
        claimEqual(
          [outcome, witness.placements.region[index], witness.placements.offset[index]],
          [
            other.placements.outcome[index - skipped],
            other.placements.region[index - skipped],
            other.placements.offset[index - skipped],
          ],
          `request ${index}`,
        );
    });
  },
};

function mistake(op: number): boolean {
  const code = op & OP_MASK;
  return code === Op.staleFree || code === Op.staleRealloc;
}

/** All that a model says of its state, except the count of requests. */
function stateOf(model: AllocatorModel): Record<string, unknown> {
  const { events, ...totals } = model.totals();
  return {
    events,
    totals,
    ledger: model.ledger(),
    statistics: model.statistics(),
    heap: model.heap({ detail: 'blocks', limit: 10_000, offset: 0 }, ANONYMOUS),
    text: model.debugMallocStats(),
  };
}

const ANONYMOUS = { number: (slot: number) => slot, placedAt: () => 0, site: () => 0, name: () => undefined };

function limitOf({ config }: Subject): number | null {
  const { mappedLimit } = config.options;
  return typeof mappedLimit === 'number' ? mappedLimit : null;
}

function claimSamePlacements(actual: PlacementColumns, expected: PlacementColumns): void {
  for (let index = 0; index < expected.outcome.length; index++)
    claimEqual(
      [actual.outcome[index], actual.region[index], actual.offset[index]],
      [expected.outcome[index], expected.region[index], expected.offset[index]],
      `the placement of request ${index}`,
    );
}

function allMappings(tested: Subject, served: Program, step: number): unknown[] {
  const model = tested.create();
  const out = placements(served.length);
  const mappings: unknown[] = [];
  for (let from = 0; from < served.length; from += step) {
    model.apply(served, from, Math.min(from + step, served.length), out);
    mappings.push(...model.takeMappings());
  }
  return mappings;
}

function naiveExtremes(window: readonly Totals[]): Extremes {
  const of = (read: (totals: Totals) => number) => window.map(read);
  return {
    requestedMin: Math.min(...of((totals) => totals.requestedBytes)),
    requestedMax: Math.max(...of((totals) => totals.requestedBytes)),
    allocatedMin: Math.min(...of((totals) => totals.allocatedBytes)),
    allocatedMax: Math.max(...of((totals) => totals.allocatedBytes)),
    mappedMin: Math.min(...of((totals) => totals.mappedBytes)),
    mappedMax: Math.max(...of((totals) => totals.mappedBytes)),
    liveBlocksMax: Math.max(...of((totals) => totals.liveBlocks)),
    rawBytesMax: Math.max(...of((totals) => totals.rawBytes)),
  };
}

function bySlot(blocks: unknown[][]): unknown[][] {
  return blocks.sort(([a], [b]) => Number(a) - Number(b));
}
