import { describe, expect, it } from '@jest/globals';
import {
  MAX_PROGRAM_EVENT_BYTES,
  type Ownership,
  type ProgramChoice,
  type ProgramCommand,
  type ProgramObject,
  type ProgramState,
  type ProgramVariable,
} from '@heapcast/contracts';
import * as fc from 'fast-check';
import { Program } from './program.js';

const NAMES = ['a', 'b', 'c'] as const;
const FIELDS = ['x', 'y'] as const;
const EVERYTHING = { frames: { limit: 1000 }, objects: { limit: 1000 }, globals: { limit: 1000 } };

const name = fc.constantFrom(...NAMES);
const field = fc.constantFrom(...FIELDS);
const place = fc.oneof(
  name,
  fc.tuple(name, field).map(([variable, of]) => `${variable}.${of}`),
  fc.tuple(name, field, field).map(([variable, of, next]) => `${variable}.${of}.${next}`),
);
const value = fc.oneof(
  { weight: 6, arbitrary: place.map((ref) => ({ ref })) },
  { weight: 1, arbitrary: fc.constantFrom(null, 7, 'text') },
);
const scope = fc.constantFrom('local' as const, 'global' as const);

/** Commands that every ownership knows. */
const common: fc.Arbitrary<ProgramCommand> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('f', 'g')
      .map((of) => ({ op: 'call' as const, function: of, args: { a: { ref: 'a' } } })),
  },
  { weight: 1, arbitrary: fc.constantFrom('f', 'g').map((of) => ({ op: 'call' as const, function: of })) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('return' as const), value, to: name }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('let' as const), name, value, scope }) },
  { weight: 8, arbitrary: fc.record({ op: fc.constant('assign' as const), to: place, value }) },
  { weight: 4, arbitrary: fc.record({ op: fc.constant('unset' as const), place }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 9 }).map((line) => ({ op: 'line' as const, line })) },
);

const managed: fc.Arbitrary<ProgramCommand> = fc.oneof(
  { weight: 12, arbitrary: common },
  {
    weight: 8,
    arbitrary: fc.record({
      op: fc.constant('new' as const),
      to: place,
      size: fc.integer({ min: 1, max: 600 }),
      fields: fc.constant([...FIELDS]),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ op: fc.constant('resize' as const), to: place, size: fc.integer({ min: 0, max: 900 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ op: fc.constant('weakref' as const), to: fc.constantFrom('w', 'v'), of: place }),
  },
);

const finalizer = fc.constantFrom('runs' as const, { savesTo: 'a' }, { savesTo: 'saved' });
const collected: fc.Arbitrary<ProgramCommand> = fc.oneof(
  { weight: 20, arbitrary: managed },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constant('new' as const),
      to: place,
      size: fc.constant(50),
      fields: fc.constant([...FIELDS]),
      finalizer,
    }),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(0, 1, 2)
      .map((generation) => ({ op: 'collect' as const, generation: generation as 0 | 1 | 2 })),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant('open' as const),
      to: place,
      kind: fc.constantFrom('socket' as const, 'file' as const),
      closedBy: fc.constantFrom('nothing' as const, 'finalizer' as const),
    }),
  },
  { weight: 1, arbitrary: place.map((of) => ({ op: 'close' as const, place: of })) },
);

const manual: fc.Arbitrary<ProgramCommand> = fc.oneof(
  { weight: 12, arbitrary: common },
  {
    weight: 8,
    arbitrary: fc.record({
      op: fc.constant('new' as const),
      to: place,
      kind: fc.constantFrom('malloc' as const, 'calloc' as const, 'new' as const),
      fields: fc.constant([...FIELDS]),
    }),
  },
  { weight: 4, arbitrary: fc.record({ op: fc.constant('delete' as const), place }) },
  {
    weight: 1,
    arbitrary: fc.record({ op: fc.constant('resize' as const), to: place, size: fc.constantFrom(0, 8, 16, 40) }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constantFrom('read' as const, 'write' as const), place }) },
);

