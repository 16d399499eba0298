/** What can be chosen about a free list, and which choices exclude each other. */
import type { ConfigProblem, OptionDescription } from '../contract.js';
import type { Fit, Order } from './free-list.js';

export interface FreelistOptions {
  readonly fit: Fit;
  readonly order: Order;
  /** Smallest remainder in bytes that becomes a block of its own; `null`: blocks are never split. */
  readonly split: number | null;
  readonly take: 'low' | 'high';
  readonly coalesce: 'immediate' | 'deferred' | 'none';
  /** `null` for every fit but `next`. */
  readonly rover: 'stays' | 'follows' | null;
  readonly headerSize: number;
  readonly alignment: number;
  readonly growthStep: number;
  /** Smallest free block at the end of the heap, in bytes, that is given back; `null` = never. */
  readonly trim: number | null;
  readonly mappedLimit: number | null;
}

/** 2^47: the user half of a 64-bit address space. */
const ADDRESS_SPACE = 2 ** 47;

const nullable: ReadonlySet<string> = new Set(['split', 'rover', 'trim', 'mappedLimit']);

export const optionDescriptions: readonly OptionDescription[] = [
  {
    name: 'fit',
    type: 'string',
    choices: ['first', 'next', 'best', 'worst'],
    description:
      'Which free block a request gets: the first of the list that is large enough, the first from where the last ' +
      'search ended, the smallest that is large enough, or the largest. Equals: the one that comes first in the list.',
  },
  {
    name: 'order',
    type: 'string',
    choices: ['address', 'lifo'],
    description: 'Order of the free list: by address, or the block that was freed last comes first.',
  },
  {
    name: 'split',
    type: 'integer',
    minimum: 1,
    maximum: ADDRESS_SPACE,
    description:
      'Smallest remainder in bytes, its header included, that is cut off and stays free; null = blocks are never split.',
  },
  {
    name: 'take',
    type: 'string',
    choices: ['low', 'high'],
    description: 'Which end of a split block the request gets; the remainder keeps its place in the list.',
  },
  {
    name: 'coalesce',
    type: 'string',
    choices: ['immediate', 'deferred', 'none'],
    description:
      'When free neighbours become one block: as soon as one is freed, all at once when a request finds no fit, or never.',
  },
  {
    name: 'rover',
    type: 'string',
    choices: ['stays', 'follows'],
    description:
      'Next fit only (null otherwise): whether a free leaves the place where the next search starts alone, or moves it ' +
      'to the freed block.',
  },
  {
    name: 'headerSize',
    type: 'integer',
    minimum: 0,
    maximum: 256,
    description:
      'Bytes of bookkeeping in front of every block; 0 = sizes and links are kept beside the heap, as the simulator of ' +
      '"Operating Systems: Three Easy Pieces" does.',
  },
  {
    name: 'alignment',
    type: 'integer',
    minimum: 1,
    maximum: 4096,
    description: 'Every address handed out, and every block length, is a multiple of this power of two, in bytes.',
  },
  {
    name: 'growthStep',
    type: 'integer',
    minimum: 1,
    maximum: 2 ** 30,
    description:
      'Bytes asked of the operating system when no free block is large enough; a request that needs more gets just that.',
  },
  {
    name: 'trim',
    type: 'integer',
    minimum: 1,
    maximum: ADDRESS_SPACE,
    description:
      'A free block of at least so many bytes at the end of the heap is given back to the operating system; null = never.',
  },
  {
    name: 'mappedLimit',
    type: 'integer',
    minimum: 1,
    maximum: ADDRESS_SPACE,
    description: 'Most bytes that the heap may have: growth beyond is refused (out of memory); null = no limit.',
  },
];

/** What a client gave, on top of a profile; all that is wrong with it. */
export function mergeOptions(
  preset: FreelistOptions,
  given: Readonly<Record<string, unknown>>,
): { readonly options: FreelistOptions } | { readonly problems: readonly ConfigProblem[] } {
  const problems = Object.entries(given).flatMap(([name, value]) => {
    const message = wrongWith(name, value);
    return message === null ? [] : [{ path: `options.${name}`, message }];
  });
  if (problems.length > 0) return { problems };
  const merged = { ...preset, ...given } as FreelistOptions;
  const options = 'rover' in given ? merged : { ...merged, rover: roverFor(merged) };
  const contradictions = contradictionsOf(options, (name) => Object.hasOwn(given, name));
  return contradictions.length > 0 ? { problems: contradictions } : { options };
}

function roverFor({ fit, rover }: FreelistOptions): FreelistOptions['rover'] {
  return fit === 'next' ? (rover ?? 'stays') : null;
}

function wrongWith(name: string, value: unknown): string | null {
  const option = optionDescriptions.find((description) => description.name === name);
  if (!option) return `unknown option; known: ${optionDescriptions.map((known) => known.name).join(', ')}`;
  if (value === null) return nullable.has(name) ? null : 'must not be null';
  if (option.choices) {
    const known = typeof value === 'string' && option.choices.includes(value);
    return known ? null : `must be one of: ${option.choices.join(', ')}${nullable.has(name) ? ' (or null)' : ''}`;
  }
  const { minimum = 0, maximum = ADDRESS_SPACE } = option;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < minimum || value > maximum)
    return `must be a whole number from ${minimum} to ${maximum}${nullable.has(name) ? ', or null' : ''}`;
  if (name === 'alignment' && (value & (value - 1)) !== 0) return 'must be a power of two';
  return null;
}

/** Options that are fine one by one and cannot be had together. The blame goes to one that the client gave. */
function contradictionsOf(options: FreelistOptions, wasGiven: (name: string) => boolean): ConfigProblem[] {
  const { fit, rover, split, headerSize, alignment, growthStep, mappedLimit } = options;
  const problems: ConfigProblem[] = [];
  const refuse = (names: readonly (keyof FreelistOptions)[], message: string) =>
    problems.push({ path: `options.${names.find(wasGiven) ?? names[0]}`, message });

  if (rover !== null && fit !== 'next')
    refuse(['rover', 'fit'], `only next fit has a rover, and fit is "${fit}": leave rover out`);
  if (rover === null && fit === 'next') refuse(['rover', 'fit'], 'next fit needs a rover: "stays" or "follows"');
  if (split !== null && split < headerSize)
    refuse(
      ['split', 'headerSize'],
      `a remainder of ${split} bytes (split) cannot hold its own header of ${headerSize} bytes (headerSize)`,
    );
  if (growthStep % alignment !== 0)
    refuse(
      ['growthStep', 'alignment'],
      `the heap grows by whole units: growthStep ${growthStep} is not a multiple of alignment ${alignment}`,
    );
  const firstStep = growthStep + headPadding(options);
  if (mappedLimit !== null && mappedLimit < firstStep)
    refuse(
      ['mappedLimit', 'growthStep', 'alignment', 'headerSize'],
      `no request could ever be served: the first growth takes ${firstStep} bytes and mappedLimit is ${mappedLimit}`,
    );
  return problems;
}

/** Bytes before the first header, so that the address after it is aligned. */
export function headPadding({ headerSize, alignment }: Pick<FreelistOptions, 'headerSize' | 'alignment'>): number {
  return (alignment - (headerSize % alignment)) % alignment;
}
