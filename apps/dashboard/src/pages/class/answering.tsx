/** A question in a student's hand: large targets, the own choice ringed, the right one green after the reveal. */
import type { ClassroomQuestion } from '@heapcast/contracts';
import { signal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { Classroom } from '../../service/classroom.js';
import { counted } from '../../words/amounts.js';
import './answering.css';
import { Deadline } from './deadline.js';
import { BlockLegend, tileClass } from './heap-picture.js';
import type { Tile } from './question-blocks.js';
import { answerText, explained, isPoll, revealedAnswer } from './words.js';

/** With as many tries as that an answer is as good as free to change: it is sent when it is touched. */
const FREE_TRIES = 5;

interface AnsweringProps {
  readonly classroom: Classroom;
  readonly question: ClassroomQuestion;
  readonly tiles: readonly Tile[];
  readonly mayAnswer: boolean;
  readonly isMuted: boolean;
}

export function Answering({ classroom, question, tiles, mayAnswer, isMuted }: AnsweringProps) {
  const picked = useMemo(() => signal<string | null>(null), [question.id]);
  const { mine, attempts } = question;
  const left = attempts - (mine?.attempt ?? 0);
  const isOpen = question.status === 'asked' && mayAnswer && left > 0;
  const isAtOnce = attempts >= FREE_TRIES;
  const chosen = picked.value ?? mine?.answer ?? null;
  const send = (answer: string): void => {
    picked.value = answer;
    void classroom.answer(question.id, answer).then(() => (picked.value = null));
  };
  const pick = (answer: string): void => {
    if (!isOpen || answer === mine?.answer) return;
    if (isAtOnce) send(answer);
    else picked.value = answer;
  };
  const props = { question, tiles, chosen, isOpen, pick };
  return (
    <>
      <h1 dir="auto">{question.prompt}</h1>
      <p class="asked-about">
        {question.points > 0 && <span>{counted(question.points, 'point')}</span>}
        {question.status === 'asked' && question.deadline !== null && (
          <Deadline until={question.deadline} classroom={classroom} />
        )}
        {isOpen && !isAtOnce && <span>{left === 1 ? 'one try' : `${left} tries`}</span>}
      </p>
      {question.choices.length === 0 ? (
        <NumberAnswer question={question} isOpen={isOpen} send={send} />
      ) : tiles.length > 0 ? (
        <BlockChoices {...props} />
      ) : (
        <Choices {...props} choices={question.choices} />
      )}
      {isOpen && !isAtOnce && question.choices.length > 0 && picked.value !== null && (
        <button class="phone-action" type="button" onClick={() => send(picked.value ?? '')}>
          Answer: <bdi>{answerText(question, picked.value)}</bdi>
        </button>
      )}
      <p class={`verdict${mine?.right === true ? ' good' : ''}`} role="status" dir="auto">
        {verdict(question, mayAnswer, isMuted)}
      </p>
    </>
  );
}

/** What is true now: what was chosen, or how it ended. */
function verdict(question: ClassroomQuestion, mayAnswer: boolean, isMuted: boolean): string {
  const { status, mine } = question;
  if (status === 'revealed') {
    const points = mine?.points ? ` ${counted(mine.points, 'point')}.` : '';
    const said = explained(question);
    if (isPoll(question)) return mine ? `You chose ${answerText(question, mine.answer)}. ${said}`.trim() : said;
    if (mine?.right === true) return `Right.${points} ${said}`.trim();
    return mine ? said : `You did not answer. ${said}`;
  }
  if (isMuted) return 'The teacher has muted you: you cannot answer now.';
  if (!mayAnswer) return 'You watch this one.';
  const chose = mine ? `You chose ${answerText(question, mine.answer)}` : '';
  if (status === 'closed') return mine ? `${chose}. Answers are closed.` : 'Answers are closed.';
  return mine ? chose : 'Choose an answer';
}

interface ChoicesProps {
  readonly question: ClassroomQuestion;
  readonly tiles: readonly Tile[];
  readonly chosen: string | null;
  readonly isOpen: boolean;
  readonly pick: (answer: string) => void;
}

function look(question: ClassroomQuestion, chosen: string | null, id: string): string {
  return `${id === chosen ? ' mine' : ''}${revealedAnswer(question) === id ? ' right-one' : ''}`;
}

function BlockChoices({ question, tiles, chosen, isOpen, pick }: ChoicesProps) {
  const named = new Set(tiles.map(({ choice }) => choice));
  const others = question.choices.filter(({ id }) => !named.has(id));
  return (
    <>
      <div class="block-choices" role="group" aria-label="Blocks">
        {tiles.map(({ key, kind, choice, label, state }) =>
          kind === 'gap' ? (
            <span key={key} class="gap" aria-hidden="true">
              …
            </span>
          ) : (
            <button
              key={key}
              type="button"
              class={`tile ${tileClass(state)}${choice === null ? '' : look(question, chosen, choice)}`}
              disabled={choice === null}
              aria-disabled={!isOpen}
              aria-pressed={choice !== null && choice === chosen}
              aria-label={choice === null ? `Block ${label}, no choice` : answerText(question, choice)}
              onClick={() => choice !== null && pick(choice)}
            >
              {label}
            </button>
          ),
        )}
      </div>
      <BlockLegend />
      {others.length > 0 && <Choices {...{ question, tiles, chosen, isOpen, pick }} choices={others} />}
    </>
  );
}

function Choices({ question, choices, chosen, isOpen, pick }: ChoicesProps & Pick<ClassroomQuestion, 'choices'>) {
  return (
    <div class="choices" role="group" aria-label="Answers">
      {choices.map(({ id, text }) => (
        <button
          key={id}
          type="button"
          class={`choice${look(question, chosen, id)}`}
          aria-disabled={!isOpen}
          aria-pressed={id === chosen}
          dir="auto"
          onClick={() => pick(id)}
        >
          {text}
        </button>
      ))}
    </div>
  );
}

interface NumberAnswerProps {
  readonly question: ClassroomQuestion;
  readonly isOpen: boolean;
  readonly send: (answer: string) => void;
}

function NumberAnswer({ question, isOpen, send }: NumberAnswerProps) {
  const text = useMemo(() => signal(''), [question.id]);
  const fault = useMemo(() => signal<string | null>(null), [question.id]);
  const onSubmit = (event: Event): void => {
    event.preventDefault();
    const number = text.value.trim().replace(',', '.');
    fault.value = /^-?\d{1,15}(\.\d{1,6})?$/.test(number) ? null : 'A number is asked for, like 56.';
    if (fault.value === null) send(number);
  };
  if (!isOpen) return null;
  return (
    <form class="number-answer" onSubmit={onSubmit}>
      <label for="number-answer">Your answer{question.unit === undefined ? '' : `, in ${question.unit}`}</label>
      <input
        id="number-answer"
        class="num"
        inputMode="decimal"
        autoComplete="off"
        value={text.value}
        aria-invalid={fault.value !== null}
        onInput={({ currentTarget }) => (text.value = currentTarget.value)}
      />
      {fault.value !== null && (
        <p class="fault" role="alert">
          {fault.value}
        </p>
      )}
      <button class="phone-action" type="submit">
        Answer
      </button>
    </form>
  );
}
