/**
 * What is profiled: a finished run or a session, live or not. Both are events on an allocator with a table of call sites,
 * so everything that is told of one is told of the other.
 */
import type { ResolvedConfig } from '@heapcast/allocators';
import type { InspectQuery, InspectReply, RunSummary } from '@heapcast/replay';
import type { Site } from '@heapcast/trace';
import { ProblemException } from '../problems/index.js';

export type SubjectKind = 'run' | 'session';

export interface Subject {
  readonly kind: SubjectKind;
  readonly id: string;
  readonly name: string;
  readonly config: ResolvedConfig;
  /** Events that there are now. What was at an earlier position never changes. */
  readonly events: number;
  /** Names the site table and what it holds now. */
  readonly siteTable: () => Promise<string>;
  readonly sites: () => Promise<readonly Site[]>;
  /** `head`: after the last event that there is when it is looked at, which may be more than `events`. */
  readonly inspect: <Q extends InspectQuery>(
    at: number | 'head',
    query: Q,
    signal?: AbortSignal,
  ) => Promise<InspectReply<Q>>;
  /** Of all events that there are now. */
  readonly summary: () => Promise<RunSummary>;
  /** Aborted when whoever asked does not wait any more. */
  readonly gone: AbortSignal;
}

/** @throws ProblemException `invalid-position` */
export function positionIn({ kind, events }: Subject, path: string, position: number | undefined): number {
  if (position === undefined) return events;
  if (position <= events) return position;
  throw new ProblemException(
    'invalid-position',
    `${path}=${position} is beyond the last event: the ${kind} has ${events}.`,
    { errors: [{ path, message: `must be at most ${events}` }] },
  );
}
