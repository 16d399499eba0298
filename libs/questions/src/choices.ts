/** Choices of a question: each once, in an order that gives nothing away. */
import type { Choice } from '@heapcast/contracts';
import type { Seed } from './seed.js';

export type Place = NonNullable<Choice['block']>;

/** Choices that a question has at most. */
export const MOST_CHOICES = 4;

const LETTERS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] as const;

export interface Lettered {
  readonly choices: readonly Choice[];
  readonly right: string;
}

/**
 * The right one and some of the wrong ones, mixed by the seed. Wrong ones that read like the right one, or like one before,
 * are left out; those that come first are taken first.
 */
export function letter(
  right: Omit<Choice, 'id'>,
  wrong: readonly Omit<Choice, 'id'>[],
  seed: Seed,
  most = MOST_CHOICES,
): Lettered {
  const distinct = new Map([[right.text, right]]);
  for (const choice of wrong) {
    if (distinct.size === most) break;
    if (!distinct.has(choice.text)) distinct.set(choice.text, choice);
  }
  const choices = seed.shuffled([...distinct.values()]).map((choice, index) => ({ id: LETTERS[index], ...choice }));
  return { choices, right: choices.find(({ text }) => text === right.text)?.id ?? '' };
}

/** `arena 0, pool 3, block 12 (0x40000000c3b0)` */
export function describePlace({ arena, pool, index, address }: Place): string {
  return pool < 0 ? address : `arena ${arena}, pool ${pool}, block ${index} (${address})`;
}

export function placeChoice(place: Place): Omit<Choice, 'id'> {
  return { text: describePlace(place), block: place };
}

export function hex(address: number): string {
  return `0x${address.toString(16)}`;
}
