/**
 * Plays the scenario of a session step by step: what comes next in a sentence, and the buttons for it. Drawn where a page puts it,
 * for whoever may write:
 *
 *     {about.scenario && <ScenarioSteps session={id} seq={end} />}
 */
import { signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { playUntil, readSteps, type StepsState } from '../service/scenarios.js';
import { tokenOf } from '../service/tokens.js';
import './scenario-steps.css';

interface ScenarioStepsProps {
  readonly session: string;
  /** Events of the session: when somebody else plays on, the next step is another one. */
  readonly seq: number;
}

export function ScenarioSteps({ session, seq }: ScenarioStepsProps) {
  const state = useMemo(() => signal<StepsState | null>(null), [session]);
  const isPlaying = useMemo(() => signal(false), [session]);
  const trouble = useMemo(() => signal<string | null>(null), [session]);
  const ask = async (question: () => Promise<StepsState>): Promise<void> => {
    try {
      await question();
      state.value = await readSteps(session);
      trouble.value = null;
    } catch (error) {
      trouble.value = error instanceof Error ? error.message : String(error);
    }
  };
  useEffect(() => {
    if (!isPlaying.value) void ask(() => readSteps(session));
  }, [session, seq]);
  const play = async (until: number): Promise<void> => {
    isPlaying.value = true;
    await ask(() => playUntil(session, until));
    isPlaying.value = false;
  };
  const shown = state.value;
  if (tokenOf(session) === undefined || !shown) return null;
  const { done, of, next } = shown;
  return (
    <section class="scenario-steps" aria-label="Scenario">
      <span class="num dim">
        Step {done} of {of}
      </span>
      <p role="status">{trouble.value ?? next?.sentence ?? 'That was the last step.'}</p>
      <button
        class="button primary"
        type="button"
        disabled={!next || isPlaying.value}
        onClick={() => void play(done + 1)}
      >
        Next step
      </button>
      <button class="button" type="button" disabled={!next || isPlaying.value} onClick={() => void play(of)}>
        All steps
      </button>
    </section>
  );
}
