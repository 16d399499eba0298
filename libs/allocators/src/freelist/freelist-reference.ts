/**
 * The rules of `heap.ts` once more, in the plainest way: an array of blocks, an array that is the free list, linear
 * scans. Far too slow to use; the specs compare the model with it, request by request.
 */
import { Op } from '@heapcast/trace';
import { Outcome, type OutcomeCode } from '../contract.js';
import type { FreelistOptions } from './options.js';

/** The longest heap, in units. */
const MOST_UNITS = 2 ** 31 - 2 ** 16;

interface Block {
  /** In units, header included. */
  start: number;
  units: number;
  free: boolean;
}

interface Held {
  readonly block: Block | 'foreign' | 'refused';
  readonly size: number;
}

export interface ReferenceAnswer {
  readonly outcome: OutcomeCode;
  /** In units from the heap's first byte to the payload; `null` = no place. */
  readonly offset: number | null;
  /** Bytes of that block, header included. */
  readonly bytes: number;
}

export class FreelistReference {
  /** In address order. */
  readonly blocks: Block[] = [];
  /** The free ones, in list order. */
  list: Block[] = [];
  rover: Block | null = null;
  searches = 0;
  examined = 0;
  private readonly held = new Map<number, Held>();

  constructor(private readonly options: FreelistOptions) {}

  get mapped(): number {
    const last = this.blocks.at(-1);
    return last ? this.headStart() + (last.start + last.units) * this.options.alignment : 0;
  }

  offsetOf(block: Block): number {
    return block.start + (this.headStart() + this.options.headerSize) / this.options.alignment;
  }

  serve(op: number, size: number, slot: number): ReferenceAnswer {
    switch (op) {
      case Op.malloc:
      case Op.calloc:
      case Op.reallocNull:
        return this.malloc(size, slot);
      case Op.realloc:
        return this.realloc(size, slot);
      case Op.free:
        return this.freeSlot(slot);
      case Op.foreign:
        this.held.set(slot, { block: 'foreign', size });
        return nowhere(Outcome.none);
      case Op.staleFree:
        return nowhere(slot === 0 ? Outcome.invalidFree : Outcome.doubleFree);
      case Op.staleRealloc:
        return nowhere(Outcome.invalidRealloc);
      default:
        return nowhere(Outcome.none);
    }
  }

  private malloc(size: number, slot: number): ReferenceAnswer {
    const block = this.place(size);
    this.held.set(slot, { block: block ?? 'refused', size });
    return block ? this.at(Outcome.placed, block) : nowhere(Outcome.outOfMemory);
  }

  private realloc(size: number, slot: number): ReferenceAnswer {
    const old = this.held.get(slot)?.block ?? 'refused';
    if (old === 'foreign') return nowhere(Outcome.none);
    if (old === 'refused') return this.malloc(size, slot);
    const need = this.need(size);
    const after = this.blocks[this.blocks.indexOf(old) + 1];
    if (need <= old.units) {
      const rest = this.cut(old, need);
      this.held.set(slot, { block: old, size });
      const answer = this.at(Outcome.inPlace, old);
      if (rest) this.free(rest);
      return answer;
    }
    if (after?.free && this.options.coalesce !== 'none' && old.units + after.units >= need) {
      const place = this.list.indexOf(after);
      this.blocks.splice(this.blocks.indexOf(after), 1);
      old.units += after.units;
      const rest = this.cut(old, need);
      this.list.splice(place, 1, ...(rest ? [rest] : []));
      if (this.rover === after) this.rover = rest ?? this.list[place] ?? null;
      this.held.set(slot, { block: old, size });
      return this.at(Outcome.inPlace, old);
    }
    const moved = this.place(size);
    if (!moved) return nowhere(Outcome.outOfMemory);
    this.held.set(slot, { block: moved, size });
    this.free(old);
    return this.at(Outcome.moved, moved);
  }

  private freeSlot(slot: number): ReferenceAnswer {
    const held = this.held.get(slot);
    if (!held) return nowhere(Outcome.none);
    this.held.delete(slot);
    if (typeof held.block === 'string') return nowhere(Outcome.freed);
    const answer = this.at(Outcome.freed, held.block);
    this.free(held.block);
    return answer;
  }

  private place(size: number): Block | null {
    const need = this.need(size);
    if (need > MOST_UNITS) return null;
    let found = this.search(need);
    if (!found && this.options.coalesce === 'deferred') {
      this.coalesceAll();
      found = this.search(need);
    }
    if (!found) found = this.grow(need);
    if (!found) return null;
    const place = this.list.indexOf(found);
    const rest = found.units - need;
    if (!this.splits(rest)) {
      this.list.splice(place, 1);
      if (this.options.fit === 'next') this.rover = this.list[place] ?? null;
      found.free = false;
      return found;
    }
    if (this.options.fit === 'next') this.rover = found;
    const low = this.options.take === 'low';
    const taken = { start: low ? found.start : found.start + rest, units: need, free: false };
    if (low) found.start += need;
    found.units = rest;
    this.blocks.splice(this.blocks.indexOf(found) + (low ? 0 : 1), 0, taken);
    return taken;
  }