/** A program, and what is known of each object after each command, found the slow way. */
class Watched {
  readonly program: Program;
  /** By object: after which command it was in reach the last time. */
  readonly lastSeen = new Map<number, number>();
  readonly born = new Map<number, number>();
  /** Live blocks, from nothing but the requests. */
  readonly blocks = new Map<number, number>();
  /** More was brought back into reach by one command than its event names. */
  isBlurred = false;
  private given = 0;
  private before: ProgramState | null = null;

  constructor(choice: ProgramChoice) {
    this.program = new Program(choice);
  }

  do(command: ProgramCommand): ProgramState {
    const { event, requests } = this.program.apply(command);
    // Here and below jest is asked only about what differs: at every command, the asking takes most of the time.
    const bytes = Buffer.byteLength(JSON.stringify(event));
    if (bytes > MAX_PROGRAM_EVENT_BYTES) expect(bytes).toBeLessThanOrEqual(MAX_PROGRAM_EVENT_BYTES);
    const freed: number[] = [];
    for (const { op, size = 0, id } of requests) {
      if (op === 'malloc' || op === 'calloc') this.blocks.set(++this.given, size);
      else if (typeof id !== 'number') continue;
      else if (op === 'realloc' && this.blocks.has(id)) this.blocks.set(id, size);
      else if (op === 'free' && this.blocks.delete(id)) freed.push(id);
    }
    const died = event.effects?.died?.count ?? 0;
    if (freed.length !== died) expect(freed).toHaveLength(died);
    const state = this.program.state(EVERYTHING);
    for (const { id, born } of state.objects.items) this.born.set(id, born);
    // What a finalizer brings back and another one displaces is in reach only in the middle of the command, which is then
    // the one that put it out of reach: as if the command before had left it in reach.
    const { count, first } = event.effects?.resurrected ?? { count: 0, first: [] };
    if (count > first.length) this.isBlurred = true;
    for (const at of this.before === null ? [state] : [this.before, state]) {
      for (const id of reachedFrom(at, first)) this.lastSeen.set(id, event.number - 1);
    }
    for (const id of reachedFrom(state)) this.lastSeen.set(id, event.number);
    this.before = state;
    return state;
  }
}

/** Objects that a variable leads to, or else one of `others`, by walking over what the state shows. */
function reachedFrom(state: ProgramState, others?: readonly number[]): Set<number> {
  const objects = new Map(state.objects.items.map((object): [number, ProgramObject] => [object.id, object]));
  const reached = new Set<number>();
  const variables = [...state.globals.items, ...state.frames.items.flatMap((frame) => frame.locals.items)];
  const waiting: Pick<ProgramVariable, 'object' | 'dangling'>[] = others?.map((object) => ({ object })) ?? variables;
  for (let held = waiting.pop(); held !== undefined; held = waiting.pop()) {
    const object = held.object === undefined || held.dangling ? undefined : objects.get(held.object);
    if (object === undefined || reached.has(object.id)) continue;
    reached.add(object.id);
    waiting.push(...object.fields.items);
  }
  return reached;
}

function checkReach(watched: Watched, state: ProgramState): void {
  const reached = reachedFrom(state);
  for (const { id, reachable } of state.objects.items)
    if (reachable !== reached.has(id)) expect({ id, reachable }).toEqual({ id, reachable: reached.has(id) });
}

function checkBlocks(watched: Watched, state: ProgramState): void {
  const expected = state.objects.items.map(({ block, size }) => [block, size]);
  expect([...watched.blocks].sort(([a], [b]) => a - b)).toEqual(expected.sort(([a], [b]) => a - b));
  expect(state.heap.liveBytes).toBe([...watched.blocks.values()].reduce((sum, size) => sum + size, 0));
}

