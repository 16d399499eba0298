/** How each site's memory grew and shrank while the requests went by. */
import type { BlockLives, LifeListener } from './block-lives.js';
import type { GrowthReply } from './measures.js';
import { NumberColumns } from './number-columns.js';

const COLUMNS = [
  'blocks',
  'bytes',
  'topBlocks',
  'topBytes',
  'topAt',
  'base',
  'heaps',
  'heapBlocks',
  'heapBytes',
  'heapAt',
  'heapGoneAt',
  'mostMoves',
  'mostMovedBytes',
  'turns',
] as const;

/** Blocks that must be gathered before they count as a heap. */
const HEAP = 64;
/** A heap is dropped when this share of it is left, within this many requests for each of its blocks. */
const LEFT = 0.1;
const PACE = 4;

export class Growth implements LifeListener {
  readonly #sites = new NumberColumns(COLUMNS);
  /** Moves of each slot's block. */
  #moves = new Int32Array(1024);
  readonly #samples: Float64Array[] = [];
  /** The site that asked last. */
  #asking = -1;

  constructor(private readonly lives: BlockLives) {
    this.#sites.reach(0);
  }

  born(slot: number, event: number): void {
    if (slot >= this.#moves.length) this.#grow(slot);
    this.#moves[slot] = 0;
    const site = this.lives.site[slot];
    this.#came(site, this.lives.size[slot], event);
    if (site === this.#asking) return;
    this.#asking = site;
    this.#sites.columns.turns[site]++;
  }

  moved(slot: number, event: number, site: number, size: number): void {
    const { lives } = this;
    this.#went(site, size, event);
    const owner = lives.site[slot];
    this.#came(owner, lives.size[slot], event);
    const moves = ++this.#moves[slot];
    const { mostMoves, mostMovedBytes } = this.#sites.columns;
    if (moves < mostMoves[owner]) return;
    mostMoves[owner] = moves;
    mostMovedBytes[owner] = lives.size[slot];
  }

  resized(slot: number, _event: number, size: number): void {
    const { lives } = this;
    this.#sites.columns.bytes[lives.site[slot]] += lives.size[slot] - size;
  }

  died(slot: number, event: number): void {
    this.#went(this.lives.site[slot], this.lives.size[slot], event);
  }

  refused(): void {}

  /** Keeps the live bytes of every site as they are now. */
  sample(): void {
    this.#samples.push(this.#sites.columns.bytes.slice(0, this.#sites.used));
  }

  finish(at: number, positions: readonly number[]): GrowthReply {
    const { heaps, heapBlocks, heapBytes, heapAt, heapGoneAt, mostMoves, mostMovedBytes, turns } = this.#sites.finish();
    const live = new Float64Array(this.#sites.used * positions.length);
    for (const [k, sample] of this.#samples.entries()) {
      for (let site = 0; site < sample.length; site++) live[site * positions.length + k] = sample[site];
    }
    return { at, positions, live, heaps, heapBlocks, heapBytes, heapAt, heapGoneAt, mostMoves, mostMovedBytes, turns };
  }

  #came(site: number, size: number, event: number): void {
    this.#sites.reach(site);
    const { blocks, bytes, topBlocks, topBytes, topAt } = this.#sites.columns;
    bytes[site] += size;
    if (++blocks[site] <= topBlocks[site]) return;
    topBlocks[site] = blocks[site];
    topBytes[site] = bytes[site];
    topAt[site] = event;
  }

  #went(site: number, size: number, event: number): void {
    const { columns } = this.#sites;
    const { blocks, bytes, topBlocks, topAt, base, heaps, heapBlocks, heapBytes, heapAt, heapGoneAt } = columns;
    blocks[site]--;
    bytes[site] -= size;
    // What was left of the last heap does not count as gathered again.
    if (blocks[site] < base[site]) this.#begin(site, event);
    const gathered = topBlocks[site] - base[site];
    if (gathered < HEAP || blocks[site] - base[site] > LEFT * gathered) return;
    if (event - topAt[site] <= PACE * gathered) {
      heaps[site]++;
      if (columns.topBytes[site] > heapBytes[site]) {
        heapBlocks[site] = topBlocks[site];
        heapBytes[site] = columns.topBytes[site];
        heapAt[site] = topAt[site] + 1;
        heapGoneAt[site] = event + 1;
      }
    }
    this.#begin(site, event);
  }

  /** What a site gathers from now on is a new heap. */
  #begin(site: number, event: number): void {
    const { blocks, bytes, topBlocks, topBytes, topAt, base } = this.#sites.columns;
    base[site] = topBlocks[site] = blocks[site];
    topBytes[site] = bytes[site];
    topAt[site] = event;
  }

  #grow(slot: number): void {
    const moves = new Int32Array(Math.max(2 * this.#moves.length, slot + 1));
    moves.set(this.#moves);
    this.#moves = moves;
  }
}
