/** How fast a program asked for memory in a window: counted from its requests, which are read for it. */
import { type RequestRates, requestRates } from '@heapcast/insight';
import { Injectable } from '@nestjs/common';
import { invalid } from '../problems/index.js';
import { positionIn, type Subject } from '../profiling/subject.js';
import type { RatesQueryDto } from './search-query.dto.js';

/** Events of a window: what one look at a recording may read. */
export const MOST_RATED = 65_536;

@Injectable()
export class RequestPace {
  /** @throws ProblemException `invalid-request`, `invalid-position` */
  async rates(subject: Subject, { from = 0, to: wanted, buckets = 200 }: RatesQueryDto): Promise<RequestRates> {
    positionIn(subject, 'from', from);
    const to = positionIn(subject, 'to', wanted ?? Math.min(subject.events, from + MOST_RATED));
    if (from > to) throw invalid('from', 'must not be after to');
    if (to - from > MOST_RATED) throw invalid('to', `must be at most ${MOST_RATED} after from`);
    const op = new Uint8Array(to - from);
    const time = new Float64Array(to - from);
    for (let at = from; at < to;) {
      const { requests } = await subject.inspect(at, { kind: 'events', limit: to - at });
      if (requests.length === 0) break;
      op.set(requests.op.subarray(0, requests.length), at - from);
      if (requests.time) time.set(requests.time.subarray(0, requests.length), at - from);
      at += requests.length;
    }
    return requestRates({ op, time }, from, buckets);
  }
}
