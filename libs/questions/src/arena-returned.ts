/**
 * Does this free give an arena back? Three steps lead there, and each may end it: the block must be the last of its pool, the
 * pool the last in use of its arena, and the release policy must let a wholly free arena go: never before 2.5, always up to
 * 3.8, from 3.9 on unless it is the last of the arenas that still have free pools.
 */
import type { ResolvedConfig } from '@heapcast/allocators';
import { blockText, isFreed } from './ahead.js';
import { nextRequest, suppose } from './coming-request.js';
import type { Moment } from './moment.js';
import { type PoolCell, PoolCells, requireArenas } from './pool-cells.js';
import { type ArenaState, arenasOf, blocksOfPool, poolState, type PoolState } from './pool-view.js';
import { NotAskable, type Question, type QuestionOptions } from './question.js';
import type { Seed } from './seed.js';

type Step = 'yes' | 'pool' | 'arena' | 'kept';

export async function askArenaReturned(moment: Moment, options: QuestionOptions, seed: Seed): Promise<Question> {
  requireArenas(moment.config);
  const real =
    options.block === undefined
      ? await nextRequest(moment, { fits: isFreed, otherwise: 'It frees no block of an arena.' })
      : null;
  const { placed, i, sentence } = real ?? (await supposeFree(moment, options, seed));
  const place = { arena: placed.placements.region[i], pool: placed.pools[i] };
  const [pool, arenas] = await Promise.all([poolState(moment, place), arenasOf(moment)]);
  const arena = arenas.find(({ region }) => region === place.arena);
  if (!pool || !arena) throw new NotAskable('The block that is freed is in no arena that can be seen.');
  // One request unmaps at most the arena of its own block; those of a reply for many events are told apart by the event.
  const unmapped = placed.mappings.some(
    ({ kind, region, event }) => kind === 'unmap' && region === place.arena && event === placed.first + i,
  );
  const step: Step = unmapped ? 'yes' : pool.used > 1 ? 'pool' : arena.liveBlocks > 1 ? 'arena' : 'kept';
  return {
    kind: 'arena-returned',
    event: moment.at,
    prompt: `${sentence} It lies in arena ${place.arena}, pool ${place.pool}. Does this give the arena back to the operating system?`,
    choices: [
      { id: 'yes', text: `Yes: arena ${place.arena} goes back.` },
      { id: 'pool', text: 'No: its pool still holds other blocks.' },
      { id: 'arena', text: 'No: its pool becomes free, but other pools of the arena are in use.' },
      { id: 'kept', text: 'No: the arena becomes wholly free, and is kept all the same.' },
    ],
    right: step,
    explanation: explain(step, place, { pool, arena, config: moment.config }),
  };
}

async function supposeFree(moment: Moment, { block }: QuestionOptions, seed: Seed) {
  const chosen = block === undefined ? await tellingBlock(moment, seed) : { number: block, name: undefined };
  const sentence = `Suppose that the program now frees ${blockText(chosen.number, chosen.name)}.`;
  const supposed = await suppose(moment, [{ op: 'free', block: chosen.number }], sentence);
  if (supposed.placed.placements.region[0] >= 0) return supposed;
  throw new NotAskable(`Block ${chosen.number} is no live block of an arena here.`, null, 'block');
}

/** A live block, by preference one that is the last of its arena or of its pool: there the answer is least obvious. */
async function tellingBlock(moment: Moment, seed: Seed): Promise<{ number: number; name: string | undefined }> {
  const cells = await PoolCells.of(moment);
  const inUse = [...cells.pools()].filter(({ used }) => used > 0);
  const usedIn = new Map<number, number>();
  for (const { arena, used } of inUse) usedIn.set(arena, (usedIn.get(arena) ?? 0) + used);
  const groups: readonly (readonly PoolCell[])[] = [
    inUse.filter(({ arena }) => usedIn.get(arena) === 1),
    inUse.filter(({ arena, used }) => used === 1 && usedIn.get(arena) !== 1),
    inUse,
  ].filter((group) => group.length > 0);
  const pool = seed.pick(seed.pick(groups) ?? []);
  const live = pool ? (await blocksOfPool(moment, pool)).filter(({ state }) => state === 'live') : [];
  const block = seed.pick(live);
  if (block?.number !== undefined) return { number: block.number, name: block.name };
  throw new NotAskable('No block is live here that could be freed.');
}

interface Facts {
  readonly pool: PoolState;
  readonly arena: ArenaState;
  readonly config: ResolvedConfig;
}

function explain(
  step: Step,
  place: { readonly arena: number; readonly pool: number },
  { pool, arena, config }: Facts,
): string {
  const others = arena.pools.used - 1;
  switch (step) {
    case 'yes':
      return `It is the last live block of arena ${place.arena}: with it its pool and the whole arena become free, and a wholly free arena is unmapped${config.options.release === 'keep-last' ? ', as others with free pools remain' : ''}.`;
    case 'pool':
      return `Pool ${place.pool} still holds ${count(pool.used - 1, 'other live block')}, so the pool stays in use and the arena with it.`;
    case 'arena':
      return `It is the last live block of pool ${place.pool}, which becomes free; but ${count(others, 'other pool')} of arena ${place.arena} ${others === 1 ? 'is' : 'are'} still in use.`;
    default:
      return `It is the last live block of arena ${place.arena}, and still the arena stays mapped: ${keeps(config)}.`;
  }
}

function keeps({ options }: ResolvedConfig): string {
  return options.release === 'keep-last'
    ? 'from 3.9 on a wholly free arena is kept when it is the last in the list of arenas with free pools'
    : 'before 2.5 an arena was never given back';
}

function count(number: number, what: string): string {
  return number === 1 ? `1 ${what}` : `${number} ${what}s`;
}
