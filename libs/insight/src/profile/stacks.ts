/**
 * A profile as call stacks with weights, for tools that draw flame graphs. Paths of one and the same place at every depth
 * are one stack. Stacks beyond a limit are put together into one, and so are the outermost calls of very deep ones, so
 * the weights always sum to the whole.
 */
import type { Place, SiteGroups } from './places.js';
import type { Measured } from './profile.js';
import { sumByGroup } from './sums.js';

export interface WeightedStack {
  /** Outermost call first. */
  readonly calls: readonly Place[];
  readonly bytes: number;
  readonly blocks: number;
}

/** Words for what is not a place of the program; `file` and `line` are `null`. */
export const UNKNOWN_CALL: Place = { function: '(unknown)', file: null, line: null };
const OTHERS: Place = { function: '(other paths)', file: null, line: null };
const DEEPER: Place = { function: '(outer calls)', file: null, line: null };

export const MOST_STACKS = 10_000;
/** Calls of one stack. */
const DEEPEST = 256;

/** Stacks with bytes or blocks, heaviest first. */
export function stacksOf(
  columns: Pick<Measured, 'blocks' | 'bytes'>,
  groups: SiteGroups,
  most = MOST_STACKS,
): WeightedStack[] {
  const bytes = sumByGroup(groups, columns.bytes);
  const blocks = sumByGroup(groups, columns.blocks);
  const weighty: number[] = [];
  for (let group = 1; group < bytes.length; group++) if (bytes[group] > 0 || blocks[group] > 0) weighty.push(group);
  weighty.sort((one, other) => bytes[other] - bytes[one] || blocks[other] - blocks[one] || one - other);
  const stacks = weighty.slice(0, most).map((group) => ({
    calls: callsOf(groups, group),
    bytes: bytes[group],
    blocks: blocks[group],
  }));
  const others = weighty.slice(most);
  const sum = (column: Float64Array): number => others.reduce((total, group) => total + column[group], 0);
  if (others.length > 0) stacks.push({ calls: [OTHERS], bytes: sum(bytes), blocks: sum(blocks) });
  if (bytes[0] > 0 || blocks[0] > 0) stacks.push({ calls: [UNKNOWN_CALL], bytes: bytes[0], blocks: blocks[0] });
  return stacks;
}

function callsOf({ registry }: SiteGroups, group: number): Place[] {
  const calls = registry.path(group, DEEPEST + 1);
  return calls.length <= DEEPEST ? calls : [DEEPER, ...calls.slice(-DEEPEST)];
}

/** `f (a.py:3)`: how a call is written where there is only text. */
export function callInWords({ function: name, file, line }: Place): string {
  const where = file === null || file === '' ? '' : ` (${file}${line === null ? '' : `:${line}`})`;
  return `${name === null || name === '' ? '(unnamed)' : name}${where}`;
}
