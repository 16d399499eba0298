/**
 * From a position in the code to a line of the source: DWARF's line number programs, run once, as a sorted table. So a call
 * path is named in microseconds while the program runs, without asking LLVM again.
 * Source: DWARF 5, sections 6.2 and 7.22; DWARF for WebAssembly (addresses count from the code section's content).
 */
import { WasmReader } from './wasm-reader.js';

export interface SourceLine {
  readonly file: string;
  /** 1-based; 0 = the compiler's own doing. */
  readonly line: number;
}

const Standard = {
  copy: 1,
  advancePc: 2,
  advanceLine: 3,
  setFile: 4,
  setColumn: 5,
  constAddPc: 8,
  fixedAdvancePc: 9,
  setIsa: 12,
} as const;
const Extended = { endSequence: 1, setAddress: 2 } as const;
const Content = { path: 1, directory: 2 } as const;
const Form = {
  block2: 0x03,
  data2: 0x05,
  data4: 0x06,
  data8: 0x07,
  string: 0x08,
  block: 0x09,
  data1: 0x0b,
  strp: 0x0e,
  udata: 0x0f,
  data16: 0x1e,
  lineStrp: 0x1f,
} as const;

/** A unit in 64-bit DWARF; clang writes none for wasm32. */
const WIDE = 0xffff_ffff;
/** What the linker writes for code that it threw away. */
const THROWN_AWAY = 0xffff_fff0;

interface Row {
  readonly position: number;
  readonly place: SourceLine | null;
}

export class LineTable {
  readonly #positions: Float64Array;
  readonly #places: readonly (SourceLine | null)[];

  /** @param sections content of `.debug_line`, `.debug_line_str` and `.debug_str`; `null` = there is none */
  constructor(lines: Uint8Array | null, lineTexts: Uint8Array | null, texts: Uint8Array | null) {
    const rows = lines ? readUnits(lines, lineTexts ?? new Uint8Array(), texts ?? new Uint8Array()) : [];
    // Where one sequence ends and another begins, the line of the one that begins counts.
    rows.sort((a, b) => a.position - b.position || Number(a.place !== null) - Number(b.place !== null));
    this.#positions = Float64Array.from(rows, ({ position }) => position);
    this.#places = rows.map(({ place }) => place);
  }

  /** `null`: code without a line, as that of the C library. */
  at(position: number): SourceLine | null {
    let low = 0;
    let high = this.#positions.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#positions[middle] <= position) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? null : this.#places[low - 1];
  }
}

function readUnits(bytes: Uint8Array, lineTexts: Uint8Array, texts: Uint8Array): Row[] {
  const rows: Row[] = [];
  let at = 0;
  while (at + 4 < bytes.length) {
    const reader = new WasmReader(bytes, at);
    const length = reader.uint32();
    if (length === WIDE) break;
    const end = reader.at + length;
    readUnit(new WasmReader(bytes, reader.at, end), lineTexts, texts, rows);
    at = end;
  }
  return rows;
}

interface UnitHeader {
  readonly minimum: number;
  readonly lineBase: number;
  readonly lineRange: number;
  readonly opcodeBase: number;
  /** Number of operands of each standard opcode. */
  readonly operands: readonly number[];
  readonly files: readonly string[];
  /** Number of the first file. */
  readonly firstFile: number;
}

function readUnit(reader: WasmReader, lineTexts: Uint8Array, texts: Uint8Array, rows: Row[]): void {
  const version = reader.uint16();
  if (version < 2 || version > 5) return;
  if (version >= 5) reader.skip(2);
  const program = reader.uint32() + reader.at;
  const minimum = reader.byte();
  if (version >= 4) reader.byte();
  reader.byte();
  const lineBase = reader.signedByte();
  const lineRange = reader.byte();
  const opcodeBase = reader.byte();
  const operands = Array.from({ length: opcodeBase - 1 }, () => reader.byte());
  const files = version >= 5 ? readFiles(reader, lineTexts, texts) : readOldFiles(reader);
  reader.at = program;
  const firstFile = version >= 5 ? 0 : 1;
  runProgram(reader, { minimum, lineBase, lineRange, opcodeBase, operands, files, firstFile }, rows);
}

