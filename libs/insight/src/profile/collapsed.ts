/**
 * Collapsed stacks, the input of flamegraph.pl, inferno and many others: one stack a line, calls joined by semicolons,
 * outermost first, then a space and the weight. Names cannot hold semicolons or line ends, so those are replaced.
 */
import { callInWords, type WeightedStack } from './stacks.js';

/** The lines in pieces; stacks without weight are left out, as weights are counts of at least 1. */
export function* collapsedStacks(stacks: readonly WeightedStack[], weight: 'bytes' | 'blocks'): Generator<string> {
  for (const stack of stacks) {
    if (stack[weight] > 0) yield `${stack.calls.map(frame).join(';')} ${stack[weight]}\n`;
  }
}

function frame(call: WeightedStack['calls'][number]): string {
  return callInWords(call)
    .replace(/;/g, ':')
    .replace(/[\r\n\u2028\u2029\0]+/g, ' ');
}
