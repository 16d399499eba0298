/** What a replay tells of a moment -> the picture that clients get, with the blocks of one arena. */
import type { HeapMap } from '@heapcast/contracts';
import type { PictureReply } from '@heapcast/replay';

/** @param regions whose blocks were asked for, in this order */
export function mapOf(
  { cells, states, ...moment }: PictureReply,
  regions: readonly number[],
  arena: number | null,
): HeapMap {
  const told = arena === null ? undefined : states[regions.indexOf(arena)];
  // An arena that is not mapped has no blocks.
  const isThere = told !== undefined && told.length > 0;
  return { ...cells, ...moment, statesOf: isThere ? arena : null, states: isThere ? told : new Uint8Array(0) };
}
