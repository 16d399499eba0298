import { describe, expect, it } from '@jest/globals';
import type { ProgramChoice, ProgramCommand, ProgramEvent } from '@heapcast/contracts';
import type { ClientRequest } from '@heapcast/trace';
import { Program } from './program.js';

const MANUAL: ProgramChoice = { ownership: 'manual' };
const COUNTED: ProgramChoice = { ownership: 'refcount' };
const PYTHON: ProgramChoice = { ownership: 'cpython', version: '3.11' };
const TRACED: ProgramChoice = { ownership: 'mark-sweep' };

interface Played {
  readonly program: Program;
  readonly events: readonly ProgramEvent[];
  readonly last: ProgramEvent;
  readonly requests: readonly ClientRequest[];
}

function play(choice: ProgramChoice, ...commands: readonly ProgramCommand[]): Played {
  const program = new Program(choice);
  const applied = commands.map((command) => program.apply(command));
  return {
    program,
    events: applied.map(({ event }) => event),
    last: applied[applied.length - 1].event,
    requests: applied.flatMap(({ requests }) => requests),
  };
}

const node = (to: string, more: Partial<Extract<ProgramCommand, { op: 'new' }>> = {}): ProgramCommand => ({
  op: 'new',
  to,
  type: 'Node',
  fields: ['next', 'value'],
  ...more,
});
const assign = (to: string, ref: string): ProgramCommand => ({ op: 'assign', to, value: { ref } });
const unset = (place: string): ProgramCommand => ({ op: 'unset', place });