  private search(need: number): Block | null {
    this.searches++;
    const { fit } = this.options;
    if (fit === 'best' || fit === 'worst') {
      let found: Block | null = null;
      for (const block of this.list) {
        this.examined++;
        if (block.units < need) continue;
        if (!found || (fit === 'best' ? block.units < found.units : block.units > found.units)) found = block;
      }
      return found;
    }
    const from = this.rover ? this.list.indexOf(this.rover) : 0;
    for (const block of [...this.list.slice(from), ...this.list.slice(0, from)]) {
      this.examined++;
      if (block.units >= need) return block;
    }
    return null;
  }

  private free(block: Block): void {
    this.enter(block);
    const trim = this.options.trim ?? Infinity;
    for (let top = this.blocks.at(-1); top?.free; top = this.blocks.at(-1)) {
      if (top.units * this.options.alignment < trim) return;
      this.blocks.pop();
      const place = this.list.indexOf(top);
      this.list.splice(place, 1);
      if (this.rover === top) this.rover = this.list[place] ?? null;
    }
  }

  /** Frees a block that is in `blocks`: into the list, and (immediate) together with its neighbours. */
  private enter(block: Block, follow = this.options.rover === 'follows'): Block {
    block.free = true;
    const index = this.blocks.indexOf(block);
    const neighbours = [this.blocks[index - 1], block, this.blocks[index + 1]].filter((other) => other?.free);
    const run = this.options.coalesce === 'immediate' ? neighbours : [block];
    const merged = this.merge(run);
    if (follow) {
      const mergedDown = run[0] !== block;
      this.rover = mergedDown ? (this.list[this.list.indexOf(merged) + 1] ?? null) : merged;
    }
    return merged;
  }

  /** Makes one block of consecutive ones, and lists it. */
  private merge(run: Block[]): Block {
    const merged = { start: run[0].start, units: run.reduce((sum, { units }) => sum + units, 0), free: true };
    this.blocks.splice(this.blocks.indexOf(run[0]), run.length, merged);
    this.list = this.list.filter((block) => !run.includes(block));
    this.list.unshift(merged);
    if (this.options.order === 'address') this.list.sort((a, b) => a.start - b.start);
    if (this.rover && run.includes(this.rover)) this.rover = merged;
    return merged;
  }

  private coalesceAll(): void {
    for (let index = 0; index < this.blocks.length; index++) {
      let end = index;
      while (this.blocks[end]?.free) end++;
      if (end - index > 1) this.merge(this.blocks.slice(index, end));
    }
  }

  private grow(need: number): Block | null {
    const { growthStep, alignment, mappedLimit } = this.options;
    const step = Math.max(growthStep / alignment, need);
    const head = this.blocks.length === 0 ? this.headStart() : 0;
    const last = this.blocks.at(-1);
    if (this.mapped + head + step * alignment > (mappedLimit ?? Infinity)) return null;
    if ((last ? last.start + last.units : 0) + step > MOST_UNITS) return null;
    const block = { start: last ? last.start + last.units : 0, units: step, free: true };
    this.blocks.push(block);
    return this.enter(block, false);
  }

  /** Cuts what a live block has beyond `need` off its high end, if that is enough to stay. */
  private cut(block: Block, need: number): Block | null {
    const rest = block.units - need;
    if (!this.splits(rest)) return null;
    block.units = need;
    const cutOff = { start: block.start + need, units: rest, free: true };
    this.blocks.splice(this.blocks.indexOf(block) + 1, 0, cutOff);
    return cutOff;
  }

  private splits(rest: number): boolean {
    const { split, alignment } = this.options;
    return split !== null && rest > 0 && rest * alignment >= split;
  }

  private need(size: number): number {
    return Math.max(1, Math.ceil((size + this.options.headerSize) / this.options.alignment));
  }

  private headStart(): number {
    const { headerSize, alignment } = this.options;
    return Math.ceil(headerSize / alignment) * alignment - headerSize;
  }

  private at(outcome: OutcomeCode, block: Block): ReferenceAnswer {
    return { outcome, offset: this.offsetOf(block), bytes: block.units * this.options.alignment };
  }
}

function nowhere(outcome: OutcomeCode): ReferenceAnswer {
  return { outcome, offset: null, bytes: 0 };
}
