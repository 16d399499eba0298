import { expect, it } from '@jest/globals';
import { runTitle } from './run-title.js';

it('tells the scenario and its side, without the parameters', () => {
  expect(runTitle('pinned-arenas: at-once {"orders":60000,"oneIn":400}', 'orders.py')).toBe('pinned-arenas: at-once');
});

it('leaves the names that people gave as they are', () => {
  expect(runTitle('a report: {"draft"}', 'orders.py')).toBe('a report: {"draft"}');
  expect(runTitle('', 'orders.py')).toBe('orders.py');
  expect(runTitle('', '')).toBe('Run');
});
