/** The same data on the stack, by recursion until the stack is full, and on the heap. */
import { integerOf } from '../parameters.js';
import type { Parameters, ProgramSide, ProgramStep, Scenario } from '../scenario.js';
import { assign, call, ref, repeat, RETURN, step } from './commands.js';

const RECURSION = `void down(int depth) {
    char data[1024];
    if (depth > 1) down(depth - 1);
}

int main() {
    down(DEPTH);
}
`;
const LIST = `struct Node { char data[1024]; Node *next; };

int main() {
    Node *head = nullptr;
    for (int i = 0; i < DEPTH; i++)
        head = new Node{{}, head};
    while (head) {
        Node *next = head->next;
        delete head;
        head = next;
    }
}
`;
const FRAME = 1088;
const NODE = 1032;

const callDown = () => [call('down')];

function stackSteps(parameters: Parameters): ProgramStep[] {
  const depth = integerOf(parameters, 'depth');
  const room = Math.floor((integerOf(parameters, 'stackKiB') * 1024 - 64) / FRAME);
  const fits = Math.min(depth, room);
  const steps = [step('main calls down: a frame with the 1,024 bytes of data goes on the stack.', 7, ...callDown())];
  if (fits > 1) steps.push(step('callDown calls itself: another frame, with data of its own.', 3, ...callDown()));
  if (fits > 2)
    steps.push(step('And again, and again. The heap is not asked for anything.', 3, ...repeat(2, fits, callDown)));
  if (depth > room) {
    steps.push(
      step(
        'One call more: its frame does not fit. The stack overflows, and a real program would end here.',
        3,
        ...callDown(),
      ),
    );
  }
  steps.push(
    step('Every call returns: the stack shrinks by moving one pointer.', 4, ...repeat(0, fits, () => [RETURN])),
  );
  return steps;
}

const pushNode = () => [
  { op: 'new', to: 'node', type: 'Node', size: NODE, kind: 'new', fields: ['next'], line: 6 } as const,
  assign('node.next', ref('head')),
  assign('head', ref('node')),
];

const popNode = () => [
  { ...assign('next', ref('head.next')), line: 8 },
  { op: 'delete', place: 'head', kind: 'delete', line: 9 } as const,
  { ...assign('head', ref('next')), line: 10 },
];

function heapSteps(parameters: Parameters): ProgramStep[] {
  const depth = integerOf(parameters, 'depth');
  return [
    step(
      'head is a pointer on the stack, eight bytes. It points at nothing yet.',
      4,
      { op: 'let', name: 'head' },
      {
        op: 'let',
        name: 'node',
      },
    ),
    step('new takes a node from the heap; head points at it.', 6, { op: 'let', name: 'next' }, ...pushNode()),
    step('The other nodes: the heap grows, the stack does not.', 6, ...repeat(1, depth, pushNode)),
    step('Every node is deleted by hand, one after the other.', 9, ...repeat(0, depth, popNode)),
    step('main returns; nothing is left.', 12, assign('node', null), assign('next', null), RETURN),
  ];
}

const stack: ProgramSide = {
  kind: 'program',
  name: 'stack',
  title: 'On the stack, by recursion',
  source: { language: 'c++', file: 'recursion.cpp', text: RECURSION },
  choice: (parameters) => ({ ownership: 'manual', stackLimit: integerOf(parameters, 'stackKiB') * 1024 }),
  steps: (parameters) =>
    stackSteps(parameters).map(({ commands, ...rest }) => ({
      ...rest,
      commands: commands.map((command) => (command.op === 'call' ? { ...command, frameSize: FRAME } : command)),
    })),
};

const heap: ProgramSide = {
  ...stack,
  name: 'heap',
  title: 'On the heap, as a linked list',
  source: { language: 'c++', file: 'list.cpp', text: LIST },
  steps: heapSteps,
};

export const stackAndHeap: Scenario = {
  name: 'stack-and-heap',
  title: 'Stack against heap',
  about:
    'A call takes memory from the stack and gives it back when it returns: nothing to find, nothing to free, but the ' +
    'stack has a limit and everything on it goes in the order in which it came. The heap has room for all, in any order; ' +
    'somebody must find a place, and somebody must give it back.',
  lookFor: [
    'The recursion asks the allocator for nothing, and ends at the stack limit.',
    'The list of the same size needs one frame, and one block of the heap for each element.',
  ],
  parameters: [
    {
      name: 'depth',
      title: 'Elements, of about a kibibyte each',
      type: 'integer',
      default: 1000,
      minimum: 1,
      maximum: 5000,
      sessionDefault: 70,
    },
    {
      name: 'stackKiB',
      title: 'Kibibytes of stack',
      type: 'integer',
      default: 256,
      minimum: 4,
      maximum: 8192,
      sessionDefault: 64,
    },
  ],
  sides: [stack, heap],
  claims: [
    { measure: 'stackOverflows', change: 'less', sentence: 'On the heap the same data fits.' },
    { measure: 'peakStackBytes', change: 'less', sentence: 'The list needs almost no stack.' },
    { measure: 'blocksAskedFor', change: 'more', sentence: 'For that it asks the allocator for every element.' },
  ],
};
