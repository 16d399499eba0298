/**
 * The request that a question is about: the real next one, or one that is supposed and served on a copy of the model. It is
 * supposed where somebody says what to suppose, and where nothing comes any more, as at the end of a live session.
 */
import { Outcome } from '@heapcast/allocators';
import type { EventsReply, PlacedEvents, TrialReply, TrialRequest } from '@heapcast/replay';
import { type Ahead, describeRequest, findAhead, lookAhead } from './ahead.js';
import type { Moment } from './moment.js';
import { NotAskable, type QuestionOptions } from './question.js';

/** One request and what becomes of it. */
export interface ComingRequest {
  readonly placed: PlacedEvents;
  /** Its position in `placed`. */
  readonly i: number;
  /** `The next request asks for 48 bytes.`, `Suppose that the program now asks for 48 bytes.` */
  readonly sentence: string;
}

export interface Wanted {
  /** The real event that the question can be about. */
  readonly fits: (events: EventsReply, i: number) => boolean;
  /** Why it cannot be about another: `No block is handed out by it.` */
  readonly otherwise: string;
}

/** The real next request, if it fits; `null` where nothing comes any more. @throws NotAskable with where it would fit */
export async function nextRequest(moment: Moment, { fits, otherwise }: Wanted): Promise<ComingRequest | null> {
  const ahead = await lookAhead(moment, fits);
  const { events, next } = ahead;
  if (next < 0 && ahead.toTheEnd) return null;
  if (next >= 0 && fits(events, next)) {
    return { placed: events, i: next, sentence: `The next request ${describeRequest(events, next)}.` };
  }
  const what = next < 0 ? 'Only marks come next.' : `The next request ${describeRequest(events, next)}.`;
  const nextEvent = whereItFits(moment, ahead, fits);
  throw new NotAskable(`${what} ${otherwise} ${hint(nextEvent, moment)}`, nextEvent);
}

/** Serves requests on a copy of the model; the last of them is the one that is asked about. */
export async function suppose(
  { at, inspect }: Moment,
  requests: readonly TrialRequest[],
  sentence: string,
): Promise<ComingRequest & { readonly placed: TrialReply }> {
  const placed = await inspect(at, { kind: 'trial', requests });
  return { placed, i: requests.length - 1, sentence };
}

/** @throws NotAskable when the supposed request for memory gets no block of the model */
export function requirePlaced({ placed, i }: ComingRequest, size: number, option: keyof QuestionOptions | null): void {
  const outcome = placed.placements.outcome[i];
  if (outcome === Outcome.placed) return;
  const why =
    outcome === Outcome.outOfMemory
      ? 'there is no memory left for it'
      : 'the system allocator serves it, beside the heap that is shown';
  throw new NotAskable(`A request of ${size} bytes gets no block here: ${why}.`, null, option);
}

/** The position from which the real next request fits; at the end of everything a request can be supposed. */
function whereItFits({ at, events: total }: Moment, ahead: Ahead, fits: Wanted['fits']): number | null {
  const found = findAhead(ahead, ahead.next, fits);
  if (found >= 0) return at + found;
  return ahead.toTheEnd ? total : null;
}

export function hint(nextEvent: number | null, { events }: Moment): string {
  if (nextEvent === null) return 'It can be asked nowhere in the events that come next.';
  if (nextEvent === events) return `It can be asked at the end, event ${events}, about a request that is supposed.`;
  return `It can be asked at event ${nextEvent}.`;
}
