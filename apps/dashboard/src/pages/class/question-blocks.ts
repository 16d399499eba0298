/**
 * The blocks that a question stands on: those of the pools that its choices name, as they were at its moment. Of a pool with
 * many blocks only those near a choice are told; what lies between is a gap.
 */
import type { ClassroomQuestion, SessionEvent } from '@heapcast/contracts';
import type { BlockView, Subject } from '../../service/subject.js';

export interface Tile {
  readonly kind: 'block' | 'gap';
  readonly key: string;
  readonly label: string;
  readonly state: BlockView['state'];
  /** The choice that names it; `null` = none does. */
  readonly choice: string | null;
  /** What became of it: `3rd freed`, `never used`. */
  readonly note: string;
}

/** So many blocks stand beside each other. */
const MOST_TILES = 24;
/** Blocks on both sides of a choice that keep it company. */
const COMPANY = 1;
/** Events to look back for the order of frees. */
const LOOK_BACK = 500;

interface Pool {
  readonly arena: number;
  readonly pool: number;
  readonly blocks: readonly BlockView[];
}

/** @returns no tiles when the choices name no blocks */
export async function questionTiles(subject: Subject, question: ClassroomQuestion): Promise<readonly Tile[]> {
  const named = question.choices.flatMap(({ block }) => (block ? [block] : []));
  const places = new Map(named.map(({ arena, pool }) => [`${arena} ${pool}`, { arena, pool }]));
  if (places.size === 0) return [];
  const at = question.event;
  const from = Math.max(0, at - LOOK_BACK);
  const [events, ...pools] = await Promise.all([
    at === 0 ? [] : subject.events(from, at - from),
    ...[...places.values()].map(async ({ arena, pool }): Promise<Pool> => ({
      arena,
      pool,
      blocks: await subject.pool(at, arena, pool).catch(() => []),
    })),
  ]);
  return pools.flatMap((pool) => tilesOfPool(question, pool, freesIn(pool, events), pools.length > 1));
}

/** Blocks of the pool that are free, in the order in which they were freed. */
export function freesIn(
  { arena, pool }: Pick<Pool, 'arena' | 'pool'>,
  events: readonly SessionEvent[],
): readonly number[] {
  const freed = new Set<number>();
  for (const event of events) {
    if (event.arena !== arena || event.pool !== pool || event.index === null) continue;
    freed.delete(event.index);
    if (event.outcome === 'freed') freed.add(event.index);
  }
  return [...freed];
}

export function tilesOfPool(
  { choices }: Pick<ClassroomQuestion, 'choices'>,
  { arena, pool, blocks }: Pool,
  freed: readonly number[],
  isOneOfMany: boolean,
): readonly Tile[] {
  const choiceOf = new Map<number, string>();
  for (const { id, block } of choices) if (block?.arena === arena && block.pool === pool) choiceOf.set(block.index, id);
  // A pool that holds nothing yet tells no blocks; what may be handed out of it is known from the choices.
  const known = new Map(blocks.map((block) => [block.index, block.state]));
  const indexes = [...new Set([...known.keys(), ...choiceOf.keys()])].sort((a, b) => a - b);
  const isNear = (index: number): boolean =>
    Array.from({ length: 2 * COMPANY + 1 }, (_, nth) => index - COMPANY + nth).some((near) => choiceOf.has(near));
  const shown = indexes.length > MOST_TILES || isOneOfMany ? indexes.filter(isNear) : indexes;
  const firstUntouched = indexes.find((index) => (known.get(index) ?? 'untouched') === 'untouched');
  const tiles: Tile[] = [];
  let before: number | null = null;
  for (const index of shown) {
    if (before !== null && index !== before + 1) tiles.push(gap(`${arena} ${pool} gap ${index}`));
    before = index;
    const state = known.get(index) ?? 'untouched';
    tiles.push({
      kind: 'block',
      key: `${arena} ${pool} ${index}`,
      label: String(index),
      state,
      choice: choiceOf.get(index) ?? null,
      note: noteOf(index, state, freed, firstUntouched),
    });
  }
  if (isOneOfMany) tiles.push(gap(`${arena} ${pool} end`));
  return tiles;
}

function gap(key: string): Tile {
  return { kind: 'gap', key, label: '…', state: 'untouched', choice: null, note: '' };
}

function noteOf(index: number, state: BlockView['state'], freed: readonly number[], first: number | undefined): string {
  if (state === 'live') return '';
  if (state === 'untouched') return index === first ? 'never used' : '';
  const nth = freed.indexOf(index);
  return nth < 0 ? 'freed' : `${ordinal(nth + 1)} freed`;
}

const ENDINGS: Readonly<Record<string, string>> = { one: 'st', two: 'nd', few: 'rd', other: 'th' };
const RULES = new Intl.PluralRules('en', { type: 'ordinal' });

function ordinal(number: number): string {
  return `${number}${ENDINGS[RULES.select(number)] ?? 'th'}`;
}
