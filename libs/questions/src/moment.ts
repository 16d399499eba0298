/**
 * The moment that a question is about: a session or run after `at` events. It is looked at through the replay's own
 * inspections, so that whatever a question says comes from the model and nothing here knows where the run is kept.
 */
import type { ResolvedConfig } from '@heapcast/allocators';
import type { LeakReport, ProgramState } from '@heapcast/contracts';
import type { InspectQuery, InspectReply } from '@heapcast/replay';

export interface Moment {
  readonly config: ResolvedConfig;
  /** The state after this many events. */
  readonly at: number;
  /** Events that there are. */
  readonly events: number;
  readonly inspect: <Q extends InspectQuery>(at: number, query: Q) => Promise<InspectReply<Q>>;
  /** Only of program sessions: the program after its last command at or before an event. */
  readonly program?: ProgramMoment;
}

export interface ProgramMoment {
  readonly state: (at: number) => Promise<ProgramState>;
  readonly leaks: (at: number) => Promise<LeakReport>;
}
