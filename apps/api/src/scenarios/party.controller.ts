import { Body, Controller, Get, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { PARTY_WORDS, type PartyConcept, type PartyWord } from '@heapcast/insight';
import {
  generateGuests,
  giveParty,
  type Guests,
  PARTY_STRATEGIES,
  type PartyResult,
  type PartyTerms,
} from '@heapcast/scenarios';
import { ApiProblems, invalid } from '../problems/index.js';
import { LENSES } from '../lens/lens.js';
import { MOST_TOYS, MOST_TOYS_IN_ORDER, PartyDto } from './party.dto.js';

const REPLY = { type: 'object' as const, additionalProperties: true };
const EXAMPLE: PartyDto = {
  toysPerCollection: 4,
  collectionsPerOrder: 3,
  timeline: false,
  guests: [
    { group: 'River kids', arrives: 0, leaves: 2, children: 6, toysEach: 2, kind: 'ball' },
    { group: 'Park kids', arrives: 1, leaves: 4, children: 4, toysEach: 1, kind: 'car' },
  ],
};
const USUAL_GUESTS = { seed: 106, groups: 12, hours: 8 };

export interface PartyView {
  readonly terms: PartyTerms;
  readonly guests: readonly Guests[];
  readonly strategies: readonly (Omit<PartyResult, 'timeline'> & Partial<Pick<PartyResult, 'timeline'>>)[];
  readonly cheapest: { readonly strategy: string; readonly total: number };
  readonly sentence: string;
}

@ApiTags('Party')
@Controller('v1/party')
export class PartyController {
  @Get('words')
  @ApiOperation({
    operationId: 'partyWords',
    summary: "The talk's analogy in one table: what is called how at the party",
    description: 'The words of `?lens=party`, which the events, stats and stream of any session and run take.',
  })
  @ApiOkResponse({
    schema: {
      ...REPLY,
      example: {
        lens: 'party',
        words: { region: PARTY_WORDS.region },
        takenBy: ['/v1/sessions/{id}/events?lens=party'],
      },
    },
  })
  @ApiProblems('too-many-requests')
  words(): {
    readonly lens: string;
    readonly words: Readonly<Record<PartyConcept, PartyWord>>;
    readonly takenBy: string[];
  } {
    const paths = [
      'sessions/{id}/events',
      'sessions/{id}/stats',
      'sessions/{id}/stream',
      'runs/{id}/events',
      'runs/{id}/stats',
    ];
    return { lens: LENSES[0], words: PARTY_WORDS, takenBy: paths.map((path) => `/v1/${path}?lens=${LENSES[0]}`) };
  }

  @Post()
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    operationId: 'giveParty',
    summary: 'Give the toy party by several strategies, and compare the bills',
    description:
      'Groups of children come and go; toys lie in collections, collections come in orders, an order is rented by the hour. The guests are the same for every strategy.',
  })
  @ApiOkResponse({ schema: { ...REPLY, example: partyOf(EXAMPLE) } })
  @ApiProblems('invalid-request', 'malformed-json', 'too-many-requests')
  give(@Body() body: PartyDto): PartyView {
    return partyOf(body);
  }
}

/** @throws ProblemException `invalid-request` */
function partyOf(body: PartyDto): PartyView {
  const terms: PartyTerms = {
    toysPerCollection: body.toysPerCollection ?? 12,
    collectionsPerOrder: body.collectionsPerOrder ?? 8,
    pricePerHour: body.pricePerHour ?? 10,
    estimatedToys: body.estimatedToys ?? 0,
    billing: body.billing ?? 'started',
    vendorOrders: body.vendorOrders ?? null,
  };
  const { toysPerCollection, collectionsPerOrder } = terms;
  if (toysPerCollection * collectionsPerOrder > MOST_TOYS_IN_ORDER) {
    throw invalid('collectionsPerOrder', `makes an order of more than ${MOST_TOYS_IN_ORDER} toys`);
  }
  const guests = guestsOf(body);
  const results = (body.strategies ?? PARTY_STRATEGIES).map((strategy) => giveParty(terms, guests, strategy));
  if (results.length === 0) throw invalid('strategies', 'must name at least one');
  const [cheapest] = [...results].sort((a, b) => a.bill.total - b.bill.total);
  const dearest = Math.max(...results.map(({ bill }) => bill.total));
  return {
    terms,
    guests,
    strategies: results.map(({ timeline, ...rest }) => (body.timeline === false ? rest : { ...rest, timeline })),
    cheapest: { strategy: cheapest.strategy, total: cheapest.bill.total },
    sentence: `${cheapest.strategy} costs ${cheapest.bill.total}, the dearest of ${results.length} costs ${dearest}.`,
  };
}

function guestsOf({ guests, generate }: PartyDto): Guests[] {
  if (guests && generate) throw invalid('generate', 'cannot be combined with guests');
  if (!guests) {
    const { seed, groups, hours } = generate ?? USUAL_GUESTS;
    return generateGuests({ seed, groups: groups ?? USUAL_GUESTS.groups, hours: hours ?? USUAL_GUESTS.hours });
  }
  const list = guests.map(({ leaves = null, kind = 'toy', ...rest }, at): Guests => {
    if (leaves !== null && leaves < rest.arrives) throw invalid(`guests[${at}].leaves`, 'must not be before arrives');
    return { ...rest, leaves, kind };
  });
  const toys = list.reduce((sum, { children, toysEach }) => sum + children * toysEach, 0);
  if (toys > MOST_TOYS) throw invalid('guests', `want ${toys} toys; at most ${MOST_TOYS} are handed out`);
  return list;
}
