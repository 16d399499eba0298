import { integerOf } from '../parameters.js';
import { BYTES, float, fresh, GrowingList, int, repeat, step } from '../programs/commands.js';
import type { Parameters, ProgramStep } from '../scenario.js';
import { howMany, practicePair } from './pair.js';

const BEFORE = `class Reading:
    def __init__(self, at, value):
        self.info = {'at': at, 'value': value}

readings = []
for at, value in sensor:
    readings.append(Reading(at, value))
`;
const AFTER = `from array import array

times = array('d')
values = array('d')
for at, value in sensor:
    times.append(at)
    values.append(value)
`;

function beforeSteps(parameters: Parameters): ProgramStep[] {
  const readings = integerOf(parameters, 'readings');
  const list = new GrowingList('readings');
  const one = (i: number) => [
    { ...fresh('Reading', BYTES.instance, `readings[${i}]`), line: 7 },
    { ...fresh('dict', BYTES.bigDict, `readings[${i}].info`), line: 3 },
    { ...int(`readings[${i}].info.at`), line: 3 },
    { ...float(`readings[${i}].info.value`), line: 3 },
    ...list.append(i),
  ];
  return [
    step('An empty list.', 5, fresh('list', BYTES.list, 'readings')),
    step('One reading: an object, a dict in it, and two numbers. Four objects for two numbers.', 7, ...one(0)),
    step('All the others.', 7, ...repeat(1, readings, one)),
  ];
}

function afterSteps(parameters: Parameters): ProgramStep[] {
  const readings = integerOf(parameters, 'readings');
  const times = new GrowingList('times');
  const values = new GrowingList('values');
  const one = (i: number) => [
    ...times.append(i).map((command) => ({ ...command, line: 6 })),
    ...values.append(i).map((command) => ({ ...command, line: 7 })),
    { op: 'line', line: 5 } as const,
  ];
  return [
    step('Two arrays: one for the times, one for the values.', 3, fresh('array', BYTES.list, 'times'), {
      ...fresh('array', BYTES.list, 'values'),
      line: 4,
    }),
    step('One reading: eight bytes in each array. No object.', 6, ...one(0)),
    step('All the others.', 6, ...repeat(1, readings, one)),
  ];
}

export const countObjects = practicePair({
  name: 'count-objects',
  title: 'Count the objects',
  practice: 'Find the number of the objects your script is using and optimize it',
  about:
    'Every object has a header, a place in a pool and a reference that leads to it. Counting them by type shows where ' +
    'four objects do the work of two numbers.',
  lookFor: ['Object counts by type at the peak.', 'The bytes per reading, with everything that belongs to it.'],
  parameters: [howMany('readings', 'Readings', 1000, 3000)],
  before: { title: 'An object with a dict for each reading', file: 'sensor.py', text: BEFORE, steps: beforeSteps },
  after: { title: 'Two arrays for all of them', file: 'sensor_array.py', text: AFTER, steps: afterSteps },
  claims: [
    { measure: 'peakBlocks', change: 'less', sentence: 'A handful of objects instead of four for each reading.' },
    { measure: 'peakBytes', change: 'less', sentence: 'And a fraction of the bytes.' },
  ],
});