describe('a C++ program', () => {
  it('leaks what the talk leaks: 40 bytes at the line of the new, lost when the function returns', () => {
    const { program, last } = play(
      { ...MANUAL, source: { file: 'leak.cpp', text: 'void Leak() {\n' } },
      { op: 'call', function: 'Leak', line: 12 },
      { op: 'new', to: 'a', type: 'int[10]', line: 3 },
      { op: 'return', line: 4 },
      { op: 'return', line: 13 },
    );
    expect(last).toMatchObject({ ended: true, depth: 0, effects: { leaks: { definite: { bytes: 40, blocks: 1 } } } });
    const [record] = program.leaks().records.items;
    expect(record).toMatchObject({
      kind: 'definite',
      allocator: 'new[]',
      types: ['int[10]'],
      path: [
        { function: 'Leak', line: 3 },
        { function: 'main', line: 12 },
      ],
      lastReachable: { command: 3, seq: 4 },
    });
    expect(program.sites()[record.site - 1]).toEqual({ function: 'Leak', file: 'leak.cpp', line: 3, parent: 1 });
  });

  it('frees twice: an outcome, and a request that the allocator will refuse as well', () => {
    const { events, requests } = play(MANUAL, node('p'), { op: 'delete', place: 'p' }, { op: 'delete', place: 'p' });
    expect(events.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'doubleFree']);
    expect(requests.map(({ op, id }) => [op, id])).toEqual([
      ['malloc', 'Node#1'],
      ['free', 1],
      ['free', 1],
    ]);
  });

  it('deletes an array with the wrong delete: freed, and told', () => {
    const { last, program } = play(
      MANUAL,
      { op: 'new', to: 'a', type: 'int[10]' },
      { op: 'delete', place: 'a', kind: 'delete' },
    );
    expect(last).toMatchObject({ outcome: 'mismatchedDelete', effects: { died: { count: 1, first: [1] } } });
    expect(program.state().heap.liveBytes).toBe(0);
  });

  it('frees a pointer to the inside, and one to the stack: nothing is freed', () => {
    const { events, requests } = play(
      MANUAL,
      node('p'),
      { op: 'let', name: 'q', value: { ref: 'p', delta: 8 } },
      { op: 'delete', place: 'q' },
      { op: 'let', name: 's', value: { addressOf: 'p' } },
      { op: 'delete', place: 's', kind: 'free' },
    );
    expect(events.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'invalidFree', 'ok', 'invalidFree']);
    expect(requests.slice(1).map(({ op, id }) => [op, id])).toEqual([
      ['free', '(no block)'],
      ['free', '(no block)'],
    ]);
  });

  it.each([
    ['a field of a freed object', { op: 'let', name: 'x', value: { ref: 'p.next' } }, 'useAfterFree'],
    ['a store into a freed object', { op: 'assign', to: 'p.value', value: 3 }, 'useAfterFree'],
    ['a read behind the end', { op: 'read', place: 'q', offset: 20 }, 'invalidRead'],
    ['a write behind the end', { op: 'write', place: 'q', offset: 16, size: 1 }, 'invalidWrite'],
    ['an element behind the end', { op: 'assign', to: 'q[2]', value: null }, 'invalidWrite'],
    ['a field of null', { op: 'let', name: 'x', value: { ref: 'nothing.next' } }, 'nullDereference'],
    ['a field that the type has not', { op: 'let', name: 'x', value: { ref: 'q.previous' } }, 'noSuchField'],
    ['a field of a number', { op: 'let', name: 'x', value: { ref: 'five.next' } }, 'notAnObject'],
    ['a name that nobody declared', { op: 'assign', to: 'nobody', value: 1 }, 'unknownName'],
    ['a collection', { op: 'collect' }, 'notAllowed'],
    ['a weak reference', { op: 'weakref', to: 'w', of: 'q' }, 'notAllowed'],
  ] satisfies readonly [string, ProgramCommand, string][])('%s is an outcome', (_, command, outcome) => {
    const { last } = play(
      MANUAL,
      node('p'),
      node('q'),
      { op: 'let', name: 'nothing' },
      { op: 'let', name: 'five', value: 5 },
      { op: 'delete', place: 'p' },
      command,
    );
    expect(last).toMatchObject({ outcome, error: expect.any(String) });
  });

  it('shows dangling, inner, uninitialised and stack pointers for what they are', () => {
    const { program } = play(
      MANUAL,
      node('p', { kind: 'malloc' }),
      { op: 'let', name: 'inner', value: { ref: 'p', delta: 8 } },
      { op: 'let', name: 'gone', value: { ref: 'p.next' } },
      node('q'),
      { op: 'delete', place: 'q' },
      { op: 'let', name: 'stack', value: { addressOf: 'p' } },
    );
    expect(program.state().frames.items[0].locals.items).toEqual([
      { name: 'p', value: null, object: 1 },
      { name: 'inner', value: null, object: 1, offset: 8 },
      { name: 'gone', value: null, uninitialised: true },
      { name: 'q', value: null, object: 2, dangling: true },
      { name: 'stack', value: null, pointsTo: 'p' },
    ]);
  });

  it('grows a block with realloc: the same block to the allocator, a new place in the code', () => {
    const { program, requests } = play(
      MANUAL,
      { op: 'new', to: 'p', size: 16, kind: 'malloc', line: 1 },
      { op: 'resize', to: 'p', size: 64, line: 2 },
    );
    expect(requests[1]).toMatchObject({ op: 'realloc', id: 1, size: 64 });
    expect(program.object(1)).toMatchObject({ size: 64, kind: 'realloc', path: [{ function: 'main', line: 2 }] });
  });

  it('closes in the destructor what delete destroys, and not what free gives back', () => {
    const open: ProgramCommand = { op: 'open', to: 's', kind: 'socket', closedBy: 'destructor' };
    const deleted = play(MANUAL, open, { op: 'delete', place: 's' });
    expect(deleted.last.effects).toMatchObject({ closed: { count: 1, first: [1] } });
    const freed = play(MANUAL, open, { op: 'delete', place: 's', kind: 'free' });
    expect(freed.last.effects).toMatchObject({ abandoned: { count: 1, first: [1] } });
  });
});

