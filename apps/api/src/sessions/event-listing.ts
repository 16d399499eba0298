/**
 * Columns -> the event objects that clients read. The same columns come from a live session's worker and from any later
 * look back, so an event reads the same however it is asked for.
 */
import type { MappingEvent } from '@heapcast/allocators';
import type { MappedRegion, Operation, SessionEvent } from '@heapcast/contracts';
import { OUTCOMES } from '@heapcast/contracts';
import type { PlacedEvents } from '@heapcast/replay';
import { NO_REGION } from '@heapcast/allocators';
import { Op, OP_MASK, type TraceChunk } from '@heapcast/trace';

/** Consecutive requests of a session and what became of them; all columns of one length. */
export interface PlacedRequests {
  readonly requests: TraceChunk;
  readonly placed: PlacedEvents;
  /** 0-based index of each request, where they are not consecutive. */
  readonly events?: Float64Array;
}

/** What a program calls the operations; the canonical trace knows more kinds. By op code. */
const OPERATION_OF: readonly Operation[] = (() => {
  const names: Operation[] = [];
  names[Op.malloc] = 'malloc';
  names[Op.foreign] = 'malloc';
  names[Op.calloc] = 'calloc';
  names[Op.realloc] = 'realloc';
  names[Op.reallocNull] = 'realloc';
  names[Op.staleRealloc] = 'realloc';
  names[Op.free] = 'free';
  names[Op.staleFree] = 'free';
  names[Op.mark] = 'mark';
  return names;
})();

/** Events `from` … `to` (exclusive), as positions in the columns. */
export function listEvents(
  { requests, placed, events: found }: PlacedRequests,
  from = 0,
  to = requests.length,
): SessionEvent[] {
  const events: SessionEvent[] = [];
  const { op, size, site, time } = requests;
  const { first, placements, numbers, addresses, pools, indexes, blockBytes, names, mappings } = placed;
  // Mappings are few and in order: one cursor walks along.
  let nextMapping = mappings.findIndex((mapping) => mapping.event >= (found ? (found[from] ?? 0) : first + from));
  if (nextMapping === -1) nextMapping = mappings.length;

  for (let i = from; i < to; i++) {
    const operation = OPERATION_OF[op[i] & OP_MASK];
    const position = found ? found[i] : first + i;
    const region = placements.region[i];
    const somewhere = region !== NO_REGION;
    const asks = operation !== 'free' && operation !== 'mark';
    const event: { -readonly [Field in keyof SessionEvent]: SessionEvent[Field] } = {
      seq: position + 1,
      op: operation,
      outcome: OUTCOMES[placements.outcome[i]],
      block: numbers[i],
      size: asks ? size[i] : 0,
      address: somewhere ? addresses[i] : null,
      arena: somewhere ? region : null,
      pool: pools[i] < 0 ? null : pools[i],
      index: indexes[i] < 0 ? null : indexes[i],
      blockSize: blockBytes[i],
    };
    if (names.size > 0) {
      const name = names.get(i);
      if (name !== undefined) {
        if (operation === 'mark') event.label = name;
        else event.name = name;
      }
    }
    if (site && site[i] > 0) event.site = site[i];
    if (time && time[i] > 0) event.time = time[i];
    while (nextMapping < mappings.length && mappings[nextMapping].event === position) {
      const mapping = mappings[nextMapping++];
      const list = mapping.kind === 'map' ? 'mapped' : 'unmapped';
      event[list] = [...(event[list] ?? []), regionOf(mapping)];
    }
    events.push(event);
  }
  return events;
}

function regionOf({ region, base, bytes }: MappingEvent): MappedRegion {
  return { arena: region, base, bytes };
}
