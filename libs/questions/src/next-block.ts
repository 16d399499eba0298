/**
 * Which block will be handed out? pymalloc: the pool at the front of its size class's list gives its last freed block, or
 * else cuts the next one never used; without such a pool the next free pool is taken (`next-arena.ts`).
 *
 * The wrong choices are real blocks that a plausible wrong rule would give: the block freed last anywhere, the free one of
 * that size with the lowest address, the next never used, the second in the chain, the first of another pool.
 */
import { bytesText, isFreed, isPlaced } from './ahead.js';
import { explainPool } from './arena-order.js';
import { hex, letter, type Place, placeChoice } from './choices.js';
import { type ComingRequest, nextRequest, requirePlaced, suppose } from './coming-request.js';
import { nextFreeBlock } from './free-block.js';
import type { Moment } from './moment.js';
import { classBytes, PoolCells } from './pool-cells.js';
import { blocksOfPool, poolState, type PoolState } from './pool-view.js';
import type { Question, QuestionOptions } from './question.js';
import type { Seed } from './seed.js';

/** Where the right block is the only free one. */
const ELSEWHERE = { text: 'no block of the heap: the system allocator serves it' };
/** Events before the moment among which the last free is looked for. */
const LOOK_BACK = 256;

export async function askNextBlock(moment: Moment, options: QuestionOptions, seed: Seed): Promise<Question> {
  const cells = await PoolCells.of(moment);
  const coming = await comingRequest(moment, options, cells, seed);
  const head = {
    kind: 'next-block',
    event: moment.at,
    prompt: `${coming.sentence} Which block is handed out?`,
  } as const;
  if (moment.config.model !== 'pymalloc') return { ...head, ...(await nextFreeBlock(moment, coming, seed)) };
  const right = placeOf(coming);
  const blockBytes = coming.placed.blockBytes[coming.i];
  const pool = await poolState(moment, right);
  const wrong = await plausible(moment, { right, blockBytes, pool, cells });
  return {
    ...head,
    ...letter(placeChoice(right), wrong.length > 0 ? wrong.map(placeChoice) : [ELSEWHERE], seed),
    explanation: await explain(moment, right, blockBytes, pool),
  };
}

async function comingRequest(
  moment: Moment,
  options: QuestionOptions,
  cells: PoolCells,
  seed: Seed,
): Promise<ComingRequest> {
  if (options.size === undefined) {
    const otherwise = 'No block of the heap is handed out by it.';
    const real = await nextRequest(moment, { fits: isPlaced, otherwise });
    if (real) return real;
  }
  const size = options.size ?? likelySize(moment, cells, seed);
  const sentence = `Suppose that the program now asks for ${bytesText(size)}.`;
  const supposed = await suppose(moment, [{ op: 'malloc', size }], sentence);
  requirePlaced(supposed, size, options.size === undefined ? null : 'size');
  return supposed;
}

/** A size whose pools have freed blocks, if any have: there the choice is least obvious. */
function likelySize({ config }: Moment, cells: PoolCells, seed: Seed): number {
  if (config.model !== 'pymalloc') return [24, 48, 100, 200][seed.below(4)];
  const partly = [...cells.pools()].filter(({ used, capacity }) => used > 0 && used < capacity);
  const freed = partly.filter(({ used, touched }) => touched > used);
  const sizes = [...new Set((freed.length > 0 ? freed : partly).map(({ blockBytes }) => blockBytes))];
  return seed.pick(sizes) ?? classBytes(config, 32) ?? 16;
}

function placeOf({ placed, i }: ComingRequest): Place {
  const { placements, pools, indexes, addresses } = placed;
  return { arena: placements.region[i], pool: pools[i], index: indexes[i], address: hex(addresses[i]) };
}

interface Found {
  readonly right: Place;
  readonly blockBytes: number;
  readonly pool: PoolState | null;
  readonly cells: PoolCells;
}

