/** Reference counting, and what it cannot see: a cycle, with and without the collector. */
import { integerOf } from '../parameters.js';
import type { Parameters, ProgramSide, ProgramStep, Scenario } from '../scenario.js';
import { assign, BYTES, fresh, PYTHON, ref, repeat, step, unset } from './commands.js';

const COUNTING = `a = []
b = a
c = {'list': a}
del a
b = None
del c['list']
`;

const counted: ProgramSide = {
  kind: 'program',
  name: 'counted',
  title: 'As written',
  source: { language: 'python', file: 'counting.py', text: COUNTING },
  choice: () => ({ ...PYTHON, ownership: 'refcount' }),
  steps: () => [
    step('A list, and one name for it: its count is 1.', 1, fresh('list', BYTES.list, 'a')),
    step('A second name for the same list: 2. Nothing is copied.', 2, { op: 'let', name: 'b', value: ref('a') }),
    step('A dict refers to it as well: 3.', 3, fresh('dict', BYTES.dict, 'c'), assign('c.list', ref('a'))),
    step('del takes away a name, not the list: 2.', 4, unset('a')),
    step('b means something else now: 1.', 5, assign('b', null)),
    step('The last reference goes: 0, and the list is freed at once, at this line.', 6, unset('c.list')),
  ],
};

export const referenceCounting: Scenario = {
  name: 'reference-counting',
  title: 'Reference counting',
  about:
    'CPython counts how many references lead to each object. The moment the count falls to 0 the object is freed: no ' +
    'waiting, no pause, and the block is the next one to be used.',
  lookFor: ['The count of the list at each step.', 'The free follows the very event that took the last reference.'],
  parameters: [],
  sides: [counted],
  claims: [],
};

const CYCLE = `class Node: pass
import gc
for i in range(pairs):
    a = Node()
    b = Node()
    a.other = b
    b.other = a
del a, b
`;

const pairOfNodes = () => [
  { op: 'new', to: 'a', type: 'Node', size: BYTES.instance, fields: ['other'], line: 4 } as const,
  { op: 'new', to: 'b', type: 'Node', size: BYTES.instance, fields: ['other'], line: 5 } as const,
  { ...assign('a.other', ref('b')), line: 6 },
  { ...assign('b.other', ref('a')), line: 7 },
];

function cycleSteps(parameters: Parameters, ending: readonly ProgramStep[]): ProgramStep[] {
  const pairs = integerOf(parameters, 'pairs');
  const steps = [step('Two nodes that refer to each other: each has a count of 2.', 4, ...pairOfNodes())];
  if (pairs > 1) {
    steps.push(
      step(
        'The next two take their names. The first two keep each other at 1: nobody can reach them, and they stay.',
        4,
        ...pairOfNodes(),
      ),
    );
  }
  if (pairs > 2) steps.push(step('And so on, pairOfNodes after pairOfNodes.', 4, ...repeat(2, pairs, pairOfNodes)));
  return [...steps, step('The last names go too.', 8, unset('a'), unset('b')), ...ending];
}

const withoutCollector: ProgramSide = {
  kind: 'program',
  name: 'without-collector',
  title: 'Counts alone: gc.disable()',
  source: { language: 'python', file: 'cycle.py', text: CYCLE.replace('import gc', 'import gc; gc.disable()') },
  choice: () => PYTHON,
  steps: (parameters) => [
    step('The collector is switched off.', 2, { op: 'gc', do: 'disable' }),
    ...cycleSteps(parameters, [
      step('A look for leaks: every pair is lost, and nobody will ever free it.', 8, { op: 'check' }),
    ]),
  ],
};

const withCollector: ProgramSide = {
  ...withoutCollector,
  name: 'with-collector',
  title: 'With the cycle collector',
  source: { language: 'python', file: 'cycle.py', text: `${CYCLE}gc.collect()\n` },
  steps: (parameters) =>
    cycleSteps(parameters, [
      step('gc.collect() finds the pairs that only refer to each other, and frees them.', 9, { op: 'collect' }),
      step('A look for leaks: nothing is lost.', 9, { op: 'check' }),
    ]),
};

export const referenceCycle: Scenario = {
  name: 'reference-cycle',
  title: 'A reference cycle',
  about:
    'Two objects that refer to each other never fall to a count of 0, even when nobody else can reach them. CPython has a ' +
    'collector for that: when enough containers were made it looks for groups that only refer to themselves.',
  lookFor: [
    'Without the collector the live blocks only grow.',
    'With it they fall each time that generation 0 is collected: after about 700 new containers.',
    'The price: objects examined, all at once, while the program waits.',
  ],
  parameters: [
    {
      name: 'pairs',
      title: 'Pairs of nodes',
      type: 'integer',
      default: 2000,
      minimum: 1,
      maximum: 10_000,
      sessionDefault: 5,
      sessionMaximum: 5000,
    },
  ],
  sides: [withoutCollector, withCollector],
  claims: [
    { measure: 'lostBytes', change: 'less', sentence: 'The collector leaves nothing lost.' },
    { measure: 'objectsExamined', change: 'more', sentence: 'For that it looks at objects, again and again.' },
  ],
};
