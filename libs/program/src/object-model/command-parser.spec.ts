import { describe, expect, it } from '@jest/globals';
import {
  MAX_COMMAND_BYTES,
  MAX_PROGRAM_EVENT_BYTES,
  OWNERSHIPS,
  type ProgramChoice,
  type ProgramCommand,
  PROGRAM_OPS,
  PROGRAM_OUTCOMES,
} from '@heapcast/contracts';
import * as fc from 'fast-check';
import { resolveProgramChoice } from './choice.js';
import { parseProgramCommand } from './command-parser.js';
import { ProgramCommandError } from './misstep.js';
import { Program } from './program.js';

function refusal(value: unknown, at: number | null = null): ProgramCommandError {
  try {
    parseProgramCommand(value, at);
  } catch (error) {
    if (error instanceof ProgramCommandError) return error;
    throw error;
  }
  throw new Error(`${JSON.stringify(value)} was accepted.`);
}

describe('a command', () => {
  it('is read as it was written', () => {
    const commands: readonly ProgramCommand[] = [
      {
        op: 'call',
        function: '<module>',
        frameSize: 100,
        args: { a: 1, b: { ref: 'x.y[2]' }, __proto: null },
        line: 3,
      },
      { op: 'new', to: 'a.b', type: 'std::vector<int>', size: 0, kind: 'new[]', fields: ['x', 'y'] },
      { op: 'new', fields: 3, container: true, finalizer: { savesTo: 'g' } },
      { op: 'open', owner: 'a', kind: 'file', name: 'größe.txt', closedBy: 'destructor' },
      { op: 'let', name: 'größe', value: { addressOf: 'x' }, scope: 'global' },
      { op: 'gc', do: 'threshold', values: [700, 10] },
      { op: 'read', place: 'p[-1]', offset: -8, size: 4 },
    ];
    for (const command of commands) expect(parseProgramCommand(command)).toEqual(command);
  });

  it.each([
    [null, null, 'JSON object'],
    [[], null, 'JSON object'],
    [{}, 'op', 'needs "op"'],
    [{ op: 'jump' }, 'op', 'one of call, return'],
    [{ op: 'line' }, 'line', 'needs "line"'],
    [{ op: 'line', line: 1.5 }, 'line', 'whole number'],
    [{ op: 'exit', code: 3 }, 'code', 'no field "code"'],
    [{ op: 'call' }, 'function', 'text of 1 to 64'],
    [{ op: 'call', function: 'f'.repeat(65) }, 'function', 'text of 1 to 64'],
    [{ op: 'call', function: 'a\nb' }, 'function', 'control character'],
    [{ op: 'call', function: 'a\0b' }, 'function', 'U+0000'],
    [{ op: 'call', function: '\ud800' }, 'function', 'surrogate'],
    [{ op: 'call', function: 'f', frameSize: 2 ** 40 }, 'frameSize', 'whole number'],
    [{ op: 'call', function: 'f', args: { '1x': 1 } }, 'args', 'digit in front'],
    [{ op: 'call', function: 'f', args: { x: {} } }, 'args.x.ref', 'needs "args.x.ref"'],
    [{ op: 'let', name: 'a.b' }, 'name', 'letters, digits'],
    [{ op: 'let', name: 'a', value: Number.NaN }, 'value', 'finite'],
    [{ op: 'let', name: 'a', value: 'x'.repeat(129) }, 'value', 'at most 128'],
    [{ op: 'let', name: 'a', value: { ref: 'b', at: 1 } }, 'value.at', 'no field'],
    [{ op: 'let', name: 'a', value: [] }, 'value', 'a list'],
    [{ op: 'let', name: 'a', scope: 'outer' }, 'scope', 'local, global'],
    [{ op: 'assign', to: 'a..b', value: 1 }, 'to', 'a place'],
    [{ op: 'assign', to: `a${'.b'.repeat(200)}`, value: 1 }, 'to', 'a place'],
    [{ op: 'assign', to: 'a' }, 'value', 'needs "value"'],
    [{ op: 'new', size: -1 }, 'size', 'whole number'],
    [{ op: 'new', size: 2 ** 32 }, 'size', 'whole number'],
    [{ op: 'new', fields: 70_000 }, 'fields', 'whole number'],
    [{ op: 'new', fields: ['a', 'a'] }, 'fields', 'twice'],
    [{ op: 'new', finalizer: 'never' }, 'finalizer', '"runs"'],
    [{ op: 'open', kind: 'file' }, 'to', 'either "to"'],
    [{ op: 'open', kind: 'file', to: 'a', owner: 'b' }, 'to', 'either "to"'],
    [{ op: 'collect', generation: 3 }, 'generation', '0 to 2'],
    [{ op: 'gc', do: 'threshold' }, 'values', '1 to 3'],
    [{ op: 'gc', do: 'enable', values: [1] }, 'values', 'no field'],
    [{ op: 'read', place: 'a', size: 3 }, 'size', '1, 2, 4 or 8'],
  ])('%j is refused, and %s is named', (value, field, words) => {
    const error = refusal(value);
    expect(error.field).toBe(field);
    expect(error.message).toContain(words);
  });

  it('is refused with its place in the batch', () => {
    expect(refusal({ op: 'jump' }, 7)).toMatchObject({ at: 7, message: expect.stringContaining('Command 7: ') });
  });

  it('is refused when it is too long to be kept', () => {
    const fields = Array.from({ length: 60 }, (_, at) => `${'f'.repeat(60)}${at}`);
    expect(refusal({ op: 'new', to: 'a', fields }).message).toContain(`at most ${MAX_COMMAND_BYTES}`);
  });
});

