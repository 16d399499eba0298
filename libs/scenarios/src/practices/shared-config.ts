import type { ProgramCommand } from '@heapcast/contracts';
import { integerOf } from '../parameters.js';
import { assign, BYTES, fresh, ref, repeat, step, str } from '../programs/commands.js';
import type { Parameters, ProgramStep } from '../scenario.js';
import { howMany, practicePair } from './pair.js';

const ENTRIES = 20;
const VALUE_CHARACTERS = 24;

const BEFORE = `class Worker:
    def __init__(self):
        self.config = read_config('hub.ini')

workers = [Worker() for i in range(count)]
`;
const AFTER = `config = read_config('hub.ini')

class Worker:
    config = config

workers = [Worker() for i in range(count)]
`;

/** `read_config`: a dict, and a text for each of its entries. */
function config(place: string): ProgramCommand[] {
  return [
    fresh('dict', BYTES.bigDict, place),
    ...repeat(0, ENTRIES, (i) => [str(VALUE_CHARACTERS, `${place}.option${i}`)]),
  ];
}

function worker(i: number, line: number): ProgramCommand[] {
  return [{ ...fresh('Worker', BYTES.instance, `workers[${i}]`), line }];
}

function ownConfig(i: number): ProgramCommand[] {
  return [...worker(i, 5), ...config(`workers[${i}].config`).map((command) => ({ ...command, line: 3 }))];
}

function commonConfig(i: number): ProgramCommand[] {
  return [...worker(i, 6), { ...assign(`workers[${i}].config`, ref('config')), line: 4 }];
}

function beforeSteps(parameters: Parameters): ProgramStep[] {
  const workers = integerOf(parameters, 'workers');
  return [
    step('A list for the workers.', 5, fresh('list', BYTES.list, 'workers')),
    step(`The first worker reads the configuration: a dict with ${ENTRIES} texts.`, 5, ...ownConfig(0)),
    step('Every other worker reads it again, and keeps a copy.', 5, ...repeat(1, workers, ownConfig)),
  ];
}

function afterSteps(parameters: Parameters): ProgramStep[] {
  const workers = integerOf(parameters, 'workers');
  return [
    step('The configuration is read once.', 1, ...config('config')),
    step('A list for the workers.', 6, fresh('list', BYTES.list, 'workers')),
    step('Every worker refers to the same configuration.', 6, ...repeat(0, workers, commonConfig)),
  ];
}

export const sharedConfig = practicePair({
  name: 'shared-config',
  title: 'One shared object for the same purpose',
  practice: 'Use common object for the same purpose like config',
  about:
    'What is the same for all needs to be there once. A reference takes eight bytes; a copy takes everything again, for ' +
    'every one who keeps one.',
  lookFor: ['The reference count of the shared dict: one for each worker, and one for its name.'],
  parameters: [howMany('workers', 'Workers', 200, 1000)],
  before: { title: 'Each worker reads its own', file: 'workers.py', text: BEFORE, steps: beforeSteps },
  after: { title: 'All refer to one', file: 'workers_shared.py', text: AFTER, steps: afterSteps },
  claims: [
    { measure: 'peakBytes', change: 'less', sentence: 'The configuration is there once.' },
    { measure: 'blocksAskedFor', change: 'less', sentence: 'And is read once.' },
  ],
});
