import { describe, expect, it } from '@jest/globals';
import { dataModel } from '../c/data-models.js';
import { pythonType } from '../python/registry.js';
import { parseVersion } from '../python/versions.js';
import { growthSteps } from './growth-steps.js';

function steps(type: string, n: number, version: string, variant: string, platform = 'linux-64') {
  const build = { version: parseVersion(version), model: dataModel(platform) };
  return growthSteps(pythonType(type), build, n, variant);
}

describe('growth in steps', () => {
  it('gives a list that is appended to the room that list_resize comments: 0, 4, 8, 16, 24, 32, 40, 52, 64, 76', () => {
    const { steps: found } = steps('list', 76, '3.11', 'append');
    expect(found.map(({ to }) => to)).toEqual([0, 4, 8, 16, 24, 32, 40, 52, 64, 76]);
    expect(found.map(({ size }) => (size - 56) / 8)).toEqual([0, 4, 8, 16, 24, 32, 40, 52, 64, 76]);
  });

  it('gave it other room before 3.9: 0, 4, 8, 16, 25, 35, 46, 58, 72, 88', () => {
    expect(steps('list', 88, '3.8', 'append').steps.map(({ to }) => to)).toEqual([0, 4, 8, 16, 25, 35, 46, 58, 72, 88]);
  });

  it('quadruples the table of a 2.7 dictionary at two thirds, and doubles that of 3.6 and later', () => {
    expect(steps('dict', 100, '2.7', 'str-keys').steps.map(({ from }) => from)).toEqual([0, 6, 22, 86]);
    expect(steps('dict', 100, '3.6', 'str-keys').steps.map(({ from }) => from)).toEqual([0, 6, 11, 22, 43, 86]);
    expect(steps('dict', 100, '3.11', 'str-keys').steps.map(({ from }) => from)).toEqual([0, 1, 6, 11, 22, 43, 86]);
  });

  it('makes a set quadruple at two thirds (2.7: 6, 22; 3.6: 5, 21) and three fifths (3.7: 5, 19)', () => {
    expect(steps('set', 30, '2.7', 'add').steps.map(({ from }) => from)).toEqual([0, 6, 22]);
    expect(steps('set', 30, '3.6', 'add').steps.map(({ from }) => from)).toEqual([0, 5, 21]);
    expect(steps('set', 30, '3.7', 'add').steps.map(({ from }) => from)).toEqual([0, 5, 19]);
  });

  it('doubles the tables of sets and of 2.7 dictionaries that hold more than 50,000, instead of quadrupling them', () => {
    expect(steps('dict', 100_000, '2.7', 'str-keys').steps.at(-1)).toMatchObject({ from: 87_382, size: 6_291_736 });
    expect(steps('set', 100_000, '3.11', 'add').steps.at(-1)).toMatchObject({ from: 78_643, size: 4_194_520 });
  });

  it('gives the index of a dictionary four bytes a slot from 65,536 slots on', () => {
    expect(steps('dict', 43_690, '3.11', 'str-keys').steps.at(-1)).toMatchObject({ from: 21_846, size: 961_280 });
  });

  it('begins the second block of a deque with the 32nd element in 2.7, whose blocks are shorter, and with the 33rd since', () => {
    expect(steps('deque', 40, '2.7', 'append').steps.map(({ from }) => from)).toEqual([0, 32]);
    expect(steps('deque', 40, '3.6', 'append').steps.map(({ from }) => from)).toEqual([0, 33]);
  });

  it('joins without a gap, and each step begins where the size changes', () => {
    const { steps: found, complete } = steps('list', 1_000_000_000, '3.13', 'append');
    expect(complete).toBe(true);
    expect(found.at(-1)?.to).toBe(1_000_000_000);
    found.slice(1).forEach((step, index) => {
      expect(step.from).toBe((found[index]?.to ?? 0) + 1);
      expect(step.size).toBeGreaterThan(found[index]?.size ?? 0);
    });
  });

  it('ends after 500 steps and says so', () => {
    const { steps: found, complete } = steps('deque', 1_000_000, '3.13', 'append');
    expect([found.length, complete]).toEqual([500, false]);
  });

  it('refuses what has no steps', () => {
    expect(() => steps('tuple', 10, '3.13', '')).toThrow('type has no growth: tuple keeps no room');
    expect(() => steps('list', 10, '3.13', 'exact')).toThrow('variant must be one of append');
    expect(() => steps('list', -1, '3.13', 'append')).toThrow('n must be a whole number from 0');
  });
});