describe('a program with reference counts', () => {
  it('has lost a cycle for certain, once, and indirectly what only the cycle leads to', () => {
    const { program } = play(
      COUNTED,
      node('a', { size: 100 }),
      node('b', { size: 200 }),
      node('held', { size: 400 }),
      node('kept', { size: 800 }),
      assign('a.next', 'b'),
      assign('b.next', 'a'),
      assign('b.value', 'held'),
      unset('held'),
      unset('b'),
      unset('a'),
    );
    const { summary, records } = program.leaks();
    expect(summary).toMatchObject({
      definite: { bytes: 100, blocks: 1 },
      indirect: { bytes: 600, blocks: 2 },
      reachable: { bytes: 800, blocks: 1 },
    });
    expect(records.items.find(({ kind }) => kind === 'definite')).toMatchObject({ indirectBytes: 600 });
  });

  it('loses a cycle for ever', () => {
    const { program, last } = play(COUNTED, node('a'), assign('a.next', 'a'), unset('a'));
    expect(last.effects?.died).toBeUndefined();
    const [record] = program.leaks().records.items;
    expect(record).toMatchObject({ kind: 'definite', blocks: 1, lastReachable: { command: 3 } });
  });

  it('frees a chain from its end to its beginning, as CPython gives memory back', () => {
    const { requests } = play(COUNTED, node('a'), node('a.next'), node('a.next.next'), unset('a'));
    expect(requests.slice(3).map(({ id }) => id)).toEqual([3, 2, 1]);
  });

  it('has no collector to call', () => {
    expect(play(COUNTED, { op: 'collect' }).last.outcome).toBe('notAllowed');
    expect(play(COUNTED, { op: 'gc', do: 'enable' }).last.outcome).toBe('notAllowed');
  });

  it('hands a value to the caller', () => {
    const { program, events } = play(COUNTED, { op: 'call', function: 'make' }, node('made'), {
      op: 'return',
      value: { ref: 'made' },
      to: 'mine',
    });
    expect(events.every(({ outcome }) => outcome === 'ok')).toBe(true);
    expect(program.state().globals.items).toEqual([{ name: 'mine', value: null, object: 1 }]);
    expect(program.object(1)?.references).toBe(1);
  });
});

