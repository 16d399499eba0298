/**
 * Judges the texts of `sys._debugmallocstats()` beside a recording.
 *
 * Such a text may come from the recorded process, and is then equal byte for byte. Or it was printed by another run of
 * the same script: then its lines are laid out the same, its arenas are counted the same, and the blocks in use differ
 * by the same few of each class at every mark, for objects that one process has and the other has not. Whatever else is
 * wrong.
 */

/** What was printed at a mark, and what the model prints there. */
export interface TextPair {
  readonly mark: number;
  readonly expected: string;
  readonly got: string;
}

export interface TextVerdict {
  readonly compared: number;
  /** Equal byte for byte. */
  readonly equal: number;
  /** Why the texts cannot be of the same script; `null` = they are. */
  readonly fault: { readonly mark: number; readonly expected: string; readonly got: string } | null;
}

export function judgeTexts(pairs: readonly TextPair[]): TextVerdict {
  const equal = pairs.filter(({ expected, got }) => expected === got).length;
  const verdict = { compared: pairs.length, equal, fault: null };
  const [first] = pairs;
  if (!first || equal === pairs.length) return verdict;
  const usual = usedMore(first);
  for (const pair of pairs) {
    const layout = firstDifference(lines(pair.expected).map(layoutOf), lines(pair.got).map(layoutOf));
    if (layout) return { ...verdict, fault: { mark: pair.mark, ...layout } };
    const arenas = firstDifference(lines(pair.expected).filter(countsArenas), lines(pair.got).filter(countsArenas));
    if (arenas) return { ...verdict, fault: { mark: pair.mark, ...arenas } };
    const used = usedMore(pair);
    if (used !== usual) {
      const expected = `blocks in use beyond the model's as at mark ${first.mark}: ${usual || 'none'}`;
      return { ...verdict, fault: { mark: pair.mark, expected, got: used || 'none' } };
    }
  }
  return verdict;
}

function lines(text: string): string[] {
  return text.split('\n');
}

/** A line without its numbers; rows of the class table, of which some may be missing, all look alike. */
function layoutOf(line: string): string {
  if (isClassRow(line)) return `row of ${line.length}`;
  return `${line.replace(/[\d,]+/g, '#').replace(/ +/g, ' ')} of ${line.length}`;
}

function isClassRow(line: string): boolean {
  return /^ *\d+ +\d+ +\d+ +\d+ +\d+$/.test(line);
}

function countsArenas(line: string): boolean {
  return line.startsWith('# arenas') || line.includes('bytes/arena');
}

/** By class size, how many more blocks the printed text has in use than the model's. */
function usedMore({ expected, got }: TextPair): string {
  const used = usedBySize(expected);
  for (const [size, blocks] of usedBySize(got)) used.set(size, (used.get(size) ?? 0) - blocks);
  return [...used]
    .filter(([, blocks]) => blocks !== 0)
    .sort(([a], [b]) => a - b)
    .map(([size, blocks]) => `${blocks > 0 ? '+' : ''}${blocks} of ${size} bytes`)
    .join(', ');
}

function usedBySize(text: string): Map<number, number> {
  const rows = lines(text).filter(isClassRow);
  return new Map(
    rows.map((row) => {
      const [, size, , used] = row.trim().split(/ +/).map(Number);
      return [size, used];
    }),
  );
}

function firstDifference(
  expected: readonly string[],
  got: readonly string[],
): { readonly expected: string; readonly got: string } | null {
  const [left, right] = [oneRow(expected), oneRow(got)];
  const at = Array.from({ length: Math.max(left.length, right.length) }, (_, i) => i).find((i) => left[i] !== right[i]);
  return at === undefined ? null : { expected: left[at] ?? 'the end', got: right[at] ?? 'the end' };
}

/** Layouts with the rows of the class table as one: a class may have no pool in one of the texts. */
function oneRow(layouts: readonly string[]): string[] {
  return layouts.filter((layout, i) => !layout.startsWith('row of') || layout !== layouts[i - 1]);
}