/** Best first. */
async function plausible(moment: Moment, found: Found): Promise<Place[]> {
  const { right, blockBytes, pool, cells } = found;
  const beside = (index: number): Place => {
    const address = hex(Number(right.address) + (index - right.index) * blockBytes);
    return { arena: right.arena, pool: right.pool, index, address };
  };
  const freed = await lastFreed(moment, found);
  const partly = [...cells.pools()].filter(
    ({ arena, pool: each, blockBytes: bytes, used, capacity }) =>
      bytes === blockBytes && used > 0 && used < capacity && !(arena === right.arena && each === right.pool),
  );
  const isOfClass = pool?.size === blockBytes;
  const chain = isOfClass ? pool.next.filter((index) => index !== right.index) : [right.index + 1, right.index + 2];
  const fits = (index: number): boolean => index >= 0 && index < (isOfClass ? pool.capacity : index + 1);
  const untouched = isOfClass && pool.untouched > 0 ? [pool.capacity - pool.untouched] : [];
  const lowest = partly[0] ? await firstBlocks(moment, partly[0]) : { lowest: null, first: null };
  const other = partly[1] ? await firstBlocks(moment, partly[partly.length - 1]) : { lowest: null, first: null };
  const lowestHere = isOfClass && pool.used > 0 ? await firstBlocks(moment, right) : { lowest: null, first: null };
  const larger = await otherSizes(moment, found);
  const places = [
    freed,
    ...untouched.map(beside),
    lowestHere.lowest,
    lowest.lowest,
    ...chain.slice(0, 1).filter(fits).map(beside),
    other.first,
    lowest.first,
    ...chain.slice(1, 3).filter(fits).map(beside),
    ...larger,
  ];
  return places.filter((place) => place !== null).filter((place) => place.address !== right.address);
}

/** First blocks of pools of other sizes, larger ones first: where it would go if a block need only be large enough. */
async function otherSizes(moment: Moment, { blockBytes, cells }: Found): Promise<(Place | null)[]> {
  const others = [...cells.pools()].filter(
    ({ blockBytes: bytes, used, capacity }) => bytes !== blockBytes && used > 0 && used < capacity,
  );
  const distance = (bytes: number): number => (bytes > blockBytes ? bytes : 1e6 - bytes);
  others.sort((one, other) => distance(one.blockBytes) - distance(other.blockBytes));
  const firsts = await Promise.all(others.slice(0, 2).map((pool) => firstBlocks(moment, pool)));
  return firsts.map(({ first }) => first);
}

/** The block of the heap that was freed last, if it is free still. */
async function lastFreed(moment: Moment, { blockBytes }: Found): Promise<Place | null> {
  const first = Math.max(0, moment.at - LOOK_BACK);
  const events = await moment.inspect(first, { kind: 'events', limit: moment.at - first });
  for (let i = events.requests.length - 1; i >= 0; i--) {
    if (!isFreed(events, i) || events.blockBytes[i] !== blockBytes) continue;
    const place = { arena: events.placements.region[i], pool: events.pools[i], index: events.indexes[i] };
    const blocks = await blocksOfPool(moment, place);
    const block = blocks.find(({ index }) => index === place.index);
    if (block && block.state !== 'live' && Number(block.address) === events.addresses[i]) {
      return { ...place, address: block.address };
    }
  }
  return null;
}

/** Of the free blocks of a pool in use: the lowest, and the one that is handed out first. */
async function firstBlocks(
  moment: Moment,
  place: { readonly arena: number; readonly pool: number },
): Promise<{ readonly lowest: Place | null; readonly first: Place | null }> {
  const [blocks, state] = await Promise.all([blocksOfPool(moment, place), poolState(moment, place)]);
  const toPlace = (index: number | undefined): Place | null => {
    const block = blocks.find((each) => each.index === index);
    return block ? { arena: place.arena, pool: place.pool, index: block.index, address: block.address } : null;
  };
  return {
    lowest: toPlace(blocks.find(({ state: each }) => each !== 'live')?.index),
    first: toPlace(state?.next[0]),
  };
}

async function explain(moment: Moment, right: Place, blockBytes: number, pool: PoolState | null): Promise<string> {
  const where = `Pool ${right.pool} of arena ${right.arena}`;
  if (pool?.state === 'used' && pool.size === blockBytes) {
    const front = `${where} is at the front of the list for blocks of ${blockBytes} bytes`;
    return pool.freed > 0
      ? `${front}. It hands out the block that was freed last, and that is block ${right.index}.`
      : `${front}. It has no freed block, so it cuts the next one that was never used: block ${right.index}.`;
  }
  const taken = await explainPool(moment, right.arena);
  const keeps = pool?.state === 'free' && pool.size === blockBytes && pool.freed > 0;
  const first = keeps
    ? `Pool ${right.pool} held blocks of this size before and keeps their order: block ${right.index} was freed last.`
    : `Pool ${right.pool} is cut anew and begins with block ${right.index}.`;
  return `No pool with blocks of ${blockBytes} bytes has a free one, so a new pool is taken: ${taken} ${first}`;
}
