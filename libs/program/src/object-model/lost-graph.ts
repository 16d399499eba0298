/**
 * The lost part of a heap as a graph: entries are numbers in the order of birth, `referents[entry]` the lost entries that
 * one leads to. Every walk keeps its own stack, so that no chain is too long.
 */
import { NO_LEADER } from '../memcheck/leak-check.js';
import { handOnStamps, type Stamped } from './last-reach.js';
import type { ObjectRecord } from './object-record.js';

/**
 * One object of every component that nothing else leads to, ascending. Two depth-first walks: in the first, which starts
 * from the oldest, a source component is entered through its oldest object; what it finishes last is in a source
 * component that nothing found later leads to.
 */
export function sourceLeaders(lost: readonly number[], referents: readonly (readonly number[])[]): number[] {
  const seen = new Uint8Array(referents.length);
  const finished: number[] = [];
  const path: number[] = [];
  const next: number[] = [];
  for (const start of lost) {
    if (seen[start] === 1) continue;
    seen[start] = 1;
    path.push(start);
    next.push(0);
    while (path.length > 0) {
      const top = path.length - 1;
      const referent = referents[path[top]][next[top]++];
      if (referent === undefined) {
        finished.push(path[top]);
        path.pop();
        next.pop();
      } else if (seen[referent] === 0) {
        seen[referent] = 1;
        path.push(referent);
        next.push(0);
      }
    }
  }
  const found: number[] = [];
  const claimed = new Uint8Array(referents.length);
  for (const entry of finished.reverse()) {
    if (claimed[entry] === 1) continue;
    found.push(entry);
    walk(entry, referents, claimed, () => undefined);
  }
  return found.sort((a, b) => a - b);
}

/** By entry: the first leader that leads to it; `NO_LEADER` of leaders and of what is not lost. */
export function claim(leading: readonly number[], referents: readonly (readonly number[])[]): Int32Array {
  const leader = new Int32Array(referents.length).fill(NO_LEADER);
  const claimed = new Uint8Array(referents.length);
  for (const entry of leading) {
    walk(entry, referents, claimed, (follower) => {
      leader[follower] = entry;
    });
  }
  return leader;
}

/** Visits what `start` leads to and nobody has visited, without `start` itself. */
function walk(
  start: number,
  referents: readonly (readonly number[])[],
  visited: Uint8Array,
  visit: (entry: number) => void,
): void {
  visited[start] = 1;
  const unscanned = [start];
  for (let entry = unscanned.pop(); entry !== undefined; entry = unscanned.pop()) {
    for (const referent of referents[entry]) {
      if (visited[referent] === 1) continue;
      visited[referent] = 1;
      visit(referent);
      unscanned.push(referent);
    }
  }
}

/**
 * By entry of the lost: the stamps after they have been handed on. The objects' own stay as they are. Those that are
 * settled keep theirs, whatever leads to them.
 */
export function lastReach(
  records: readonly ObjectRecord[],
  lost: readonly number[],
  referents: readonly (readonly number[])[],
  isSettled: (entry: number) => boolean = () => false,
): ReadonlyMap<number, Stamped> {
  const stamps = new Map<number, Stamped & { readonly entry: number }>();
  for (const entry of lost) {
    const { lastCommand, lastSeq } = records[entry];
    stamps.set(entry, { lastCommand, lastSeq, entry });
  }
  const waiting = [...stamps.values()].filter(({ entry }) => !isSettled(entry));
  handOnStamps(waiting, (of, visit) => {
    for (const referent of referents[of.entry]) {
      const stamp = stamps.get(referent);
      if (stamp !== undefined) visit(stamp);
    }
  });
  return stamps;
}