describe('a Python program', () => {
  it('keeps what its module declares where functions see it', () => {
    const { last } = play(PYTHON, node('shared'), { op: 'call', function: 'f' }, assign('shared.next', 'shared'));
    expect(last.outcome).toBe('ok');
  });

  it('grows a mutable default argument', () => {
    const call: readonly ProgramCommand[] = [
      { op: 'call', function: 'foo', args: { a: { ref: 'default' } } },
      { op: 'new', to: 'x', type: 'int' },
      { op: 'assign', to: 'a[0]', value: { ref: 'x' } },
      { op: 'return' },
    ];
    const again = call.map((command) => (command.op === 'assign' ? { ...command, to: 'a[1]' } : command));
    const { program } = play(PYTHON, { op: 'new', to: 'default', type: 'list' }, ...call, ...again);
    expect(program.object(1)?.fields.items).toEqual([
      { name: '[0]', value: null, object: 2 },
      { name: '[1]', value: null, object: 3 },
    ]);
    expect(program.state().heap.died).toBe(0);
  });

  it('takes the sizes that sys.getsizeof tells', () => {
    const { requests } = play(
      PYTHON,
      { op: 'new', to: 'a', type: 'float' },
      { op: 'new', to: 'b', type: 'list', fields: 10 },
    );
    expect(requests.map(({ size }) => size)).toEqual([24, 136]);
  });

  it('leaves a cycle with a finalizer uncollectable in 2.7, its file open; 3.4 and later close it', () => {
    const commands: readonly ProgramCommand[] = [
      { op: 'open', to: 'f', kind: 'file', name: 'data.txt', closedBy: 'finalizer' },
      assign('f.me', 'f'),
      unset('f'),
      { op: 'collect' },
    ];
    const old = play({ ...PYTHON, version: '2.7' }, ...commands);
    expect(old.last.effects).toMatchObject({ returned: 1, collections: [{ collected: 0, uncollectable: 1 }] });
    expect(old.program.state()).toMatchObject({ openResources: 1, gc: { garbage: { count: 1, first: [1] } } });
    const recent = play(PYTHON, ...commands);
    expect(recent.last.effects).toMatchObject({ finalized: { count: 1 }, closed: { count: 1 }, died: { count: 1 } });
  });

  it('never closes a socket whose type does not, and says that a collector would not have', () => {
    const { program, last } = play(PYTHON, { op: 'open', to: 's', kind: 'socket' }, unset('s'), { op: 'exit' });
    expect(last.ended).toBe(true);
    const { resources } = program.leaks();
    expect(resources.items[0]).toMatchObject({
      kind: 'socket',
      descriptor: 3,
      owner: null,
      state: 'lost',
      note: expect.stringContaining('A collector gives memory back, not sockets'),
    });
  });

  it('closes once, and tells the second time', () => {
    const close: ProgramCommand = { op: 'close', place: 's' };
    const { events } = play(PYTHON, { op: 'open', to: 's', kind: 'socket' }, close, close, node('n'), {
      op: 'close',
      place: 'n',
    });
    expect(events.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'alreadyClosed', 'ok', 'noResource']);
  });

  it('gives the smallest descriptor that is free', () => {
    const open = (to: string): ProgramCommand => ({ op: 'open', to, kind: 'file' });
    const { program } = play(PYTHON, open('a'), open('b'), open('c'), { op: 'close', place: 'b' }, open('d'));
    const items = program.state().resources.items.filter((resource) => resource.open);
    expect(items.map(({ descriptor }) => descriptor)).toEqual([3, 5, 4]);
  });

  it('does not delete, add to references or read memory', () => {
    const outcomes = [
      { op: 'delete', place: 'a' },
      { op: 'read', place: 'a' },
      { op: 'let', name: 'b', value: { ref: 'a', delta: 8 } },
      { op: 'let', name: 'b', value: { addressOf: 'a' } },
      node('c', { kind: 'malloc' }),
    ] satisfies readonly ProgramCommand[];
    for (const command of outcomes) expect(play(PYTHON, node('a'), command).last.outcome).toBe('notAllowed');
  });

  it('does not return from its module', () => {
    expect(play(PYTHON, { op: 'return' }).last).toMatchObject({ outcome: 'nothingToReturnFrom', depth: 1 });
  });

  it('does not freeze before 3.7', () => {
    expect(play({ ...PYTHON, version: '3.6' }, { op: 'gc', do: 'freeze' }).last.outcome).toBe('notAllowed');
    expect(play({ ...PYTHON, version: '3.7' }, { op: 'gc', do: 'freeze' }).last.outcome).toBe('ok');
  });

  it('returns what the variable held, whatever a finalizer puts there while the locals go', () => {
    const { program, last } = play(
      PYTHON,
      node('a'),
      { op: 'call', function: 'f' },
      node('b', { finalizer: { savesTo: 'a' } }),
      { op: 'return', value: { ref: 'a' }, to: 'a' },
    );
    expect(last.effects?.resurrected).toMatchObject({ count: 1 });
    expect(program.state({}).globals.items).toEqual([expect.objectContaining({ name: 'a', object: 1 })]);
    const counts = program.state({}).objects.items.map(({ id, references }) => [id, references]);
    expect(counts).toEqual([[1, 1]]);
  });

  it('saves an object in its finalizer once, and displaces what was there', () => {
    const saved = node('a', { finalizer: { savesTo: 'kept' } });
    const { program, events } = play(
      PYTHON,
      { op: 'let', name: 'kept' },
      node('kept'),
      saved,
      unset('a'),
      unset('kept'),
    );
    expect(events[3].effects).toMatchObject({
      finalized: { first: [2] },
      resurrected: { first: [2] },
      died: { first: [1] },
    });
    expect(events[4].effects).toEqual({ died: { count: 1, first: [2] } });
    expect(program.state().heap.liveObjects).toBe(0);
  });

  it('of 2.7 whose finalizers displace each other for ever goes on', () => {
    const forever = (to: string): ProgramCommand => node(to, { finalizer: { savesTo: 'g' } });
    const { last, program } = play({ ...PYTHON, version: '2.7' }, forever('a'), forever('b'), unset('a'), unset('b'));
    expect(last.outcome).toBe('ok');
    expect(program.apply({ op: 'line', line: 1 }).event.outcome).toBe('ok');
  });
});

