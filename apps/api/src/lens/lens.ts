/**
 * A lens: events and states with a sentence in other words. The numbers stay as they are. There is one so far, the toy
 * party; its words are in one table (libs/insight, `GET /v1/party/words`).
 */
import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import type { SessionEvent } from '@heapcast/contracts';
import { type DescribedState, describeAtParty, describeStateAtParty } from '@heapcast/insight';
import { IsIn, IsOptional } from 'class-validator';

export const LENSES = ['party'] as const;
export type Lens = (typeof LENSES)[number];

/** The query parameter. */
export function LensQuery(): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      required: false,
      enum: LENSES,
      description: 'Adds a `sentence` in the words of the toy party (GET /v1/party/words).',
      example: 'party',
    }),
    IsOptional(),
    IsIn(LENSES, { message: `must be ${LENSES.join(', ')}` }),
  );
}

/** The same events, each with a sentence; without a lens as they are. */
export function eventsThrough<Event extends SessionEvent>(lens: Lens | undefined, events: readonly Event[]): Event[] {
  if (lens === undefined) return [...events];
  return events.map((event) => ({ ...event, sentence: describeAtParty(event) }));
}

/** A state with its sentence; without a lens as it is. */
export function stateThrough<State extends Pick<DescribedState, 'totals' | 'ledger'>>(
  lens: Lens | undefined,
  state: State,
): State {
  return lens === undefined ? state : { ...state, sentence: describeStateAtParty(state) };
}

/** Pieces of events as they are read. */
export async function* piecesThrough<Event extends SessionEvent>(
  lens: Lens | undefined,
  pieces: AsyncIterable<readonly Event[]>,
): AsyncGenerator<Event[]> {
  for await (const piece of pieces) yield eventsThrough(lens, piece);
}
