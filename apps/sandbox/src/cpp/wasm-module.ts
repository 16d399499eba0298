/**
 * What a linked WebAssembly module says of itself, as far as it is wanted to rewrite it and to name places in it.
 * Positions of code are bytes from the start of the code section's content: what DWARF means by an address.
 * Source: WebAssembly core specification 2.0, chapter 5; the name section's appendix 7.4.
 */
import { WasmReader } from './wasm-reader.js';

export const SectionId = { custom: 0, type: 1, import: 2, function: 3, global: 6, export: 7, code: 10 } as const;

export interface WasmSection {
  readonly id: number;
  /** Of a custom section. */
  readonly name: string;
  /** Where the section begins in the module: its id. */
  readonly begin: number;
  /** Its content (of a custom section, what follows the name): from here … */
  readonly from: number;
  /** … to here. */
  readonly to: number;
}

export interface WasmFunction {
  /** Index among all functions, imported ones first. */
  readonly index: number;
  /** Parameters it takes. */
  readonly parameters: number;
  readonly name: string;
  /** Where its length stands, as an offset in the module: what a link map calls its offset. */
  readonly entry: number;
  /** Position of its body (after the length): locals, then instructions. */
  readonly from: number;
  readonly to: number;
}

export interface WasmModule {
  readonly bytes: Uint8Array;
  readonly sections: readonly WasmSection[];
  /** Where the code section's content begins in the module. */
  readonly codeStart: number;
  /** Those with a body, by ascending position. */
  readonly functions: readonly WasmFunction[];
  /** Index of an imported function by `module.name`. */
  readonly importedFunctions: ReadonlyMap<string, number>;
  /** Index of an exported global by name. */
  readonly exportedGlobals: ReadonlyMap<string, number>;
}

const FUNCTION = 0;
const TABLE = 1;
const MEMORY = 2;
const GLOBAL = 3;
const HAS_MAXIMUM = 1;
const FUNCTION_NAMES = 1;
const MODULE_HEADER_BYTES = 8;

export function readModule(bytes: Uint8Array): WasmModule {
  const sections = readSections(bytes);
  const contentOf = (id: number): WasmReader => {
    const section = sections.find((candidate) => candidate.id === id);
    return section ? new WasmReader(bytes, section.from, section.to) : new WasmReader(bytes, 0, 0);
  };
  const names = readFunctionNames(bytes, sections);
  const parameters = readParameterCounts(contentOf(SectionId.type));
  const importedFunctions = readImportedFunctions(contentOf(SectionId.import));
  const codeStart = sections.find(({ id }) => id === SectionId.code)?.from ?? bytes.length;
  const types = contentOf(SectionId.function);
  const code = contentOf(SectionId.code);
  const functions: WasmFunction[] = [];
  const count = types.done ? 0 : types.unsigned();
  if (count > 0) code.unsigned();
  for (let i = 0; i < count; i++) {
    const index = importedFunctions.size + i;
    const entry = code.at;
    const length = code.unsigned();
    const from = code.at - codeStart;
    const name = names.get(index) ?? `function ${index}`;
    functions.push({ index, parameters: parameters[types.unsigned()] ?? 0, name, entry, from, to: from + length });
    code.skip(length);
  }
  const exportedGlobals = readExportedGlobals(contentOf(SectionId.export));
  return { bytes, sections, codeStart, functions, importedFunctions, exportedGlobals };
}

/** The content of a custom section, or `null`. */
export function customSection({ bytes, sections }: WasmModule, name: string): Uint8Array | null {
  const section = sections.find((candidate) => candidate.id === SectionId.custom && candidate.name === name);
  return section ? bytes.subarray(section.from, section.to) : null;
}

/** The function whose body holds the position, or `null`. */
export function functionAt({ functions }: WasmModule, position: number): WasmFunction | null {
  let low = 0;
  let high = functions.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (functions[middle].from <= position) low = middle + 1;
    else high = middle;
  }
  const found = low > 0 ? functions[low - 1] : null;
  return found && position < found.to ? found : null;
}

/** Is that where a function begins, before its first instruction? */
export function isEntry(module: WasmModule, position: number): boolean {
  return functionAt(module, position)?.from === position;
}

function readSections(bytes: Uint8Array): WasmSection[] {
  const sections: WasmSection[] = [];
  const reader = new WasmReader(bytes, MODULE_HEADER_BYTES);
  while (!reader.done) {
    const begin = reader.at;
    const id = reader.byte();
    const length = reader.unsigned();
    const to = reader.at + length;
    const name = id === SectionId.custom ? reader.text() : '';
    sections.push({ id, name, begin, from: reader.at, to });
    reader.at = to;
  }
  return sections;
}

function readParameterCounts(reader: WasmReader): number[] {
  const counts: number[] = [];
  const types = reader.done ? 0 : reader.unsigned();
  for (let i = 0; i < types; i++) {
    reader.byte();
    const parameters = reader.unsigned();
    reader.skip(parameters);
    reader.skip(reader.unsigned());
    counts.push(parameters);
  }
  return counts;
}

function readImportedFunctions(reader: WasmReader): Map<string, number> {
  const functions = new Map<string, number>();
  const imports = reader.done ? 0 : reader.unsigned();
  for (let i = 0; i < imports; i++) {
    const name = `${reader.text()}.${reader.text()}`;
    const kind = reader.byte();
    if (kind === FUNCTION) {
      functions.set(name, functions.size);
      reader.unsigned();
    } else if (kind === GLOBAL) reader.skip(2);
    else {
      if (kind === TABLE) reader.byte();
      else if (kind !== MEMORY) throw new Error(`the module imports ${name}, which is of an unknown kind`);
      const limits = reader.byte();
      reader.unsigned();
      if (limits & HAS_MAXIMUM) reader.unsigned();
    }
  }
  return functions;
}

function readExportedGlobals(reader: WasmReader): Map<string, number> {
  const globals = new Map<string, number>();
  const exports = reader.done ? 0 : reader.unsigned();
  for (let i = 0; i < exports; i++) {
    const name = reader.text();
    const kind = reader.byte();
    const index = reader.unsigned();
    if (kind === GLOBAL) globals.set(name, index);
  }
  return globals;
}

function readFunctionNames(bytes: Uint8Array, sections: readonly WasmSection[]): Map<number, string> {
  const names = new Map<number, string>();
  const section = sections.find(({ id, name }) => id === SectionId.custom && name === 'name');
  const reader = section ? new WasmReader(bytes, section.from, section.to) : new WasmReader(bytes, 0, 0);
  while (!reader.done) {
    const kind = reader.byte();
    const end = reader.unsigned() + reader.at;
    if (kind === FUNCTION_NAMES) {
      const count = reader.unsigned();
      for (let i = 0; i < count; i++) names.set(reader.unsigned(), reader.text());
    }
    reader.at = end;
  }
  return names;
}
