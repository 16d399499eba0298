import { integerOf } from '../parameters.js';
import { assign, BYTES, fresh, GrowingList, int, ref, repeat, step, unset } from '../programs/commands.js';
import type { Parameters, ProgramStep } from '../scenario.js';
import { howMany, practicePair } from './pair.js';

const BEFORE = `squares = [x * x for x in range(numbers)]
total = sum(squares)
del squares
`;
const AFTER = `squares = (x * x for x in range(numbers))
total = sum(squares)
del squares
`;

function beforeSteps(parameters: Parameters): ProgramStep[] {
  const numbers = integerOf(parameters, 'numbers');
  const list = new GrowingList('squares');
  const one = (i: number) => [...list.append(i), int(`squares[${i}]`)];
  return [
    step('A list, and in it the first square.', 1, fresh('list', BYTES.list, 'squares'), ...one(0)),
    step('All the others: every one of them is kept until the last is there.', 1, ...repeat(1, numbers, one)),
    step('Only now sum begins to read.', 2, int('total')),
    step('The list goes, and with it every number.', 3, unset('squares')),
  ];
}

const nextSquare = () => [int('square'), int('sum'), assign('total', ref('sum'))];

function afterSteps(parameters: Parameters): ProgramStep[] {
  const numbers = integerOf(parameters, 'numbers');
  return [
    step('A generator: it remembers where it is, and has made nothing yet.', 1, {
      ...fresh('generator', BYTES.generator, 'squares'),
    }),
    step('sum asks for the first square, and adds it.', 2, { op: 'let', name: 'total' }, ...nextSquare()),
    step(
      'The next nextSquare takes its place; so it goes on. Never is there more than nextSquare.',
      2,
      ...repeat(1, numbers, nextSquare),
    ),
    step('The generator goes.', 3, unset('square'), unset('squares')),
  ];
}

export const generators = practicePair({
  name: 'generators',
  title: 'Generators (or files) instead of lists',
  practice: 'Use generators (and/or use files)',
  about:
    'A list holds everything at once. A generator, or a file that is read line by line, holds one thing at a time: the ' +
    'memory does not depend on how many there are.',
  lookFor: ['The peak of the list grows with the numbers, that of the generator does not.'],
  parameters: [howMany('numbers', 'Numbers', 2000, 10_000)],
  before: { title: 'A list of all squares', file: 'squares.py', text: BEFORE, steps: beforeSteps },
  after: { title: 'A generator of squares', file: 'squares_lazy.py', text: AFTER, steps: afterSteps },
  claims: [
    { measure: 'peakBytes', change: 'less', sentence: 'At most one square is in memory.' },
    { measure: 'peakBlocks', change: 'less', sentence: 'And hardly any object at a time.' },
  ],
});