/** The last moment of every lost object: the command after the last one that left it in reach. */
function checkLastReach(watched: Watched): void {
  if (watched.isBlurred) return;
  const { records } = watched.program.leaks({ records: { limit: 1000 } });
  for (const { kind, objects, lastReachable } of records.items) {
    if (kind === 'reachable' || kind === 'possible') {
      expect(lastReachable).toBeNull();
      continue;
    }
    if (objects.count > objects.first.length) continue;
    const lost = objects.first.map((id) => {
      const seen = watched.lastSeen.get(id);
      return seen === undefined ? (watched.born.get(id) ?? 0) : seen + 1;
    });
    expect({ objects: objects.first, last: lastReachable?.command }).toEqual({
      objects: objects.first,
      last: Math.max(...lost),
    });
  }
}

const commandsFor: Readonly<Record<Ownership, fc.Arbitrary<ProgramCommand>>> = {
  manual,
  refcount: managed,
  cpython: collected,
  'mark-sweep': collected,
};
const choices: readonly ProgramChoice[] = [
  { ownership: 'manual' },
  { ownership: 'refcount' },
  { ownership: 'cpython', version: '3.11', thresholds: [5, 2, 2] },
  { ownership: 'cpython', version: '2.7', thresholds: [5, 2, 2] },
  { ownership: 'cpython', version: '3.13', thresholds: [5, 2, 2] },
  { ownership: 'mark-sweep', heapBudget: 4000 },
];

describe.each(choices)('any program ($ownership $version)', (choice) => {
  const programs = fc.array(commandsFor[choice.ownership], { minLength: 5, maxLength: 60 });

  it('has in reach what a walk from the variables finds, and its requests leave exactly the live blocks', () => {
    fc.assert(
      fc.property(programs, (commands) => {
        const watched = new Watched(choice);
        for (const command of commands) {
          const state = watched.do(command);
          checkReach(watched, state);
          checkBlocks(watched, state);
        }
      }),
    );
  });

  it('tells of each lost object the command that put it out of reach', () => {
    fc.assert(
      fc.property(programs, (commands) => {
        const watched = new Watched(choice);
        for (const command of commands) watched.do(command);
        checkLastReach(watched);
      }),
      { numRuns: 150 },
    );
  });

  it('goes on from what it saved as if nothing had been', () => {
    fc.assert(
      fc.property(programs, fc.nat(60), (commands, at) => {
        const straight = new Program(choice);
        let saved = new Program(choice);
        for (const [index, command] of commands.entries()) {
          if (index === at) saved = Program.restore(structuredClone(saved.save()));
          expect(saved.apply(command)).toEqual(straight.apply(command));
        }
        expect(saved.state(EVERYTHING)).toEqual(straight.state(EVERYTHING));
        expect(saved.leaks()).toEqual(straight.leaks());
        expect(saved.sites()).toEqual(straight.sites());
      }),
    );
  });

  it('tells the same by its parts as in all', () => {
    fc.assert(
      fc.property(programs, (commands) => {
        const program = new Program(choice);
        for (const command of commands) program.apply(command);
        const { summary, records } = program.leaks({ records: { limit: 1000 } });
        const { heap, objects } = program.state(EVERYTHING);
        const total = Object.values(summary).reduce((sum, { bytes }) => sum + bytes, 0);
        expect(total).toBe(heap.liveBytes);
        expect(records.items.reduce((sum, { blocks }) => sum + blocks, 0)).toBe(heap.liveObjects);
        expect(objects.total).toBe(heap.liveObjects);
        expect(heap.born - heap.died).toBe(heap.liveObjects);
      }),
    );
  });
});

describe('reference counts alone', () => {
  it('are CPython with its collector switched off', () => {
    fc.assert(
      fc.property(fc.array(managed, { maxLength: 80 }), (commands) => {
        const counts = new Program({ ownership: 'refcount' });
        const off = new Program({ ownership: 'cpython' });
        off.apply({ op: 'gc', do: 'disable' });
        for (const command of commands) {
          const { requests, event } = counts.apply(command);
          const other = off.apply(command);
          expect(requests).toEqual(other.requests);
          expect(event.effects).toEqual(other.event.effects);
        }
      }),
    );
  });
});
