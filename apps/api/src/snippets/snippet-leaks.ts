/** What a C or C++ snippet lost and did wrong with its heap, as it is kept and answered. */
import type { HeapErrorMessage, LeaksMessage, LossRecordMessage } from '@heapcast/sandbox';
import type { Site } from '@heapcast/trace';

/** A place on a call path. */
export type CallPlace = Omit<Site, 'parent'>;

export interface SnippetLossRecord extends Omit<LossRecordMessage, 'site' | 'givenBy'> {
  readonly allocatedBy: LossRecordMessage['givenBy'];
  /** Innermost first. */
  readonly path: readonly CallPlace[];
  readonly sentence: string;
}

export interface SnippetHeapError extends Pick<
  HeapErrorMessage,
  'kind' | 'call' | 'block' | 'size' | 'offset' | 'event' | 'times'
> {
  readonly path: readonly CallPlace[];
  readonly allocatedBy: HeapErrorMessage['givenBy'] | null;
  readonly allocatedAt: readonly CallPlace[];
  readonly freedAt: readonly CallPlace[];
  readonly sentence: string;
}

export interface SnippetLeaks extends Pick<
  LeaksMessage,
  'summary' | 'recordsDropped' | 'errorsDropped' | 'peakBytes' | 'failedRequests'
> {
  readonly records: readonly SnippetLossRecord[];
  readonly errors: readonly SnippetHeapError[];
}
