/** Figures as a table for people and as JSON for programs. */
import { cpus } from 'node:os';
import { reached, type Figure } from './figure.js';

export interface Report {
  readonly node: string;
  readonly cpu: string;
  readonly cores: number;
  readonly date: string;
  readonly quick: boolean;
  readonly figures: readonly (Figure & { readonly benchmark: string; readonly reached: boolean | null })[];
  readonly failures: readonly { readonly benchmark: string; readonly message: string }[];
}

export function reportOf(
  figures: readonly (Figure & { benchmark: string })[],
  failures: Report['failures'],
  quick: boolean,
): Report {
  return {
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    date: new Date().toISOString(),
    quick,
    figures: figures.map((figure) => ({ ...figure, reached: reached(figure) })),
    failures,
  };
}

export function tableOf({ figures, failures, quick, node, cpu, cores }: Report): string {
  const rows = figures.map((figure) => [
    figure.name,
    number(figure.value),
    figure.unit,
    figure.target ? `${figure.target.kind === 'at least' ? '>=' : '<='} ${number(figure.target.value)}` : '',
    figure.reached === null ? '' : figure.reached ? 'reached' : 'MISSED',
    [figure.beside, figure.note].filter(Boolean).join('; '),
  ]);
  const head = ['figure', 'value', 'unit', 'target', '', 'beside, how'];
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column].length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (i === 1 || i === 3 ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
      .join('  ')
      .trimEnd();
  return [
    `node ${node}, ${cores} cores, ${cpu}${quick ? ' - QUICK: a tenth of the work, not to be quoted' : ''}`,
    line(head),
    widths.map((width) => '-'.repeat(width)).join('  '),
    ...rows.map(line),
    ...failures.map(({ benchmark, message }) => `FAILED ${benchmark}: ${message}`),
  ].join('\n');
}

/** Three digits that matter, or all of a whole number. */
function number(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString('en-US');
  return value >= 100
    ? value.toFixed(0)
    : value >= 10
      ? value.toFixed(1)
      : value >= 1
        ? value.toFixed(2)
        : value.toFixed(3);
}