describe('a traced program', () => {
  it('collects when its budget is exceeded, and not before', () => {
    const { events } = play(
      { ...TRACED, heapBudget: 100 },
      node('a', { size: 60 }),
      unset('a'),
      node('b', { size: 60 }),
    );
    expect(events[1].effects).toBeUndefined();
    expect(events[2].effects).toMatchObject({
      died: { count: 1, first: [1] },
      born: { count: 1, first: [2] },
      collections: [{ generation: 2, collected: 1, examined: 1, automatic: true }],
    });
  });

  it('runs out of its budget when all is in reach, and makes nothing', () => {
    const { last, program } = play({ ...TRACED, heapBudget: 100 }, node('a', { size: 60 }), node('b', { size: 60 }));
    expect(last).toMatchObject({ outcome: 'outOfBudget', effects: { collections: [{ collected: 0 }] } });
    expect(program.state().globals.items).toHaveLength(1);
  });

  it('needs two collections for an object with a finalizer', () => {
    const collect: ProgramCommand = { op: 'collect' };
    const { events } = play(TRACED, node('a', { finalizer: 'runs' }), unset('a'), collect, collect);
    expect(events[2].effects).toMatchObject({ finalized: { first: [1] }, returned: 0 });
    expect(events[3].effects).toMatchObject({ died: { first: [1] }, returned: 1 });
  });

  it('has no destructors', () => {
    const { last } = play(TRACED, { op: 'open', to: 's', kind: 'file', closedBy: 'destructor' });
    expect(last.outcome).toBe('notAllowed');
  });
});

describe('any program', () => {
  it('overflows its stack where the limit is, and goes on', () => {
    const program = new Program({ ...MANUAL, stackLimit: 1024 });
    let event = program.apply({ op: 'call', function: 'f' }).event;
    while (event.outcome === 'ok') event = program.apply({ op: 'call', function: 'f' }).event;
    expect(event).toMatchObject({ outcome: 'stackOverflow', depth: 16 });
    expect(program.state().stack).toEqual({ used: 1024, limit: 1024, peak: 1024 });
    expect(program.apply({ op: 'return' }).event).toMatchObject({ outcome: 'ok', depth: 15 });
  });

  it('does nothing any more once it has ended', () => {
    const { last, requests } = play(MANUAL, { op: 'exit' }, node('a'));
    expect(last).toMatchObject({ outcome: 'ended', error: expect.any(String) });
    expect(last.effects).toBeUndefined();
    expect(requests).toEqual([]);
  });

  it.each([MANUAL, COUNTED, PYTHON, TRACED])(
    'drops 20,000 objects in a row without a deep stack ($ownership)',
    (choice) => {
      const program = new Program({ ...choice, heapBudget: 2 ** 30 });
      program.apply(node('head', { size: 16 }));
      program.apply(assign('tail', 'head'));
      program.apply({ op: 'let', name: 'tail', value: { ref: 'head' } });
      for (let made = 1; made < 20_000; made++) {
        program.apply(node('tail.next', { size: 16 }));
        program.apply(assign('tail', 'tail.next'));
      }
      program.apply(unset('tail'));
      const { requests } = program.apply(unset('head'));
      const { summary } = program.leaks();
      const lost = summary.definite.blocks + summary.indirect.blocks;
      expect(requests.filter(({ op }) => op === 'free').length + lost).toBe(20_000);
    },
  );

  it('counts its marks: one a command, and its requests', () => {
    const { program } = play(COUNTED, node('a'), unset('a'), { op: 'line', line: 3 });
    expect(program.nextSeq).toBe(6);
    expect(program.apply({ op: 'line', line: 4 }, 100).event.number).toBe(4);
    expect(program.nextSeq).toBe(101);
  });

  it('refuses a state of another engine or another ownership', () => {
    const saved = new Program(PYTHON).save();
    expect(() => Program.restore({ ...saved, version: 0 })).toThrow(RangeError);
    expect(() => new Program(MANUAL).restore(saved)).toThrow(RangeError);
  });
});
