/** The talk's `def foo(a=[])`: the default is made once, with the function, and every call that does without `a` shares it. */
import type { ProgramSide, ProgramStep, Scenario, Parameters } from '../scenario.js';
import { integerOf } from '../parameters.js';
import { assign, BYTES, call, float, fresh, GrowingList, PYTHON, ref, repeat, RETURN, step } from './commands.js';

const SHARED = `import time

def foo(a=[]):
    a.append(time.time())
    return a

for i in range(calls):
    foo()
`;
const OWN = `import time

def foo(a=None):
    if a is None: a = []
    a.append(time.time())
    return a

for i in range(calls):
    foo()
`;

function sharedSteps(parameters: Parameters): ProgramStep[] {
  const calls = integerOf(parameters, 'calls');
  const list = new GrowingList('a');
  const one = (i: number) => [
    { ...call('foo', { a: ref('foo.default') }), line: 8 },
    { ...float('now'), line: 4 },
    ...list.append(i),
    { ...assign(`a[${i}]`, ref('now')), line: 4 },
    { ...RETURN, line: 5 },
  ];
  const steps = [
    step(
      'def makes the function, and with it the list that a is when nobody says otherwise: once.',
      3,
      fresh('function', BYTES.function, 'foo'),
      fresh('list', BYTES.list, 'foo.default'),
    ),
    step('The first call: a is that list. A float is appended to it.', 8, ...one(0)),
  ];
  if (calls > 1)
    steps.push(step('The second call: a is the same list, with the first float still in it.', 8, ...one(1)));
  if (calls > 2)
    steps.push(step('Every further call makes it longer. It lives as long as foo does.', 8, ...repeat(2, calls, one)));
  return steps;
}

const callWithOwnList = () => [
  { ...call('foo', { a: null }), line: 9 },
  { ...fresh('list', BYTES.list, 'a'), line: 4 },
  { ...float('now'), line: 5 },
  ...new GrowingList('a').append(0),
  { ...assign('a[0]', ref('now')), line: 5 },
  { ...RETURN, line: 6 },
];

function ownSteps(parameters: Parameters): ProgramStep[] {
  const calls = integerOf(parameters, 'calls');
  const steps = [
    step('def makes the function; the default is None, of which there is callWithOwnList in all Python.', 3, {
      ...fresh('function', BYTES.function, 'foo'),
    }),
    step(
      'The first call makes a list of its own. When it returns nobody keeps the list, and it is gone.',
      9,
      ...callWithOwnList(),
    ),
  ];
  if (calls > 1)
    steps.push(step('Every further call does the same: nothing stays.', 9, ...repeat(1, calls, callWithOwnList)));
  return steps;
}

const shared: ProgramSide = {
  kind: 'program',
  name: 'shared',
  title: 'As printed: foo(a=[])',
  source: { language: 'python', file: 'foo.py', text: SHARED },
  choice: () => PYTHON,
  steps: sharedSteps,
};

const own: ProgramSide = {
  ...shared,
  name: 'own',
  title: 'a=None, and a new list in every call',
  source: { language: 'python', file: 'foo_fixed.py', text: OWN },
  steps: ownSteps,
};

export const mutableDefault: Scenario = {
  name: 'mutable-default',
  title: 'A default argument that grows',
  about:
    'A Python function keeps the values of its default arguments. A list there is one list for all calls: what a call ' +
    'appends is still there in the next. Nothing leaks in the sense of C, and memory grows all the same.',
  lookFor: [
    'The list belongs to the function object, not to the call.',
    'It moves now and then as it grows; beyond 512 bytes the system allocator serves it.',
    'The leak report calls all of it still reachable.',
  ],
  parameters: [
    {
      name: 'calls',
      title: 'How often foo is called',
      type: 'integer',
      default: 1000,
      minimum: 1,
      maximum: 5000,
      sessionDefault: 12,
    },
  ],
  sides: [shared, own],
  claims: [
    { measure: 'bytesAtEnd', change: 'less', sentence: 'With a list of its own in each call nothing stays.' },
    { measure: 'peakBytes', change: 'less', sentence: 'And no list ever becomes long.' },
  ],
};