describe('the choice of a program', () => {
  it('has a default for all but the ownership', () => {
    expect(resolveProgramChoice({ ownership: 'cpython' })).toEqual({
      ownership: 'cpython',
      version: '3.13.0',
      source: null,
      entry: '<module>',
      stackLimit: 8 << 20,
      heapBudget: 8 << 20,
      dataModel: 'LP64',
      thresholds: [2000, 10, 10],
    });
    expect(resolveProgramChoice({ ownership: 'cpython', version: '3.6' })).toMatchObject({
      version: '3.6.15',
      thresholds: [700, 10, 10],
    });
  });

  it('is kept when it is resolved again', () => {
    const resolved = resolveProgramChoice({ ownership: 'manual', source: { file: 'a.c', text: 'int main() {\n}' } });
    expect(resolveProgramChoice(resolved)).toEqual(resolved);
  });

  it.each([
    [{ ownership: 'borrowed' }, 'ownership'],
    [{ ownership: 'cpython', version: '3.5' }, 'version'],
    [{ ownership: 'manual', stackLimit: 1 }, 'stackLimit'],
    [{ ownership: 'manual', source: { file: 'a.c', text: 'x'.repeat(70_000) } }, 'source.text'],
    [{ ownership: 'manual', dataModel: 'LP128' }, 'dataModel'],
    [{ ownership: 'cpython', thresholds: [1, 2] }, 'thresholds'],
    [{ ownership: 'cpython', color: 'red' }, 'color'],
  ])('%j is refused, and %s is named', (choice, field) => {
    expect(() => resolveProgramChoice(choice as ProgramChoice)).toThrow(expect.objectContaining({ field }));
  });
});

const word = fc.constantFrom('a', 'b', 'next', '__proto__', 'constructor', 'größe', 'w'.repeat(64));
const wildPlace = fc
  .tuple(
    word,
    fc.array(
      fc.oneof(
        word.map((field) => `.${field}`),
        fc.integer({ min: -9, max: 70_000 }).map((at) => `[${at}]`),
      ),
      { maxLength: 3 },
    ),
  )
  .map(([variable, steps]) => variable + steps.join(''));
const wildValue = fc.oneof(
  wildPlace.map((ref) => ({ ref })),
  fc.record({ ref: wildPlace, delta: fc.integer({ min: -0x7fffffff, max: 0x7fffffff }) }),
  word.map((addressOf) => ({ addressOf })),
  fc.constantFrom(null, true, -1.5, 'text\n"\\'),
);
const size = fc.oneof(fc.nat(64), fc.constantFrom(0, 0xffff_ffff));
const wild = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      op: fc.constant('new'),
      to: wildPlace,
      size,
      fields: fc.oneof(fc.nat(4), fc.uniqueArray(word, { maxLength: 4 })),
    }),
  },
  { weight: 6, arbitrary: fc.record({ op: fc.constant('assign'), to: wildPlace, value: wildValue }) },
  {
    weight: 6,
    arbitrary: fc.record({
      op: fc.constant('let'),
      name: word,
      value: wildValue,
      scope: fc.constantFrom('local', 'global'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ op: fc.constantFrom('unset', 'delete', 'close'), place: wildPlace }) },
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constantFrom('read', 'write'),
      place: wildPlace,
      offset: fc.integer({ min: -0x7fffffff, max: 0x7fffffff }),
      size: fc.constantFrom(1, 2, 4, 8),
    }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('resize'), to: wildPlace, size }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('resize'), to: word, from: wildPlace, size }) },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constant('call'),
      function: word,
      args: fc.dictionary(word, wildValue, { maxKeys: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('return'), value: wildValue, to: wildPlace }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('weakref'), to: wildPlace, of: wildPlace }) },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant('open'),
      owner: wildPlace,
      kind: fc.constant('window'),
      closedBy: fc.constantFrom('nothing', 'destructor', 'finalizer'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant('new'),
      to: wildPlace,
      type: fc.constantFrom('int[3]', 'char *', 'list', 'struct {', 'Node', '__proto__'),
      finalizer: word.map((savesTo) => ({ savesTo })),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      { op: 'collect' },
      { op: 'check' },
      { op: 'gc', do: 'freeze' },
      { op: 'gc', do: 'threshold', values: [-1] },
    ),
  },
) as fc.Arbitrary<ProgramCommand>;

describe.each(OWNERSHIPS)('a program that does anything at all (%s)', (ownership) => {
  it('comes to an outcome, an event that fits its mark, and a state that can be saved', () => {
    fc.assert(
      fc.property(fc.array(wild, { maxLength: 60 }), (commands) => {
        let program = new Program({ ownership, thresholds: [3, 1, 1] });
        for (const [at, command] of commands.entries()) {
          const { event } = program.apply(command);
          expect(PROGRAM_OUTCOMES).toContain(event.outcome);
          expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThanOrEqual(MAX_PROGRAM_EVENT_BYTES);
          expect(parseProgramCommand(JSON.parse(JSON.stringify(event.command)))).toEqual(event.command);
          if (at % 20 === 19) program = Program.restore(program.save());
        }
        expect(program.state().commands).toBe(commands.length);
        expect(program.leaks().at.command).toBe(commands.length);
      }),
    );
  });
});

describe('the ops', () => {
  it('are all known to the parser', () => {
    for (const op of PROGRAM_OPS) expect(refusal({ op, what: 1 }).field).not.toBe('op');
  });
});