/** DWARF 5: directories and files, each in a format of its own. */
function readFiles(reader: WasmReader, lineTexts: Uint8Array, texts: Uint8Array): string[] {
  const directories = readEntries(reader, lineTexts, texts).map(({ path }) => path);
  return readEntries(reader, lineTexts, texts).map(({ path, directory }) =>
    // Directory 0 is where the compiler ran: the program's own files are called as they were given.
    directory === 0 || path.startsWith('/') ? path : `${directories[directory] ?? ''}/${path}`,
  );
}

interface Entry {
  readonly path: string;
  readonly directory: number;
}

function readEntries(reader: WasmReader, lineTexts: Uint8Array, texts: Uint8Array): Entry[] {
  const format = Array.from({ length: reader.byte() }, () => [reader.unsigned(), reader.unsigned()] as const);
  return Array.from({ length: reader.unsigned() }, () => {
    let path = '';
    let directory = 0;
    for (const [content, form] of format) {
      const value = readForm(reader, form, lineTexts, texts);
      if (content === Content.path && typeof value === 'string') path = value;
      if (content === Content.directory && typeof value === 'number') directory = value;
    }
    return { path, directory };
  });
}

/** The values of other forms are not wanted. */
function readForm(reader: WasmReader, form: number, lineTexts: Uint8Array, texts: Uint8Array): string | number | null {
  switch (form) {
    case Form.string:
      return reader.zeroTerminated();
    case Form.lineStrp:
      return new WasmReader(lineTexts, reader.uint32()).zeroTerminated();
    case Form.strp:
      return new WasmReader(texts, reader.uint32()).zeroTerminated();
    case Form.data1:
      return reader.byte();
    case Form.data2:
      return reader.uint16();
    case Form.udata:
      return reader.unsigned();
    case Form.data4:
      reader.skip(4);
      break;
    case Form.data8:
      reader.skip(8);
      break;
    case Form.data16:
      reader.skip(16);
      break;
    case Form.block2:
      reader.skip(reader.uint16());
      break;
    case Form.block:
      reader.skip(reader.unsigned());
      break;
    default:
      throw new Error(`the line table uses form 0x${form.toString(16)}`);
  }
  return null;
}

/** DWARF 2 to 4: zero-terminated lists. */
function readOldFiles(reader: WasmReader): string[] {
  while (reader.zeroTerminated() !== '');
  const files: string[] = [];
  for (let name = reader.zeroTerminated(); name !== ''; name = reader.zeroTerminated()) {
    files.push(name);
    reader.skipLeb();
    reader.skipLeb();
    reader.skipLeb();
  }
  return files;
}

function runProgram(reader: WasmReader, header: UnitHeader, rows: Row[]): void {
  const { minimum, lineBase, lineRange, opcodeBase, operands, files, firstFile } = header;
  let position = 0;
  let file = 1;
  let line = 1;
  let sequence: Row[] = [];
  const advance = (operation: number): number => Math.floor((operation - opcodeBase) / lineRange) * minimum;
  const row = (isEnd: boolean): void => {
    const place = isEnd ? null : { file: files[file - firstFile] ?? '', line };
    sequence.push({ position, place });
  };
  while (!reader.done) {
    const opcode = reader.byte();
    if (opcode >= opcodeBase) {
      position += advance(opcode);
      line += lineBase + ((opcode - opcodeBase) % lineRange);
      row(false);
    } else if (opcode === 0) {
      const end = reader.unsigned() + reader.at;
      const extended = reader.byte();
      if (extended === Extended.setAddress) position = reader.uint32();
      else if (extended === Extended.endSequence) {
        row(true);
        if (sequence[0].position > 0 && sequence[0].position < THROWN_AWAY) sequence.forEach((each) => rows.push(each));
        [position, file, line, sequence] = [0, 1, 1, []];
      }
      reader.at = end;
    } else if (opcode === Standard.copy) row(false);
    else if (opcode === Standard.advancePc) position += reader.unsigned() * minimum;
    else if (opcode === Standard.advanceLine) line += reader.signed();
    else if (opcode === Standard.setFile) file = reader.unsigned();
    else if (opcode === Standard.constAddPc) position += advance(255);
    else if (opcode === Standard.fixedAdvancePc) position += reader.uint16();
    else for (let i = 0; i < (operands[opcode - 1] ?? 0); i++) reader.skipLeb();
  }
}
