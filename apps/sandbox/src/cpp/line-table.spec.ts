/** Line number programs, written here by hand (DWARF 5, section 6.2), read as a table. */
import { describe, expect, it } from '@jest/globals';
import { LineTable } from './line-table.js';

const u16 = (value: number) => [value & 255, value >> 8];
const u32 = (value: number) => [...u16(value & 0xffff), ...u16(value >>> 16)];
const text = (value: string) => [...Buffer.from(value), 0];
/** Operands of the standard opcodes 1 … 12. */
const OPERANDS = [0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1];
/** Special opcodes: lines from -3 on, 12 of them, from opcode 13 on. */
const TUNING = [1, 0xfd, 12, 13, ...OPERANDS];

const setAddress = (at: number) => [0, 5, 2, ...u32(at)];
const endSequence = [0, 1, 1];
const copy = [1];
const advancePc = (by: number) => [2, by];
const advanceLine = (by: number) => [3, by & 127];
const setFile = (file: number) => [4, file];
const special = (pc: number, line: number) => [13 + 12 * pc + line + 3];

function unit(version: number, files: readonly number[], program: readonly number[]): number[] {
  const header = [1, ...(version >= 4 ? [1] : []), ...TUNING, ...files];
  const body = [...u16(version), ...(version >= 5 ? [4, 0] : []), ...u32(header.length), ...header, ...program];
  return [...u32(body.length), ...body];
}

/** DWARF 5: directories `/` and `/lib`; files `main.c` of the first, `list.h` of the second, names in a section of their own. */
const TEXTS = Uint8Array.from([...text('/'), ...text('/lib'), ...text('main.c'), ...text('list.h')]);
const FILES_5 = [
  [1, 1, 0x1f, 2, ...u32(0), ...u32(2)],
  [2, 1, 0x1f, 2, 0x0b, 2, ...u32(7), 0, ...u32(14), 1],
].flat();
/** DWARF 4: no directories; `old.c` is file 1. */
const FILES_4 = [...text(''), ...text('old.c'), 0, 0, 0, ...text('')];

const tableOf = (...units: number[][]) => new LineTable(Uint8Array.from(units.flat()), TEXTS, null);
const place = (table: LineTable, position: number) => {
  const found = table.at(position);
  return found && `${found.file}:${found.line}`;
};

describe('a position', () => {
  const program = [
    [...setAddress(100), ...setFile(0), ...advanceLine(4), ...copy],
    [...special(3, 2), ...advancePc(10), ...advanceLine(-3), ...copy],
    [...setFile(1), ...advancePc(1), ...advanceLine(20), ...copy, ...advancePc(5), ...endSequence],
  ].flat();

  it('has the line of the row before it, up to the end of its sequence', () => {
    const table = tableOf(unit(5, FILES_5, program));
    expect([99, 100, 102, 103, 112, 113].map((at) => place(table, at))).toEqual([
      null,
      'main.c:5',
      'main.c:5',
      'main.c:7',
      'main.c:7',
      'main.c:4',
    ]);
    expect([114, 118, 119, 5000].map((at) => place(table, at))).toEqual([
      '/lib/list.h:24',
      '/lib/list.h:24',
      null,
      null,
    ]);
  });

  it('is found whichever unit tells of it, old formats too', () => {
    const old = [...setAddress(119), ...copy, ...advancePc(2), ...endSequence];
    const table = tableOf(unit(5, FILES_5, program), unit(4, FILES_4, old));
    // Where one sequence ends another begins.
    expect([118, 119, 121].map((at) => place(table, at))).toEqual(['/lib/list.h:24', 'old.c:1', null]);
  });

  it('of code that the linker threw away tells nothing', () => {
    const thrown = (at: number) => [...setAddress(at), ...copy, ...advancePc(9), ...endSequence];
    const table = tableOf(unit(4, FILES_4, [...thrown(0), ...thrown(0xffff_ffff), ...thrown(50)]));
    expect([3, 50].map((at) => place(table, at))).toEqual([null, 'old.c:1']);
  });

  it('is not known without a table, or by one of a format to come', () => {
    expect(new LineTable(null, null, null).at(5)).toBeNull();
    expect(tableOf(unit(6, FILES_5, program)).at(100)).toBeNull();
  });
});
