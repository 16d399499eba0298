/**
 * The run that a comparison starts from: the run itself, or what a session became. A live session has no trace yet; a copy of it can be
 * finished, and is then a run like any other.
 */
import { type Signal, signal } from '@preact/signals';
import type { CreatedSession, SessionDetail, SessionKind } from '@heapcast/contracts';
import { useLocation } from 'preact-iso';
import { useEffect, useMemo } from 'preact/hooks';
import { json } from '../../service/rest.js';
import { keepToken, tokenOf } from '../../service/tokens.js';

export interface SubjectOfComparison {
  readonly kind: 'run' | 'session';
  readonly id: string;
}

type State =
  | { readonly is: 'reading' }
  | { readonly is: 'live'; readonly events: number }
  | { readonly is: 'ready'; readonly run: string | null };

interface BaseRun {
  readonly state: Signal<State>;
  readonly name: Signal<string>;
  readonly runs: Signal<SessionKind | undefined>;
  readonly isBusy: Signal<boolean>;
  readonly trouble: Signal<string | null>;
  readonly copy: () => Promise<void>;
}

export function useBaseRun(subject: SubjectOfComparison | null): BaseRun {
  const { route } = useLocation();
  const { kind, id = '' } = subject ?? {};
  const path = `/v1/sessions/${encodeURIComponent(id)}`;
  const token = tokenOf(id);
  const asked = token === undefined ? {} : { token };
  const base = useMemo(
    () => ({
      state: signal<State>(kind === 'session' ? { is: 'reading' } : { is: 'ready', run: kind === 'run' ? id : null }),
      name: signal(''),
      runs: signal<SessionKind | undefined>(undefined),
      isBusy: signal(false),
      trouble: signal<string | null>(null),
    }),
    [kind, id],
  );
  const tried = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      base.trouble.value = error instanceof Error ? error.message : String(error);
    }
  };
  useEffect(() => {
    if (kind !== 'session') return;
    void tried(async () => {
      const { name, runId, seq, kind: runs } = await json<SessionDetail>(path, asked);
      base.name.value = name || 'Session';
      base.runs.value = runs;
      // The token of a private session reads its run too.
      if (runId !== null && token !== undefined) keepToken(runId, token);
      base.state.value = runId === null ? { is: 'live', events: seq } : { is: 'ready', run: runId };
    });
  }, [base]);
  const copy = async (): Promise<void> => {
    base.isBusy.value = true;
    await tried(async () => {
      const fork = await json<CreatedSession>(`${path}/fork`, { method: 'POST', body: {}, ...asked });
      keepToken(fork.id, fork.ownerToken);
      const finish = { method: 'POST', token: fork.ownerToken } as const;
      const { runId } = await json<SessionDetail>(`/v1/sessions/${fork.id}/finish`, finish);
      if (runId === null) throw new Error('The copy did not become a run.');
      keepToken(runId, fork.ownerToken);
      route(`/r/${runId}/compare`);
    });
    base.isBusy.value = false;
  };
  return { ...base, copy };
}
