import { integerOf } from '../parameters.js';
import { BYTES, assign, call, float, ref, repeat, RETURN, step } from '../programs/commands.js';
import type { Parameters, ProgramStep } from '../scenario.js';
import { howMany, practicePair } from './pair.js';

const BEFORE = `def length(points):
    total = 0.0
    for p in points:
        v = Vector(p, p)
        w = v.scaled(0.5)
        total += w.length()
    return total

length(points)
`;
const AFTER = `def length(points):
    total = 0.0
    for p in points:
        total += p * 0.7071067811865476
    return total

length(points)
`;

/** A vector: the instance, and its two coordinates. */
function vector(name: string, line: number) {
  return [
    { op: 'new', to: name, type: 'Vector', size: BYTES.slots, fields: ['x', 'y'], line } as const,
    { ...float(`${name}.x`), line },
    { ...float(`${name}.y`), line },
  ];
}

function sum(line: number) {
  return [
    { ...float('sum'), line },
    { ...assign('total', ref('sum')), line },
  ];
}

const vectorsOf = () => [...vector('v', 4), ...vector('w', 5), ...sum(6)];

function beforeSteps(parameters: Parameters): ProgramStep[] {
  const points = integerOf(parameters, 'points');
  return [
    step('length is called.', 9, call('length'), { op: 'let', name: 'total' }),
    step('One point: two vectors are made that nobody needs a moment later.', 4, ...vectorsOf()),
    step('The other points: each throws away the vectors of the vectorsOf before.', 4, ...repeat(1, points, vectorsOf)),
    step('It returns the sum.', 7, RETURN),
  ];
}

const arithmeticOf = () => sum(4);

function afterSteps(parameters: Parameters): ProgramStep[] {
  const points = integerOf(parameters, 'points');
  return [
    step('length is called.', 7, call('length'), { op: 'let', name: 'total' }),
    step('One point: the arithmetic alone. Only the sum is a new object.', 4, ...arithmeticOf()),
    step('The other points.', 4, ...repeat(1, points, arithmeticOf)),
    step('It returns the sum.', 5, RETURN),
  ];
}

export const fewerTemporaries = practicePair({
  name: 'fewer-temporaries',
  title: 'Fewer temporary objects',
  practice: 'Create less objects (useless temp object)',
  about:
    'An object that lives for one line costs a request, a free and the work of filling it. The allocator is quick at ' +
    'it, because the same blocks are used again and again; doing without is quicker.',
  lookFor: [
    'The peak hardly differs: what is thrown away at once never piles up.',
    'The requests do: they are what the loop costs.',
  ],
  parameters: [howMany('points', 'Points', 1000)],
  before: { title: 'Two vectors for every point', file: 'length.py', text: BEFORE, steps: beforeSteps },
  after: { title: 'The arithmetic without them', file: 'length_plain.py', text: AFTER, steps: afterSteps },
  claims: [
    { measure: 'blocksAskedFor', change: 'less', sentence: 'Fewer objects are made.' },
    { measure: 'requests', change: 'less', sentence: 'The allocator has less to do.' },
  ],
});
