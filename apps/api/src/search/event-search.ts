/** From what a query says to what a replay looks for, and from what it found to events as clients read them. */
import { OPERATIONS, OUTCOMES, type SessionEvent } from '@heapcast/contracts';
import type { EventFilter } from '@heapcast/replay';
import { Op, type Site } from '@heapcast/trace';
import { Injectable } from '@nestjs/common';
import { Recollection } from '../profiling/recollection.js';
import { positionIn, type Subject } from '../profiling/subject.js';
import { invalid } from '../problems/index.js';
import { listEvents } from '../sessions/event-listing.js';
import type { FoundEventsDto, MarksDto } from './search.dto.js';
import type { MarksQueryDto, SearchQueryDto } from './search-query.dto.js';

/** Events that one call looks at: some tenths of a second where every one of them has to be looked at closely. */
const SCAN = 1 << 18;

/** Op codes by what a program calls them. */
const CODES: Readonly<Record<string, readonly number[]>> = {
  malloc: [Op.malloc, Op.foreign],
  calloc: [Op.calloc],
  realloc: [Op.realloc, Op.reallocNull, Op.staleRealloc],
  free: [Op.free, Op.staleFree],
  mark: [Op.mark],
};

@Injectable()
export class EventSearch {
  constructor(private readonly recollection: Recollection) {}

  /** @throws ProblemException `invalid-request`, `invalid-position` */
  async find(subject: Subject, query: SearchQueryDto): Promise<FoundEventsDto> {
    const { from, before, limit = 100 } = query;
    if (from !== undefined && before !== undefined) throw invalid('before', 'cannot be combined with from');
    const to = positionIn(subject, 'to', query.to);
    const start = before ?? from ?? 0;
    positionIn(subject, before === undefined ? 'from' : 'before', start);
    const filter = await this.#filter(subject, query);
    const back = before !== undefined;
    const reply = await subject.inspect(to, { kind: 'search', from: start, back, limit, scan: SCAN, filter });
    const { requests, events, next, scanned } = reply;
    const found = listEvents({ requests, placed: reply, events });
    const sites = found.some(({ site }) => site !== undefined) ? await subject.sites() : [];
    return { events: found.map((event) => ({ ...event, place: placeOf(event, sites) })), next, scanned, to };
  }

  async marks(subject: Subject, { from = 0, limit = 1000 }: MarksQueryDto): Promise<MarksDto> {
    const to = subject.events;
    positionIn(subject, 'from', from);
    const { marks, total } = await this.recollection.remember(
      `${subject.kind}:${subject.id}:marks:${to}:${from}:${limit}`,
      subject.gone,
      (signal) => subject.inspect(to, { kind: 'marks', from, limit }, signal),
    );
    return { marks: marks.map(({ event, number, label }) => ({ seq: event + 1, number, label })), total, to };
  }

  async #filter(subject: Subject, query: SearchQueryDto): Promise<EventFilter> {
    const { op, outcome, minSize, maxSize, blockSize, address, block, arena, pool, index, name, site, text } = query;
    if (minSize !== undefined && maxSize !== undefined && minSize > maxSize) {
      throw invalid('maxSize', 'must not be less than minSize');
    }
    return {
      ops: mask(op, (word) => (OPERATIONS.some((known) => known === word) ? CODES[word] : [])),
      outcomes: mask(outcome, (word) => [OUTCOMES.findIndex((known) => known === word)]),
      minSize: minSize ?? null,
      maxSize: maxSize ?? null,
      blockBytes: blockSize ?? null,
      address: address === undefined ? null : Number(address),
      block: block ?? null,
      region: arena ?? null,
      pool: pool ?? null,
      index: index ?? null,
      name: name?.toLowerCase() ?? null,
      sites: site === undefined ? null : await this.#sitesLike(subject, site),
      text: text === undefined ? null : { part: text.toLowerCase(), sites: await this.#sitesLike(subject, text) },
      leaked: query.leaked === 'true',
    };
  }

  /** By index: does the site's place have this text in it? */
  async #sitesLike(subject: Subject, text: string): Promise<Uint8Array> {
    const part = text.toLowerCase();
    return this.recollection.remember(`${await subject.siteTable()}:like:${part}`, subject.gone, async () => {
      const sites = await subject.sites();
      const like = new Uint8Array(sites.length + 1);
      for (const [i, { file, line, function: name }] of sites.entries()) {
        if (`${file}:${line} ${name}`.toLowerCase().includes(part)) like[i + 1] = 1;
      }
      return like;
    });
  }
}

function mask(words: string | undefined, bitsOf: (word: string) => readonly number[]): number {
  if (words === undefined) return 0;
  return words
    .split(',')
    .flatMap(bitsOf)
    .reduce((bits, bit) => bits | (1 << bit), 0);
}

function placeOf({ site }: SessionEvent, sites: readonly Site[]): FoundEventsDto['events'][number]['place'] {
  const found = site === undefined ? undefined : sites[site - 1];
  return found ? { function: found.function, file: found.file, line: found.line } : null;
}
