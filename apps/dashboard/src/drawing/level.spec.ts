import { describe, expect, it } from '@jest/globals';
import { levelOf } from './level.js';

describe('the level of detail', () => {
  it('follows the size of a cell', () => {
    expect([1, 2, 4.9, 5, 23, 24, 119, 120, 500].map((cell) => levelOf(cell, null))).toEqual([
      'arenas',
      'steps',
      'steps',
      'pools',
      'pools',
      'blocks',
      'blocks',
      'numbers',
      'numbers',
    ]);
  });

  it('does not flicker at an edge', () => {
    expect(levelOf(5.1, 'steps')).toBe('steps');
    expect(levelOf(5.8, 'steps')).toBe('pools');
    expect(levelOf(4.9, 'pools')).toBe('pools');
    expect(levelOf(4.2, 'pools')).toBe('steps');
    expect(levelOf(500, 'arenas')).toBe('numbers');
    expect(levelOf(0.5, 'numbers')).toBe('arenas');
  });
});
