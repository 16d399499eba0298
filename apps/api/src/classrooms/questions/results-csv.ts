/**
 * Results as a table for spreadsheets: RFC 4180, a row a person, three columns a question. A cell that a spreadsheet would take
 * for a formula gets an apostrophe in front, which makes it text; numbers stay numbers.
 */
import type { ClassroomResults } from '@heapcast/contracts';

/** Tells spreadsheets that it is UTF-8. */
const BYTE_ORDER_MARK = '\ufeff';
const FORMULA = /^[\s]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20|%]/u;
const NUMBER = /^-?\d+(?:\.\d+)?$/;

export function resultsCsv({ questions, people }: ClassroomResults): string {
  const titles = questions.flatMap(({ prompt }, index) => {
    const number = `Q${index + 1}`;
    return [`${number}: ${prompt}`, `${number} right`, `${number} points`];
  });
  const rows = people.map(({ name, removed, score, answers }) => [
    name,
    removed ? 'removed' : 'here',
    String(score),
    ...questions.flatMap(({ id }) => {
      const given = answers.find(({ questionId }) => questionId === id);
      if (!given) return ['', '', ''];
      const { text, right, points } = given;
      return [text, right === undefined ? '' : right ? 'yes' : 'no', points === undefined ? '' : String(points)];
    }),
  ]);
  const lines = [['name', 'present', 'score', ...titles], ...rows].map((cells) => cells.map(cell).join(','));
  return `${BYTE_ORDER_MARK}${lines.join('\r\n')}\r\n`;
}

function cell(text: string): string {
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
