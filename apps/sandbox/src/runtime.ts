/**
 * What a language gives to the child (`python/`, `cpp/`): it loads as far as it can without knowing the snippet, closes the
 * doors that it knows of, and then runs one snippet.
 */
import type { FinishedMessage, LayerFinding, SnippetRequest } from './protocol.js';
import type { Outbox } from './outbox.js';

export interface Runtime {
  /** For `ready.runtime`. */
  readonly title: string;
  /** The layers that this process can vouch for from the inside (`realm`, `interpreter`), as found by trying them. */
  readonly layers: readonly LayerFinding[];
  /** Runs the snippet and says everything but `ready` and `finished`; what it answers becomes `finished`. */
  run(request: SnippetRequest): Promise<Ending> | Ending;
}

/** `ms` and `outputBytes` are known to the outbox. */
export type Ending = Pick<FinishedMessage, 'outcome' | 'detail' | 'events' | 'blocks' | 'exitStatus'>;

/**
 * `apps/sandbox/src/<language>/load.ts` exports one of these as `load`; `folders` are those that the child may read. With
 * `isAhead` nobody waits yet: there is time for what makes the snippet faster.
 */
export type LoadRuntime = (outbox: Outbox, folders: readonly string[], isAhead: boolean) => Promise<Runtime>;
