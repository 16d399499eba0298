/** A question of the teacher's own: a text, choices, and which is right. */
import { type Signal, signal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { Teaching } from './teaching.js';

const MOST_CHOICES = 8;
const LONGEST_PROMPT = 500;
const LONGEST_CHOICE = 200;
/** In the place of the index of the right choice. */
const POLL = -1;

interface OwnQuestionProps {
  readonly teaching: Teaching;
  readonly back: () => void;
}

export function OwnQuestion({ teaching, back }: OwnQuestionProps) {
  const prompt = useMemo(() => signal(''), []);
  const choices = useMemo(() => signal<readonly string[]>(['', '']), []);
  const right = useMemo(() => signal(0), []);
  const explanation = useMemo(() => signal(''), []);
  const isNumber = useMemo(() => signal(false), []);
  const number = useMemo(() => signal(''), []);
  const unit = useMemo(() => signal(''), []);
  const fault = useMemo(() => signal<string | null>(null), []);
  const write = (index: number, text: string): void => {
    choices.value = choices.value.map((each, nth) => (nth === index ? text : each));
  };
  const onSubmit = (event: Event): void => {
    event.preventDefault();
    const written = choices.value.map((text) => text.trim());
    const filled = written.filter((text) => text !== '');
    const isPoll = !isNumber.value && right.value === POLL;
    const answer = isNumber.value ? number.value.trim() : (written[right.value] ?? '');
    fault.value = faultOf(prompt.value.trim(), isPoll ? null : answer, isNumber.value ? null : filled);
    if (fault.value !== null) return;
    const said = explanation.value.trim();
    const measured = isNumber.value ? unit.value.trim() : '';
    void teaching.classroom.attempt(
      teaching.make({
        kind: 'own',
        event: teaching.follower.at.value,
        prompt: prompt.value.trim(),
        choices: isNumber.value ? [] : filled,
        ...(isPoll ? {} : { right: answer }),
        ...(said === '' ? {} : { explanation: said }),
        ...(measured === '' ? {} : { unit: measured }),
      }),
    );
  };
  return (
    <form class="own-question" onSubmit={onSubmit}>
      <h1>A question of your own</h1>
      <label>
        Question
        <textarea
          class="field"
          dir="auto"
          rows={2}
          maxLength={LONGEST_PROMPT}
          value={prompt.value}
          onInput={({ currentTarget }) => (prompt.value = currentTarget.value)}
        />
      </label>
      <div class="segments" role="group" aria-label="What is answered">
        <button type="button" aria-pressed={!isNumber.value} onClick={() => (isNumber.value = false)}>
          One of some choices
        </button>
        <button type="button" aria-pressed={isNumber.value} onClick={() => (isNumber.value = true)}>
          A number
        </button>
      </div>
      {isNumber.value ? (
        <div class="own-number">
          <label>
            The right number
            <input
              class="field num"
              inputMode="decimal"
              maxLength={20}
              value={number.value}
              onInput={({ currentTarget }) => (number.value = currentTarget.value)}
            />
          </label>
          <label>
            Unit
            <input
              class="field"
              placeholder="bytes"
              maxLength={20}
              value={unit.value}
              onInput={({ currentTarget }) => (unit.value = currentTarget.value)}
            />
          </label>
        </div>
      ) : (
        <Choices choices={choices} right={right} write={write} />
      )}
      <label>
        Why, said after the reveal
        <input
          class="field"
          dir="auto"
          maxLength={LONGEST_PROMPT}
          value={explanation.value}
          onInput={({ currentTarget }) => (explanation.value = currentTarget.value)}
        />
      </label>
      {fault.value !== null && (
        <p class="open-fault" role="alert">
          {fault.value}
        </p>
      )}
      <div class="stage-actions">
        <button class="button primary large" type="submit">
          Preview
        </button>
        <button class="button large" type="button" onClick={back}>
          Back
        </button>
      </div>
    </form>
  );
}

/** What is missing; `null` = nothing. `answer`: `null` = a poll; `choices`: `null` = a number is asked for. */
function faultOf(prompt: string, answer: string | null, choices: readonly string[] | null): string | null {
  if (prompt === '') return 'What is the question?';
  if (choices === null) return /^-?\d{1,15}(\.\d{1,6})?$/.test(answer ?? '') ? null : 'What is the right number?';
  if (choices.length < 2) return 'Two choices at least.';
  if (answer === '') return 'Mark which choice is right.';
  return new Set(choices).size < choices.length ? 'Two choices are the same.' : null;
}

interface ChoicesProps {
  readonly choices: Signal<readonly string[]>;
  readonly right: Signal<number>;
  readonly write: (index: number, text: string) => void;
}

function Choices({ choices, right, write }: ChoicesProps) {
  return (
    <fieldset>
      <legend>Choices, and the right one</legend>

      {choices.value.map((text, index) => (
        <div key={index} class="own-choice">
          <input
            type="radio"
            name="right"
            aria-label={`Choice ${index + 1} is right`}
            checked={right.value === index}
            onChange={() => (right.value = index)}
          />
          <input
            class="field"
            dir="auto"
            aria-label={`Choice ${index + 1}`}
            maxLength={LONGEST_CHOICE}
            value={text}
            onInput={({ currentTarget }) => write(index, currentTarget.value)}
          />
        </div>
      ))}
      <label class="own-poll">
        <input type="radio" name="right" checked={right.value === POLL} onChange={() => (right.value = POLL)} />
        None is right: I only want to know
      </label>
      {choices.value.length < MOST_CHOICES && (
        <button class="button" type="button" onClick={() => (choices.value = [...choices.value, ''])}>
          One more
        </button>
      )}
    </fieldset>
  );
}
