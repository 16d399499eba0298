/** What is asked of a session in one go, before it has its place among all else. */
import type { SiteGrowth } from '@heapcast/database';
import type { RequestResolver, TraceChunk } from '@heapcast/trace';
import type { KeyedBody } from './idempotency.js';

/** What those who write for a program know of their requests beside what they ask. */
export interface BatchTerms {
  /** Call sites that these requests are the first to point at. */
  readonly sites?: SiteGrowth;
  /** Refused unless this is the number of the first request: what it rests on is what is stored. */
  readonly firstSeq?: number;
}

/** A batch before it has its place. */
export interface AskedBatch extends BatchTerms {
  readonly count: number;
  readonly keyed?: KeyedBody | undefined;
  /** Of how many requests, from the first on, the caller wants to know what they became. */
  readonly wanted: number;
  /** Gives every request its slot. */
  place(resolver: RequestResolver): TraceChunk;
}

/** Canonical requests as they are. @param failed called when they do not follow on what was before */
export function adopting(chunk: TraceChunk, failed: () => void): AskedBatch['place'] {
  return (resolver) => {
    try {
      resolver.adopt(chunk);
    } catch (error) {
      failed();
      throw error;
    }
    return chunk;
  };
}
