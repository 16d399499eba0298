/** The scanner is a shortcut: whatever the lines, the trace or the error is the one that JSON.parse leads to. */
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { contentId, readTrace } from '../../test/reading.js';
import { TraceFormatError } from '../format-error.js';
import { formats } from './registry.js';

/** Id of the trace that the lines are, or what is wrong with them. */
function outcome(lines: string[]): unknown {
  try {
    return contentId(readTrace(formats.ndjson, lines.join('\n')));
  } catch (error) {
    if (!(error instanceof TraceFormatError)) throw error;
    return error.toJSON();
  }
}

describe('the scanner', () => {
  const anyId = fc.oneof(
    fc.nat(5),
    fc.constant(null),
    fc.maxSafeNat(),
    fc.constantFrom('a', 'b', -1, 1.5, 2 ** 53, 1e15, 1e16),
  );
  const anyNumber = fc.oneof(
    fc.nat(700),
    fc.nat(),
    fc.constantFrom(0, -1, 0.5, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1, 2 ** 53, '7', null),
  );
  const anyLine = fc.record(
    {
      op: fc.constantFrom(
        'malloc',
        'malloc',
        'free',
        'realloc',
        'calloc',
        'foreign',
        'mark',
        'mallox',
        'freed',
        'marks',
        1,
      ),
      id: anyId,
      size: anyNumber,
      as: anyId,
      time: anyNumber,
      mark: anyNumber,
      site: fc.constantFrom(0, 1, 2),
      domain: fc.constantFrom('mem', 'obj', 'raw', 'me', 'object'),
      sizes: fc.nat(3),
    },
    { requiredKeys: ['op', 'id', 'size'] },
  );
  /** Lines that mostly make sense, so that a trace gets somewhere before it is refused. */
  const anyGoodLine = fc.oneof(
    fc.record({
      op: fc.constantFrom('malloc', 'calloc', 'foreign'),
      id: fc.nat(40),
      size: fc.nat(600),
      time: fc.maxSafeNat(),
    }),
    fc.record({ op: fc.constant('free'), id: fc.nat(40), domain: fc.constantFrom('mem', 'obj') }),
    fc.record({ op: fc.constant('realloc'), id: fc.nat(40), size: fc.nat(600), site: fc.nat(1) }),
    fc.record({ op: fc.constant('mark'), mark: fc.nat() }),
    fc.record({ op: fc.constant('realloc'), id: fc.constant(null), as: fc.nat(40), size: fc.nat(600) }),
  );
  const start = [
    '{"site":1,"function":"f"}',
    ...Array.from({ length: 5 }, (_, id) => `{"op":"malloc","id":${id},"size":8}`),
  ];

  it('and JSON.parse agree on every line, good or bad', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 30, arbitrary: anyGoodLine }, { weight: 1, arbitrary: anyLine }), {
          maxLength: 30,
        }),
        (objects) => {
          const lines = [...start, ...objects.map((object) => JSON.stringify(object))];
          const spaced = lines.map((line) => line.replaceAll('":', '" :'));
          expect(outcome(lines)).toEqual(outcome(spaced));
        },
      ),
      { numRuns: 600 },
    );
  });

  it('and JSON.parse agree on every damaged line', () => {
    const damage = fc.record({
      at: fc.nat(400),
      byte: fc.constantFrom(...Array.from('{}[]":, 0123456789-+.eEnulopidszasmark\r\\')),
    });
    fc.assert(
      fc.property(fc.array(anyGoodLine, { minLength: 1, maxLength: 5 }), damage, (objects, { at, byte }) => {
        const lines = objects.map((object) => JSON.stringify(object));
        const victim = lines[lines.length - 1];
        lines[lines.length - 1] = victim.slice(0, at % victim.length) + byte + victim.slice((at % victim.length) + 1);
        // A space in front keeps the scanner away.
        expect(outcome([...start, ...lines, ''])).toEqual(outcome([...start, ...lines.map((line) => ` ${line}`), '']));
      }),
      { numRuns: 1500 },
    );
  });

  it.each([
    '{"op":"malloc","id":07,"size":8}',
    '{"op":"malloc","id":7,"size":00}',
    '{"op":"malloc","id":7,"size":8,"id":9}',
    '{"op":"malloc","op":"free","id":1}',
    '{"op":"malloc","id":null,"id":7,"size":8}',
    '{"op":"malloc","id":7,"size":8,}',
    '{,"op":"malloc","id":7,"size":8}',
    '{"op":"malloc","id":7,"size":8',
    '{"op":"malloc","id":7,"size":8}}',
    '{"op":"malloc","id":7,"size":8}{"op":"free","id":7}',
    '{"op":"malloc","id":7,"size":8 9}',
    '{"op":"malloc","id":7,"size":8x}',
    '{"op":"malloc","id":7,"size":}',
    '{"op":"malloc","id":,"size":8}',
    '{"op":"malloc","id":nullx,"size":8}',
    '{"op":"free","id":nul}',
    '{"op":"free","id":true}',
    '{"op":"malloc","id":999999999999999,"size":8}',
    '{"op":"malloc","id":9007199254740991,"size":8}',
    '{"op":"malloc","id":9007199254740992,"size":8}',
    '{"op":"malloc" "id":7,"size":8}',
    '{"op":"mallocs","id":7,"size":8}',
    '{"op":"mallo","id":7,"size":8}',
    '{"op":"mallxc","id":7,"size":8}',
    '{"op":"realloz","id":1,"size":8}',
    '{"op":"free"}',
    '{"op":"free","id":1,"domain":"objx"}',
    '{"op":"free","id":1,"domine":"obj"}',
    '{"op":"free","id":1,"domain":"obj}',
    '{"op":"foreigm","id":7}',
    '{"op":"mark","mark":4294967296}',
    '{"op":"malloc","id":7,"size":8}\r',
    '{"op":"malloc","id":7,"size":8}\r\r',
    '{"op":"malloc","id":7,"size":8}\f',
    '{"id":7,"size":8}',
    '{}',
    '{',
  ])('and JSON.parse agree on %s', (line) => {
    for (const next of ['', '{"op":"free","id":1}']) {
      expect(outcome([...start, line, next])).toEqual(outcome([...start, ` ${line}`, next]));
    }
  });

  it('takes every op as tools write it, without JSON.parse', () => {
    const parse = JSON.parse;
    let parsed = 0;
    JSON.parse = (text: string) => {
      parsed++;
      return parse(text) as unknown;
    };
    try {
      const requests = [
        { op: 'malloc', id: 1, size: 64, site: 0, time: 12 },
        { op: 'calloc', id: 2, size: 64, domain: 'mem' },
        { op: 'realloc', id: 1, size: 900 },
        { op: 'realloc', id: null, as: 3, size: 900, domain: 'obj' },
        { op: 'foreign', id: 4 },
        { op: 'mark', mark: 500 },
        { op: 'free', id: 2 },
        { op: 'free', id: null },
      ];
      const compact = requests.map((request) => `${JSON.stringify(request)}\n`).join('');
      outcome([compact]);
      outcome([compact.replaceAll('":', '": ').replaceAll(',', ', ').replaceAll('\n', '\r\n')]);
      expect(parsed).toBe(0);
    } finally {
      JSON.parse = parse;
    }
  });
});
