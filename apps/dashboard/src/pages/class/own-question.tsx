/** A question of the teacher's own: a text, choices, and which is right. */
import { signal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { Teaching } from './teaching.js';

const MOST_CHOICES = 8;
const LONGEST_PROMPT = 500;
const LONGEST_CHOICE = 200;

interface OwnQuestionProps {
  readonly teaching: Teaching;
  readonly back: () => void;
}

export function OwnQuestion({ teaching, back }: OwnQuestionProps) {
  const prompt = useMemo(() => signal(''), []);
  const choices = useMemo(() => signal<readonly string[]>(['', '']), []);
  const right = useMemo(() => signal(0), []);
  const explanation = useMemo(() => signal(''), []);
  const fault = useMemo(() => signal<string | null>(null), []);
  const write = (index: number, text: string): void => {
    choices.value = choices.value.map((each, nth) => (nth === index ? text : each));
  };
  const onSubmit = (event: Event): void => {
    event.preventDefault();
    const written = choices.value.map((text) => text.trim());
    const answer = written[right.value] ?? '';
    const filled = written.filter((text) => text !== '');
    if (prompt.value.trim() === '') fault.value = 'What is the question?';
    else if (filled.length < 2) fault.value = 'Two choices at least.';
    else if (answer === '') fault.value = 'Mark which choice is right.';
    else if (new Set(filled).size < filled.length) fault.value = 'Two choices are the same.';
    else {
      fault.value = null;
      const said = explanation.value.trim();
      void teaching.classroom.attempt(
        teaching.make({
          kind: 'own',
          event: teaching.follower.at.value,
          prompt: prompt.value.trim(),
          choices: filled,
          right: answer,
          ...(said === '' ? {} : { explanation: said }),
        }),
      );
    }
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
        {choices.value.length < MOST_CHOICES && (
          <button class="button" type="button" onClick={() => (choices.value = [...choices.value, ''])}>
            One more
          </button>
        )}
      </fieldset>
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
