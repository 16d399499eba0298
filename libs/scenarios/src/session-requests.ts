/**
 * A generated trace as the steps of a session: canonical requests become those that a client sends, with a name for every
 * block, and every mark but the first ends a step.
 */
import type { SessionRequest } from '@heapcast/contracts';
import { NO_SLOT, Op, OP_MASK } from '@heapcast/trace';
import type { GeneratedTrace } from './scenario.js';

/** The requests of each step, its mark the last of them. */
export function sessionSteps({ chunks }: GeneratedTrace): SessionRequest[][] {
  const steps: SessionRequest[][] = [];
  const names: string[] = [];
  let blocks = 0;
  let step: SessionRequest[] = [];
  let marks = 0;
  for (const { length, op, size, slot, names: labels } of chunks) {
    for (let at = 0; at < length; at++) {
      const code = op[at] & OP_MASK;
      if (code === Op.mark) {
        step.push({ op: 'mark', label: labels?.get(at) ?? '' });
        if (++marks === 1) continue;
        steps.push(step);
        step = [];
      } else if (code === Op.malloc || code === Op.calloc || code === Op.reallocNull) {
        names[slot[at]] = `b${++blocks}`;
        step.push({ op: 'malloc', size: size[at], id: names[slot[at]] });
      } else if (code === Op.realloc) step.push({ op: 'realloc', size: size[at], id: names[slot[at]] });
      else if (code === Op.free && slot[at] !== NO_SLOT) step.push({ op: 'free', id: names[slot[at]] });
    }
  }
  return steps;
}
