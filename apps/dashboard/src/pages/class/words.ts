/** What the class pages say, in one place. */
import type { ClassroomQuestion, QuestionKind, SessionEvent } from '@heapcast/contracts';
import { count } from '../../words/amounts.js';

/** What each kind of question asks, as a teacher chooses it. */
export const KIND_NAMES: Readonly<Record<QuestionKind, string>> = {
  'next-block': 'Which block will be handed out next?',
  'arena-returned': 'Does this free give an arena back?',
  'next-arena': 'Which arena will the next pool come from?',
  leaked: 'Is this leaked?',
  sizeof: 'What does sys.getsizeof say?',
  'party-bill': "What will the party's bill be?",
  own: 'A question of your own',
};

const OUTCOMES: Readonly<Record<string, string>> = {
  doubleFree: 'is freed a second time',
  invalidFree: 'is freed, but was never handed out',
  invalidRealloc: 'is resized, but was never handed out',
  outOfMemory: 'gets nothing: there is no memory left',
};

function placeOf({ arena, pool, index, outcome }: SessionEvent): string {
  if (outcome === 'raw') return ' from the system';
  if (arena === null || pool === null || index === null) return '';
  return `: block ${index} of pool ${pool} in arena ${arena}`;
}

interface ProgramMark {
  readonly command?: { readonly op?: unknown };
  readonly function?: unknown;
  readonly line?: unknown;
}

/** A program marks each of its commands, in JSON; whatever else is marked has a name that people gave it. */
function markSentence(label: string): string {
  if (!label.startsWith('{"number":')) return label === '' ? 'A mark.' : label;
  try {
    const { command, function: name, line }: ProgramMark = JSON.parse(label);
    const where = typeof name === 'string' && name !== '<module>' ? ` of ${name}` : '';
    if (typeof line === 'number') return `Line ${line}${where} has run.`;
    return typeof command?.op === 'string' ? `The program goes on: ${command.op}.` : 'The program goes on.';
  } catch {
    return 'The program goes on.';
  }
}

/** What happened, in a sentence. */
export function eventSentence(event: SessionEvent | null): string {
  if (!event) return 'Nothing has happened yet.';
  const { op, size, name, label, block, outcome } = event;
  const what = name ?? (block > 0 ? `block ${count(block)}` : 'It');
  if (op === 'mark') return markSentence(label ?? '');
  const mistake = OUTCOMES[outcome];
  if (mistake !== undefined) return `${what} ${mistake}.`;
  if (op === 'free') return `${name ?? 'A block'} is freed${placeOf(event)}.`;
  if (op === 'realloc') return `${what} becomes ${count(size)} B${placeOf(event)}.`;
  return `${count(size)} B are asked for${name === undefined ? '' : ` as ${name}`}${placeOf(event)}.`;
}

/** A choice as it is read: by its place or its text, or the number itself. */
export function answerText({ choices, unit }: ClassroomQuestion, answer: string): string {
  const choice = choices.find(({ id }) => id === answer);
  if (choice?.block && choice.block.pool >= 0) {
    const { arena, pool, index } = choice.block;
    return `block ${index} of pool ${pool} in arena ${arena}`;
  }
  if (choice) return choice.text;
  const number = Number(answer);
  return Number.isFinite(number) ? `${count(number)}${unit === undefined ? '' : ` ${unit}`}` : answer;
}

/** Said at the reveal. */
export function explained(question: ClassroomQuestion): string {
  const { explanation = '' } = question;
  const right = rightAnswer(question);
  if (explanation !== '') return explanation;
  return right === undefined ? '' : `It was: ${answerText(question, right)}.`;
}

/** What is right; `undefined` = nobody is told yet, or nothing is: a poll. */
export function rightAnswer({ right }: ClassroomQuestion): string | undefined {
  return right === '' ? undefined : right;
}

/** A teacher's own question without a right answer, as teachers know it. */
export function isPoll({ right }: ClassroomQuestion): boolean {
  return right === '';
}

/** What was right, once everybody may know it: teachers are told before. */
export function revealedAnswer(question: ClassroomQuestion): string | undefined {
  return question.status === 'revealed' ? rightAnswer(question) : undefined;
}

/** People who gave the right answer; `null` before it is known. */
export function rightOnes(question: ClassroomQuestion): number | null {
  const { histogram } = question;
  const right = revealedAnswer(question);
  if (right === undefined || !histogram) return null;
  return histogram.find(({ answer }) => answer === right)?.count ?? 0;
}

/** `1:05` */
export function clockTime(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
