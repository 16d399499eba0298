/**
 * Which regions are kept mapped by a few blocks: nearly empty after having been full. What would come back if those
 * blocks died is not computed by a rule but tried: they are freed on a copy of the model's state, region by region as they
 * are listed, lowest address first. The order may matter: CPython from 3.9 on keeps the last arena that has room (bpo-37257).
 *
 * Sites are ranked greedily: a region comes back when its last block dies, so the site that empties most bytes of regions
 * comes first, then the one that empties most beside it. Where no single site empties a region, the one that is nearest
 * to it goes first.
 */
import type { AllocatorModel, ModelState } from '@heapcast/allocators';
import { describeBlock, type BlockRow } from './block-row.js';
import type { PinnedRegion, PinningSite, PinsQuery, PinsReply, WouldComeBack } from './measures.js';
import type { Playhead } from './playhead.js';
import type { RegionHistory } from './region-peaks.js';
import { freeAll } from './what-if.js';

/** A region with the live blocks in it, lowest first. */
interface Pinned {
  readonly history: RegionHistory;
  readonly slots: Int32Array;
  readonly requested: Float64Array;
  readonly occupied: Float64Array;
  readonly offsets: Int32Array;
}

export interface PinSearch {
  readonly playhead: Playhead;
  readonly regions: readonly RegionHistory[];
  /** Resolves after other work of the thread had its turn. */
  readonly breathe: () => Promise<void>;
}

/** The playhead stands at `at` afterwards, as before. */
export async function findPins({ playhead, regions, breathe }: PinSearch, query: PinsQuery): Promise<PinsReply> {
  const { model, position: at } = playhead;
  const held = new Map<number, number>();
  model.visitBlocks((_slot, requested, region) => {
    if (region >= 0) held.set(region, (held.get(region) ?? 0) + requested);
  });
  const loose = ({ region, peakBytes, size }: RegionHistory): boolean =>
    peakBytes > 0 && peakBytes >= query.full * size && (held.get(region) ?? 0) <= query.below * peakBytes;
  const pinned = regions.filter((history) => loose(history) && held.has(history.region));
  const waste = ({ region, size }: RegionHistory): number => size - (held.get(region) ?? 0);
  const chosen = [...pinned].sort((a, b) => waste(b) - waste(a) || a.region - b.region).slice(0, query.regions);

  const blocks = gather(model, chosen);
  const state = model.save();
  const trial = new Trial(model, state);
  const found: PinnedRegion[] = [];
  for (const region of blocks) {
    found.push(describe(playhead, region, trial.alone(region.slots), query.blocks));
    await breathe();
  }
  const together = trial.alone(concat(blocks.map(({ slots }) => slots)));
  const sites = await rankSites(playhead, blocks, trial, query.sites, breathe);
  return { at, totals: model.totals(), mapped: regions.length, pinned: pinned.length, regions: found, together, sites };
}

/** Frees blocks and puts everything back as it was. */
class Trial {
  constructor(
    private readonly model: AllocatorModel,
    private readonly state: ModelState,
  ) {}

  alone(slots: Int32Array): WouldComeBack {
    const comesBack = freeAll(this.model, slots);
    this.restore();
    return comesBack;
  }

  /** Frees more than was freed before; `restore` ends the series. */
  further(slots: Int32Array): WouldComeBack {
    return freeAll(this.model, slots);
  }

  restore(): void {
    this.model.restore(this.state);
    this.model.takeMappings();
  }
}

function gather(model: AllocatorModel, regions: readonly RegionHistory[]): Pinned[] {
  const rows = new Map(regions.map((history) => [history.region, { history, blocks: new Array<BlockRow>() }]));
  model.visitBlocks((slot, requested, region, offset, occupied) => {
    rows.get(region)?.blocks.push({ slot, requested, offset, occupied });
  });
  return [...rows.values()].map(({ history, blocks }) => {
    blocks.sort((one, other) => one.offset - other.offset);
    return {
      history,
      slots: Int32Array.from(blocks, ({ slot }) => slot),
      requested: Float64Array.from(blocks, ({ requested }) => requested),
      occupied: Float64Array.from(blocks, ({ occupied }) => occupied),
      offsets: Int32Array.from(blocks, ({ offset }) => offset),
    };
  });
}

function describe(
  playhead: Playhead,
  { history, slots, requested, occupied, offsets }: Pinned,
  comesBack: WouldComeBack,
  limit: number,
): PinnedRegion {
  const { region, size, base, mappedAt, peakBytes, peakAt } = history;
  const blocks = Array.from(slots.subarray(0, limit), (slot, i) =>
    describeBlock(playhead, region, { slot, requested: requested[i], occupied: occupied[i], offset: offsets[i] }),
  );
  return {
    region,
    size,
    base,
    mappedAt,
    liveBlocks: slots.length,
    requestedBytes: sum(requested),
    occupiedBytes: sum(occupied),
    peak: { bytes: peakBytes, at: peakAt },
    comesBack,
    blocks,
  };
}

/** A site's blocks in pinned regions, and in which. */
interface Holder {
  readonly site: number;
  readonly slots: number[];
  readonly regions: Set<number>;
  bytes: number;
}

async function rankSites(
  { owners }: Playhead,
  pinned: readonly Pinned[],
  trial: Trial,
  most: number,
  breathe: () => Promise<void>,
): Promise<PinningSite[]> {
  const holders = new Map<number, Holder>();
  const left = new Map<number, { readonly size: number; readonly sites: Set<number> }>();
  for (const { history, slots, requested } of pinned) {
    const sites = new Set<number>();
    for (const [i, slot] of slots.entries()) {
      const site = owners.site(slot);
      const holder = holders.get(site) ?? { site, slots: [], regions: new Set<number>(), bytes: 0 };
      holder.slots.push(slot);
      holder.regions.add(history.region);
      holder.bytes += requested[i];
      holders.set(site, holder);
      sites.add(site);
    }
    left.set(history.region, { size: history.size, sites });
  }
  const ranked: PinningSite[] = [];
  while (ranked.length < most && holders.size > 0) {
    const next = best(holders.values(), left);
    if (!next) break;
    holders.delete(next.site);
    for (const region of next.regions) left.get(region)?.sites.delete(next.site);
    const { site, slots, bytes, regions } = next;
    const comesBack = trial.further(Int32Array.from(slots));
    ranked.push({ site, blocks: slots.length, bytes, regions: regions.size, comesBack });
    await breathe();
  }
  trial.restore();
  return ranked;
}

/** The holder that empties most bytes of regions now; of equals, the one that brings most of them nearest to it. */
function best(
  holders: Iterable<Holder>,
  left: ReadonlyMap<number, { readonly size: number; readonly sites: ReadonlySet<number> }>,
): Holder | null {
  let chosen: Holder | null = null;
  let most = -1;
  let nearest = -1;
  for (const holder of holders) {
    let emptied = 0;
    let near = 0;
    for (const region of holder.regions) {
      const { size, sites } = left.get(region) ?? { size: 0, sites: new Set() };
      if (sites.size === 1) emptied += size;
      near += size / Math.max(1, sites.size);
    }
    if (emptied < most || (emptied === most && near <= nearest)) continue;
    chosen = holder;
    most = emptied;
    nearest = near;
  }
  return chosen;
}

function concat(parts: readonly Int32Array[]): Int32Array {
  const whole = new Int32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
