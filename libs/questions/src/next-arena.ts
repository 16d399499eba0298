/**
 * Which arena will the next pool come from? It is asked where the real next request takes a pool, or of a request that is
 * supposed: blocks of one size until every pool of that size is full, and then one more. Filling pools moves no arena.
 */
import { type EventsReply, MOST_TRIED } from '@heapcast/replay';
import { bytesText, isPlaced } from './ahead.js';
import { explainPool, freePools } from './arena-order.js';
import { letter } from './choices.js';
import { type ComingRequest, nextRequest, requirePlaced, suppose } from './coming-request.js';
import type { Moment } from './moment.js';
import { classBytes, numberOption, PoolCells, requireArenas } from './pool-cells.js';
import { type ArenaState, arenasOf } from './pool-view.js';
import { NotAskable, type Question, type QuestionOptions } from './question.js';
import type { Seed } from './seed.js';

export async function askNextArena(moment: Moment, options: QuestionOptions, seed: Seed): Promise<Question> {
  requireArenas(moment.config);
  const cells = await PoolCells.of(moment);
  const coming = await comingRequest(moment, options, cells, seed);
  const arena = coming.placed.placements.region[coming.i];
  const arenas = await arenasOf(moment);
  const mapped = arenas.some(({ region }) => region === arena);
  const fresh = { text: 'a new arena, mapped for it' };
  const right = mapped ? nameOf(arena) : fresh;
  const known = [...others(arenas, arena, seed).map(nameOf), ...(mapped ? [fresh] : [])];
  const wrong = known.length > 0 ? known : [{ text: 'no arena: the system allocator serves it' }];
  return {
    kind: 'next-arena',
    event: moment.at,
    prompt: `${coming.sentence} Which arena does that pool come from?`,
    ...letter(right, wrong.length > 3 ? [...wrong.slice(0, 2), wrong[wrong.length - 1]] : wrong, seed),
    explanation: capitalised(await explainPool(moment, arena)),
  };
}

async function comingRequest(
  moment: Moment,
  options: QuestionOptions,
  cells: PoolCells,
  seed: Seed,
): Promise<ComingRequest> {
  if (options.size === undefined) {
    const real = await nextRequest(moment, {
      fits: takesPool(cells),
      otherwise: 'It needs no new pool.',
    });
    if (real)
      return { ...real, sentence: `${real.sentence} No pool of that size has a free block: it needs a new pool.` };
  }
  const { bytes, fill } = await sizeToFill(moment, options, cells, seed);
  const before = fill === 0 ? '' : ' When all its pools are full, the next such block needs a new pool.';
  const sentence = `Suppose that the program goes on asking for blocks of ${bytesText(bytes)}.${before}`;
  const requests = Array.from({ length: fill + 1 }, () => ({ op: 'malloc', size: bytes }) as const);
  const supposed = await suppose(moment, requests, fill === 0 ? `${sentence} The first needs a new pool.` : sentence);
  requirePlaced(supposed, bytes, options.size === undefined ? null : 'size');
  return supposed;
}

/** The first block in a pool that had none in use when the moment came. */
function takesPool(cells: PoolCells): (events: EventsReply, i: number) => boolean {
  const found = new WeakMap<EventsReply, ReadonlySet<number>>();
  return (events, i) => {
    let firsts = found.get(events);
    if (!firsts) found.set(events, (firsts = firstTouches(cells, events)));
    return firsts.has(i);
  };
}

/** Positions of the requests that place the first block in a pool without any. */
function firstTouches(cells: PoolCells, events: EventsReply): ReadonlySet<number> {
  const touched = new Set<string>();
  const firsts = new Set<number>();
  for (let i = 0; i < events.requests.length; i++) {
    const arena = events.placements.region[i];
    if (arena < 0) continue;
    const pool = `${arena}/${events.pools[i]}`;
    if (!touched.has(pool) && isPlaced(events, i) && cells.used(arena, events.pools[i]) === 0) firsts.add(i);
    touched.add(pool);
  }
  return firsts;
}

/** A size, and how many blocks of it the pools that are there can still give: the fewest of all, if nobody chose. */
async function sizeToFill(
  { config }: Moment,
  { size }: QuestionOptions,
  cells: PoolCells,
  seed: Seed,
): Promise<{ readonly bytes: number; readonly fill: number }> {
  const left = new Map<number, number>();
  const alignment = numberOption(config, 'alignment');
  for (let bytes = alignment; bytes <= numberOption(config, 'smallThreshold'); bytes += alignment) left.set(bytes, 0);
  for (const { blockBytes, used, capacity } of cells.pools()) {
    if (used > 0) left.set(blockBytes, (left.get(blockBytes) ?? 0) + capacity - used);
  }
  if (size !== undefined) {
    const bytes = classBytes(config, size);
    const fill = bytes === null ? Infinity : (left.get(bytes) ?? 0);
    if (bytes === null || fill >= MOST_TRIED) {
      throw new NotAskable(`No question about pools can be made of ${bytesText(size)} here.`, null, 'size');
    }
    return { bytes, fill };
  }
  const fewest = Math.min(...left.values());
  const sizes = [...left].flatMap(([bytes, fill]) => (fill === fewest ? [bytes] : []));
  if (fewest >= MOST_TRIED) throw new NotAskable('Every size has more free blocks than can be tried.');
  return { bytes: seed.pick(sizes) ?? alignment, fill: fewest };
}

/** The arenas that a wrong rule would take: the emptiest, the lowest, the one mapped last; then any. */
function others(arenas: readonly ArenaState[], right: number, seed: Seed): number[] {
  const usable = arenas.filter(({ usable: place }) => place !== null);
  const emptiest = [...usable].sort((one, other) => freePools(other) - freePools(one))[0];
  const newest = [...arenas].sort((one, other) => other.region - one.region)[0];
  const order = [emptiest, usable[0], newest, ...seed.shuffled(usable), ...seed.shuffled(arenas)];
  const regions = order.flatMap((arena) => (arena ? [arena.region] : []));
  return [...new Set(regions)].filter((region) => region !== right).slice(0, 3);
}

function nameOf(arena: number): { readonly text: string } {
  return { text: `arena ${arena}` };
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
