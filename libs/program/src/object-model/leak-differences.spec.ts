import { describe, expect, it } from '@jest/globals';
import type { LeakReport, ProgramCommand } from '@heapcast/contracts';
import { Program } from './program.js';

const node = (to: string): ProgramCommand => ({ op: 'new', to, type: 'Node', fields: ['next', 'other'] });
const point = (to: string, ref: string, delta?: number): ProgramCommand => ({
  op: 'assign',
  to,
  value: delta === undefined ? { ref } : { ref, delta },
});
const forget = (...names: string[]): ProgramCommand[] => names.map((name) => ({ op: 'unset', place: name }));

function leaksOf(...commands: readonly (ProgramCommand | readonly ProgramCommand[])[]): LeakReport {
  const program = new Program({ ownership: 'manual' });
  for (const command of commands.flat()) expect(program.apply(command).event.outcome).toBe('ok');
  return program.leaks();
}

const told = ({ differs }: LeakReport): [string, readonly number[]][] =>
  differs.map(({ rule, objects }) => [rule, objects.first]);

describe('where memcheck does not say what a graph says', () => {
  it('is silent where both say the same', () => {
    expect(told(leaksOf(node('a'), node('a.next'), forget('a')))).toEqual([]);
    expect(told(leaksOf(node('a'), node('a.next')))).toEqual([]);
  });

  it('explains that of a cycle the lowest is the definite one', () => {
    const report = leaksOf(node('a'), node('b'), point('a.next', 'b'), point('b.next', 'a'), forget('a', 'b'));
    expect(report.summary).toMatchObject({ definite: { blocks: 1 }, indirect: { blocks: 1 } });
    expect(told(report)).toEqual([['lowestOfCycle', [1]]]);
    expect(report.differs[0].text).toContain('by address');
  });

  it('explains who is charged for what two lost ones share', () => {
    const report = leaksOf(
      node('a'),
      node('b'),
      node('c'),
      point('a.next', 'c'),
      point('b.next', 'c'),
      forget('a', 'b', 'c'),
    );
    expect(told(report)).toEqual([['sharedByLostOwners', [3]]]);
    expect(report.records.items.map(({ objects, clique }) => [objects.first, clique.first])).toEqual([
      [[1, 2], [3]],
      [[3], []],
    ]);
  });

  it('explains a cycle that stays definite though a late owner leads to its middle', () => {
    const report = leaksOf(
      node('a'),
      node('b'),
      node('late'),
      point('a.next', 'b'),
      point('b.next', 'a'),
      point('late.next', 'b'),
      forget('a', 'b', 'late'),
    );
    expect(report.summary.definite.blocks).toBe(2);
    expect(told(report)).toContainEqual(['lateOwner', [1]]);
  });

  it('explains possibly lost', () => {
    const report = leaksOf(node('a'), point('a', 'a', 8));
    expect(report.summary.possible).toEqual({ bytes: 16, blocks: 1 });
    expect(told(report)).toEqual([['interiorPointer', [1]]]);
  });

  it('explains a pointer one past the end', () => {
    const report = leaksOf(node('a'), point('a', 'a', 16));
    expect(report.summary.definite.blocks).toBe(1);
    expect(told(report)).toEqual([['hiddenPointer', [1]]]);
  });
});

describe('the last moment', () => {
  it('of a list is when its head was forgotten, also for its last link', () => {
    const report = leaksOf(node('a'), node('a.next'), node('a.next.next'), { op: 'line', line: 9 }, forget('a'));
    expect(report.records.items.map(({ kind, lastReachable }) => [kind, lastReachable?.command])).toEqual([
      ['definite', 5],
      ['indirect', 5],
    ]);
  });

  it('of what a freed object alone led to is the free', () => {
    const report = leaksOf(node('a'), node('a.next'), { op: 'delete', place: 'a' });
    expect(report.records.items).toMatchObject([{ objects: { first: [2] }, lastReachable: { command: 3, seq: 5 } }]);
  });
});
