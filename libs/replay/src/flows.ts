/** Who asked for memory, how much of it, and for how long: sums by site and by type over the requests that went by. */
import { NO_REGION } from '@heapcast/allocators';
import { NO_TIME, type BlockLives, type LifeListener } from './block-lives.js';
import type { FlowColumns, FlowsReply } from './measures.js';
import { NumberColumns } from './number-columns.js';

const COLUMNS: readonly (keyof FlowColumns)[] = [
  'blocks',
  'bytes',
  'freedBlocks',
  'freedBytes',
  'churnBlocks',
  'churnBytes',
  'churnObjects',
  'churnObjectBytes',
  'lives',
  'lifeEvents',
  'timedLives',
  'lifeNanoseconds',
  'moves',
  'movedBytes',
  'outgrown',
  'refused',
  'refusedBytes',
];

/** Bytes of an int or float of CPython, at most: every computation makes some. */
const LARGEST_NUMBER = 32;

export class Flows implements LifeListener {
  readonly #sites = new NumberColumns(COLUMNS);
  readonly #types = new NumberColumns(COLUMNS);
  #quietFrom = 0;

  constructor(
    private readonly lives: BlockLives,
    /** A block that lives at most so many requests is churn. */
    private readonly churnWithin: number,
  ) {
    this.#sites.reach(0);
    this.#types.reach(0);
  }

  born(slot: number, event: number): void {
    const { site, type, size } = this.lives;
    this.#quietFrom = event + 1;
    came(this.#sites, site[slot], size[slot]);
    came(this.#types, type[slot], size[slot]);
  }

  moved(slot: number, event: number, site: number, size: number, region: number): void {
    const { lives } = this;
    const leaves = region !== NO_REGION && lives.region[slot] === NO_REGION;
    went(this.#sites, site, size);
    went(this.#types, lives.type[slot], size);
    this.born(slot, event);
    note(this.#sites, lives.site[slot], size, leaves);
    note(this.#types, lives.type[slot], size, leaves);
  }

  resized(slot: number, _event: number, size: number): void {
    const { lives } = this;
    const growth = lives.size[slot] - size;
    resize(this.#sites, lives.site[slot], growth);
    resize(this.#types, lives.type[slot], growth);
  }

  died(slot: number, event: number): void {
    const { lives, churnWithin } = this;
    const size = lives.size[slot];
    const life = event - lives.birth[slot];
    const began = lives.birthTime[slot];
    const nanoseconds = began === NO_TIME || lives.now === NO_TIME ? NO_TIME : Math.max(0, lives.now - began);
    end(this.#sites, lives.site[slot], size, life, nanoseconds, life <= churnWithin);
    end(this.#types, lives.type[slot], size, life, nanoseconds, life <= churnWithin);
  }

  refused(site: number, size: number): void {
    this.#sites.reach(site);
    const { refused, refusedBytes } = this.#sites.columns;
    refused[site]++;
    refusedBytes[site] += size;
  }

  finish(at: number): FlowsReply {
    const { names } = this.lives.types;
    this.#types.reach(names.length - 1);
    const { churnWithin } = this;
    return {
      at,
      quietFrom: this.#quietFrom,
      churnWithin,
      sites: this.#sites.finish(),
      types: names,
      byType: this.#types.finish(),
    };
  }
}

type Table = NumberColumns<keyof FlowColumns>;

function came(table: Table, row: number, size: number): void {
  table.reach(row);
  const { blocks, bytes } = table.columns;
  blocks[row]++;
  bytes[row] += size;
}

function went(table: Table, row: number, size: number): void {
  const { freedBlocks, freedBytes } = table.columns;
  freedBlocks[row]++;
  freedBytes[row] += size;
}

function note(table: Table, row: number, copied: number, leaves: boolean): void {
  const { moves, movedBytes, outgrown } = table.columns;
  moves[row]++;
  movedBytes[row] += copied;
  if (leaves) outgrown[row]++;
}

function resize(table: Table, row: number, growth: number): void {
  const { bytes, freedBytes } = table.columns;
  if (growth > 0) bytes[row] += growth;
  else freedBytes[row] -= growth;
}

function end(table: Table, row: number, size: number, life: number, nanoseconds: number, churn: boolean): void {
  went(table, row, size);
  const { churnBlocks, churnBytes, churnObjects, churnObjectBytes, lives, lifeEvents, timedLives, lifeNanoseconds } =
    table.columns;
  lives[row]++;
  lifeEvents[row] += life;
  if (nanoseconds !== NO_TIME) {
    timedLives[row]++;
    lifeNanoseconds[row] += nanoseconds;
  }
  if (!churn) return;
  churnBlocks[row]++;
  churnBytes[row] += size;
  if (size <= LARGEST_NUMBER) return;
  churnObjects[row]++;
  churnObjectBytes[row] += size;
}
