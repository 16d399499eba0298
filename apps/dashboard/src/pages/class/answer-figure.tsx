/**
 * A question as a picture: the blocks that it names, or its choices, with the answers standing on them. Grey until the reveal, then the
 * right one green. Who may see bars is the caller's to say; the list for screen readers says the same.
 */
import type { ClassroomQuestion, HistogramBar } from '@heapcast/contracts';
import { count } from '../../words/amounts.js';
import './answer-figure.css';
import { tileClass } from './heap-picture.js';
import type { Tile } from './question-blocks.js';
import { answerText, revealedAnswer } from './words.js';

interface AnswerFigureProps {
  readonly question: ClassroomQuestion;
  readonly tiles: readonly Tile[];
  readonly withBars: boolean;
}

interface Column {
  readonly key: string;
  readonly answer: string | null;
  readonly label: string;
  readonly look: string;
  readonly note: string;
}

/** Different numbers that stand beside each other; the rest is summed up. */
const MOST_NUMBERS = 9;

function columnsOf({ question, tiles }: AnswerFigureProps): readonly Column[] {
  const { choices, histogram = [] } = question;
  const right = revealedAnswer(question);
  if (tiles.length > 0) {
    const others = choices.filter(({ id }) => !tiles.some(({ choice }) => choice === id));
    return [
      ...tiles.map(({ kind, key, choice, label, state, note }) => ({
        key,
        answer: choice,
        label,
        look: kind === 'gap' ? 'gap' : tileClass(state),
        note: right !== undefined && choice === right ? 'next' : note,
      })),
      ...others.map(({ id, text }) => ({ key: id, answer: id, label: text, look: 'words', note: '' })),
    ];
  }
  if (choices.length > 0) {
    return choices.map(({ id, text }) => ({ key: id, answer: id, label: text, look: 'words', note: '' }));
  }
  const numbers = new Set(
    [...histogram]
      .sort((a, b) => b.count - a.count)
      .slice(0, MOST_NUMBERS)
      .map(({ answer }) => answer),
  );
  if (right !== undefined) numbers.add(right);
  return [...numbers]
    .sort((a, b) => Number(a) - Number(b))
    .map((answer) => ({ key: answer, answer, label: answerText(question, answer), look: 'words', note: '' }));
}

export function AnswerFigure(props: AnswerFigureProps) {
  const { question, withBars } = props;
  const columns = columnsOf(props);
  const bars = new Map((withBars ? (question.histogram ?? []) : []).map((bar) => [bar.answer, bar]));
  const most = Math.max(1, ...[...bars.values()].map(({ count: people }) => people));
  if (columns.length === 0) {
    return (
      <p class="answer-number dim">
        {question.unit === undefined ? 'The answer is a number.' : `The answer is a number of ${question.unit}.`}
      </p>
    );
  }
  return (
    <figure class={`answers${withBars ? '' : ' bare'}`}>
      <div class={`answer-columns${columns.some(({ look }) => look === 'words') ? ' wide' : ''}`} aria-hidden="true">
        {columns.map((column) => (
          <ColumnOf key={column.key} column={column} question={question} most={most} bars={bars} />
        ))}
      </div>
      <figcaption class="unseen">
        {withBars ? 'Answers: ' : 'Choices: '}
        {columns
          .filter(({ answer }) => answer !== null)
          .map(({ answer, look, label }) => said(question, answer ?? '', look === 'words' ? label : '', bars, withBars))
          .join('; ')}
      </figcaption>
    </figure>
  );
}

function said(
  question: ClassroomQuestion,
  answer: string,
  label: string,
  bars: ReadonlyMap<string, HistogramBar>,
  withBars: boolean,
): string {
  const words = label === '' ? answerText(question, answer) : label;
  const isRight = revealedAnswer(question) === answer ? ', right' : '';
  return withBars ? `${words}: ${bars.get(answer)?.count ?? 0}${isRight}` : `${words}${isRight}`;
}

interface ColumnProps {
  readonly column: Column;
  readonly question: ClassroomQuestion;
  readonly most: number;
  readonly bars: ReadonlyMap<string, HistogramBar>;
}

function ColumnOf({ column, question, most, bars }: ColumnProps) {
  const { answer, label, look, note } = column;
  const bar = answer === null ? undefined : bars.get(answer);
  const right = revealedAnswer(question);
  const isRight = right !== undefined && answer === right;
  return (
    <div class={`answer-column${isRight ? ' right-one' : ''}${right === undefined ? '' : ' revealed'}`}>
      <div class="answer-room">
        {bar && bar.count > 0 && (
          <>
            <b class="num">{count(bar.count)}</b>
            <i style={{ flexBasis: `${(100 * bar.count) / most}%` }} />
          </>
        )}
      </div>
      {look === 'gap' ? (
        <span class="tile gap">{label}</span>
      ) : (
        <span class={`tile ${look}`} dir="auto">
          {label}
        </span>
      )}
      <small>{note}</small>
      {bar?.names && bar.names.length > 0 && (
        <small class="answer-names">
          {bar.names.map((name, nth) => (
            <bdi key={nth}>{name}</bdi>
          ))}
        </small>
      )}
    </div>
  );
}
