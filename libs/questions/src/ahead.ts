/**
 * What comes after a moment: the real next request, with what became of it. Marks ask nothing of an allocator and are
 * passed over. How far somebody looks for a request of another kind is bounded.
 */
import { Outcome } from '@heapcast/allocators';
import type { EventsReply } from '@heapcast/replay';
import { Op, OP_MASK } from '@heapcast/trace';
import type { Moment } from './moment.js';

/** Events that are looked at for one that fits. */
export const LOOK_AHEAD = 10_000;
/** Events that are looked at first: nearly always enough. */
const FIRST_LOOK = 64;

export interface Ahead {
  readonly events: EventsReply;
  /** Position in `events` of the next request that is no mark; -1 = there is none, at least not near. */
  readonly next: number;
  /** Every event up to the last was looked at. */
  readonly toTheEnd: boolean;
}

/** The events after the moment: a few if the next request is among them and `fits`, else as many as are ever looked at. */
export async function lookAhead(moment: Moment, fits: (ahead: EventsReply, i: number) => boolean): Promise<Ahead> {
  const few = await read(moment, FIRST_LOOK);
  if ((few.next >= 0 && fits(few.events, few.next)) || few.toTheEnd) return few;
  return read(moment, LOOK_AHEAD);
}

async function read(moment: Moment, limit: number): Promise<Ahead> {
  const events = await moment.inspect(moment.at, { kind: 'events', limit });
  const { requests } = events;
  let next = 0;
  while (next < requests.length && opAt(events, next) === Op.mark) next++;
  return {
    events,
    next: next < requests.length ? next : -1,
    toTheEnd: moment.at + requests.length >= moment.events,
  };
}

/** Position of the first event from `from` on that fits; -1 = none of those that were looked at. */
export function findAhead({ events }: Ahead, from: number, fits: (events: EventsReply, i: number) => boolean): number {
  for (let i = Math.max(0, from); i < events.requests.length; i++) if (fits(events, i)) return i;
  return -1;
}

export function opAt({ requests }: EventsReply, i: number): number {
  return requests.op[i] & OP_MASK;
}

/** A new block that the model placed. */
export function isPlaced(events: EventsReply, i: number): boolean {
  const op = opAt(events, i);
  const asks = op === Op.malloc || op === Op.calloc || op === Op.reallocNull;
  return asks && events.placements.outcome[i] === Outcome.placed;
}

/** A free of a block that the model placed. */
export function isFreed(events: EventsReply, i: number): boolean {
  return (
    opAt(events, i) === Op.free &&
    events.placements.outcome[i] === Outcome.freed &&
    events.placements.region[i] >= 0 &&
    events.numbers[i] > 0
  );
}

/** What event `i` asks, in words: `malloc of 48 bytes for list#3`. */
export function describeRequest(events: EventsReply, i: number): string {
  const op = opAt(events, i);
  const bytes = bytesText(events.requests.size[i]);
  const name = events.names.get(i);
  const whom = name === undefined ? '' : ` for ${name}`;
  switch (op) {
    case Op.malloc:
    case Op.reallocNull:
      return `asks for ${bytes}${whom}`;
    case Op.calloc:
      return `asks for ${bytes}, zeroed,${whom}`.replace(/,$/, '');
    case Op.realloc:
      return `resizes ${blockText(events.numbers[i], name)} to ${bytes}`;
    case Op.free:
      return events.numbers[i] > 0 ? `frees ${blockText(events.numbers[i], name)}` : 'frees NULL';
    case Op.foreign:
      return 'takes over a block from elsewhere';
    default:
      return op === Op.staleFree ? 'frees what is no live block' : 'resizes what is no live block';
  }
}

export function blockText(number: number, name: string | undefined): string {
  return name === undefined ? `block ${number}` : `block ${number} (${name})`;
}

export function bytesText(bytes: number): string {
  return bytes === 1 ? '1 byte' : `${bytes} bytes`;
}
