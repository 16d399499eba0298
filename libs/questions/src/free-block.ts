/**
 * Which free block of a free list will serve the request: first, next, best or worst fit. The choices are free blocks of the
 * list, named by address and length; where none is large enough the heap grows.
 */
import type { ResolvedConfig } from '@heapcast/allocators';
import { hex, letter, type Lettered, type Place } from './choices.js';
import type { ComingRequest } from './coming-request.js';
import type { Moment } from './moment.js';
import type { Seed } from './seed.js';

interface FreeBlock {
  readonly address: string;
  readonly size: number;
  readonly state: 'live' | 'free';
  readonly position?: number;
  readonly rover?: boolean;
}

/** Where the heap has nothing that is free. */
const REFUSED = { text: 'none: the request is refused' };
/** Blocks of the heap that are looked at, in address order. */
const MOST_BLOCKS = 20_000;

export async function nextFreeBlock(
  moment: Moment,
  coming: ComingRequest,
  seed: Seed,
): Promise<Lettered & { readonly explanation: string }> {
  const query = { kind: 'heap', detail: 'blocks', limit: MOST_BLOCKS, offset: 0 } as const;
  const { heap } = await moment.inspect(moment.at, query);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const free = (heap.items as readonly FreeBlock[]).filter(({ state }) => state === 'free');
  const { placed, i } = coming;
  const address = placed.addresses[i];
  const bytes = placed.blockBytes[i];
  const taken = free.find((block) => address >= Number(block.address) && address < Number(block.address) + block.size);
  const fitting = free.filter(({ size }) => size >= bytes);
  const grown = { text: `the heap grows, and the block begins at ${hex(address)}`, block: placeAt(address) };
  const right = taken ? choiceOf(taken) : grown;
  const bySize = [...fitting].sort((one, other) => one.size - other.size);
  const byPlace = [...fitting].sort((one, other) => (one.position ?? 0) - (other.position ?? 0));
  const wrong = [byPlace[0], bySize[0], bySize.at(-1), free.at(-1), fitting.at(-1), ...seed.shuffled(free)];
  const choices = wrong.flatMap((block) => (block && block !== taken ? [choiceOf(block)] : []));
  const growth = { text: 'the heap grows: a new stretch at its end' };
  return {
    ...letter(
      right,
      taken ? [...choices.slice(0, 2), growth, ...choices.slice(2)] : choices.length > 0 ? choices : [REFUSED],
      seed,
    ),
    explanation: explain(moment.config, taken ?? null, { fitting: fitting.length, bytes }),
  };
}

function choiceOf({ address, size }: FreeBlock): { readonly text: string; readonly block: Place } {
  return { text: `the free block of ${size} bytes at ${address}`, block: placeAt(Number(address)) };
}

/** Models without pools have one region, 0. */
function placeAt(address: number): Place {
  return { arena: 0, pool: -1, index: -1, address: hex(address) };
}

function explain(
  { options }: ResolvedConfig,
  taken: FreeBlock | null,
  { fitting, bytes }: { readonly fitting: number; readonly bytes: number },
): string {
  if (!taken) return `No free block has the ${bytes} bytes that are needed with the header, so the heap grows.`;
  if (fitting === 0) {
    return `No free block was large enough for the ${bytes} bytes; free neighbours were joined first, and the block begins here.`;
  }
  if (fitting === 1) return `It is the only free block that has the ${bytes} bytes that are needed with the header.`;
  const order = options.order === 'lifo' ? 'the list begins with the block freed last' : 'the list goes by address';
  switch (options.fit) {
    case 'best':
      return `Best fit takes the smallest of the ${fitting} free blocks that have the ${bytes} bytes: one of ${taken.size}.`;
    case 'worst':
      return `Worst fit takes the largest of the ${fitting} free blocks that have the ${bytes} bytes: one of ${taken.size}.`;
    case 'next':
      return `Next fit takes the first of the ${fitting} free blocks that have the ${bytes} bytes from where the last search ended; ${order}.`;
    default:
      return `First fit takes the first of the ${fitting} free blocks that have the ${bytes} bytes; ${order}.`;
  }
}
