import { describe, expect, it } from '@jest/globals';
import { readTrace, writeTrace } from '../../test/reading.js';
import { concatChunks } from '../chunk.js';
import { NO_SLOT, Op } from '../columns.js';
import { TraceFormatError, type TraceFaultCode } from '../format-error.js';
import { TraceBuilder } from '../trace-builder.js';
import { formats } from './registry.js';

function read(text: string) {
  const { header, chunks } = readTrace(formats.rep, text, { pieceBytes: 3 });
  return { header, ...concatChunks(chunks) };
}

function refused(text: string): TraceFormatError {
  try {
    read(text);
  } catch (error) {
    if (error instanceof TraceFormatError) return error;
    throw error;
  }
  throw new Error('the trace was taken');
}

describe('.rep', () => {
  it('is four numbers and a request a line', () => {
    const { header, op, size, slot } = read('20000\n2\n7\n1\na 0 512\na 1 128\nr 0 640\nf 1\nf 1\nf 0\nf -1\n');
    expect(header).toMatchObject({ events: 7, blocks: 2, slots: 2 });
    expect([...op]).toEqual([Op.malloc, Op.malloc, Op.realloc, Op.free, Op.staleFree, Op.free, Op.free]);
    expect([...size]).toEqual([512, 128, 640, 0, 0, 0, 0]);
    expect([...slot]).toEqual([0, 1, 0, 1, 2, 0, NO_SLOT]);
  });

  it('takes ids in any order, and again after a free', () => {
    const { slot } = read('0\n10\n5\n1\na 7 8\na 3 8\nf 7\na 7 8\nf 3');
    expect([...slot]).toEqual([0, 1, 0, 0, 1]);
  });

  it('does not mind spaces, tabs, CRLF and blank lines', () => {
    expect(read('\n 1 \r\n1\r\n2\r\n\r\n1\r\n\ta  0\t8 \r\n\r\nf 0')).toEqual(read('1\n1\n2\n1\na 0 8\nf 0\n'));
  });

  it.each<[string, string, TraceFaultCode, number]>([
    ['an id that is not below the number of ids', 'a 2 8', 'count-mismatch', 6],
    ['one request too many', 'a 1 8\na 1 8', 'count-mismatch', 7],
    ['an unknown letter', 'm 1 8', 'malformed', 6],
    ['a missing size', 'a 1', 'bad-field', 6],
    ['a size that is no number', 'a 1 8x', 'bad-field', 6],
    ['a negative size', 'a 1 -8', 'bad-field', 6],
    ['a size of 4 GiB', 'a 1 4294967296', 'bad-field', 6],
    ['more than belongs on the line', 'a 1 8 9', 'malformed', 6],
    ['an id in use', 'a 0 8', 'id-in-use', 6],
    ['a block that never was', 'f 1', 'unknown-block', 6],
    ['another negative id', 'f -2', 'bad-field', 6],
    ['an end that is early', '', 'truncated', 6],
  ])('refuses %s, with the line', (_what, body, code, line) => {
    expect(refused(`0\n2\n2\n1\na 0 8\n${body}`)).toMatchObject({ code, where: { line } });
  });

  it('refuses a header that is not one', () => {
    expect(refused('').code).toBe('truncated');
    expect(refused('1\n2\n3\n')).toMatchObject({ code: 'truncated', detail: expect.stringContaining('weight') });
    expect(refused('1\nmany\n')).toMatchObject({ code: 'bad-field', where: { line: 2 } });
    expect(refused('1\n1\n99999999999999999999\n1\n')).toMatchObject({ code: 'limit-exceeded', where: { line: 3 } });
  });

  it('is written with what it can say, and counts that fit', async () => {
    const chunks: Parameters<ConstructorParameters<typeof TraceBuilder>[0]>[0][] = [];
    const builder = new TraceBuilder((chunk) => chunks.push(chunk));
    builder.place(Op.foreign, 0, 1);
    builder.place(Op.calloc, 100, 2);
    builder.place(Op.reallocNull, 50, 3);
    builder.realloc(400, 2);
    builder.realloc(9, 1);
    builder.free(1);
    builder.free(1);
    builder.wildFree();
    builder.mark(3);
    builder.free(2);
    builder.freeNull();
    builder.place(Op.malloc, 449, 4);
    const bytes = await writeTrace(formats.rep, { header: builder.finish(), chunks });
    expect(bytes.toString()).toBe('499\n3\n6\n1\na 0 100\na 1 50\nr 0 400\nf 0\nf -1\na 2 449\n');
  });
});
