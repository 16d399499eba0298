/** The talk's memory leak and its solution, as printed: an array that nobody deletes. */
import type { ProgramSide, Scenario } from '../scenario.js';
import { call, RETURN, step } from './commands.js';

const HEAD = ['void Fa() {', '}', '', 'void Fb() {}', '', 'void Leak() {', '// Leak !', 'int *a = new int[10]; Fa();'];
const LEAK = [...HEAD, 'Fb();', 'return;', '}', 'void main() {', 'Leak(); }', ''].join('\n');
const FIXED = [...HEAD, 'Fb();', 'delete[] a; return;', '}', 'void main() {', 'Leak(); }', ''].join('\n');

const BEGINNING = [
  step('main calls Leak: a frame goes on the stack.', 13, call('Leak')),
  step('new int[10] takes 40 bytes from the heap. Only the local variable a knows where they are.', 8, {
    op: 'new',
    to: 'a',
    type: 'int[10]',
    kind: 'new[]',
  }),
  step('Fa is called and returns. Its frame comes and goes; the heap is not touched.', 8, call('Fa'), {
    ...RETURN,
    line: 2,
  }),
  step('Fb is called and returns.', 9, call('Fb'), { ...RETURN, line: 4 }),
] as const;

const leak: ProgramSide = {
  kind: 'program',
  name: 'leak',
  title: 'As printed: nobody deletes the array',
  source: { language: 'c++', file: 'leak.cpp', text: LEAK },
  choice: () => ({ ownership: 'manual' }),
  steps: () => [
    ...BEGINNING,
    step('Leak returns: its frame is gone, and with it a, the only pointer. The block stays, and is lost.', 10, RETURN),
    step('A look for leaks: nothing leads to the block any more.', 13, { op: 'check' }),
    step('main returns, the program ends. Only now does the system take everything back.', 13, RETURN),
  ],
};

const fixed: ProgramSide = {
  ...leak,
  name: 'fixed',
  title: 'The solution: delete[] before the return',
  source: { language: 'c++', file: 'fixed.cpp', text: FIXED },
  steps: () => [
    ...BEGINNING,
    step('delete[] a gives the block back while a still knows it.', 10, { op: 'delete', place: 'a', kind: 'delete[]' }),
    step('Leak returns. a dangles for a moment, and then it is gone too.', 10, RETURN),
    step('A look for leaks: there is nothing to find.', 13, { op: 'check' }),
    step('main returns, the program ends.', 13, RETURN),
  ],
};

const ABOUT =
  'A memory leak is memory on the heap that the program takes and forgets to give back. In a program that runs for ' +
  'months, such as a daemon or a server, every such call costs memory that never comes back.';

export const cppLeak: Scenario = {
  name: 'cpp-leak',
  title: 'A memory leak in C++',
  about: ABOUT,
  lookFor: [
    'The pointer a is on the stack, the array is on the heap.',
    'After the return of Leak the block is still there, and nothing refers to it: definitely lost.',
    'The leak report names the line of the new[], not the line where the pointer was lost.',
  ],
  parameters: [],
  sides: [leak, fixed],
  claims: [{ measure: 'lostBytes', change: 'less', sentence: 'Nothing is lost once the array is deleted.' }],
};

export const cppLeakFixed: Scenario = {
  name: 'cpp-leak-fixed',
  title: 'The leak, fixed',
  about: ABOUT,
  lookFor: ['The block is freed one line before its only pointer goes.', 'The leak report is empty.'],
  parameters: [],
  sides: [fixed],
  claims: [],
};
