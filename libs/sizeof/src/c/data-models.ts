/**
 * What a C compiler decides before it lays out anything: bytes and alignment of each basic type.
 *
 * LP64: long and pointers have 64 bits (64-bit Linux, macOS). LLP64: only pointers and `long long` do (64-bit Windows).
 * ILP32: int, long and pointers have 32 bits. Two of those are told apart: with natural alignment (WebAssembly, ARM,
 * 32-bit Windows lay 8-byte members at multiples of 8), and the System V ABI of i386, which aligns them to 4.
 * Sources: System V ABI (AMD64, i386), the Microsoft x64 ABI, the WebAssembly C ABI.
 */
import { SizeofError } from '../sizeof-error.js';

export type DataModelName = 'lp64' | 'llp64' | 'ilp32' | 'ilp32-i386';
export type Platform = 'linux-64' | 'windows-64' | '32-bit' | 'linux-32';

/** Bytes of one value, and the multiple that its offset must be. */
export interface Extent {
  readonly size: number;
  readonly align: number;
}

export interface DataModel {
  readonly name: DataModelName;
  readonly platform: Platform;
  readonly title: string;
  readonly pointerBytes: 4 | 8;
  readonly types: Readonly<Record<BasicType, Extent>>;
}

export type BasicType =
  'char' | 'bool' | 'short' | 'int' | 'long' | 'long long' | 'float' | 'double' | 'long double' | 'pointer' | 'wchar_t';

function plain(size: number): Extent {
  return { size, align: size };
}

function model(
  name: DataModelName,
  platform: Platform,
  title: string,
  sizes: { long: number; pointer: 4 | 8; longDouble: Extent; wchar: 2 | 4; wideAlign: 4 | 8 },
): DataModel {
  const wide: Extent = { size: 8, align: sizes.wideAlign };
  return {
    name,
    platform,
    title,
    pointerBytes: sizes.pointer,
    types: {
      char: plain(1),
      bool: plain(1),
      short: plain(2),
      int: plain(4),
      long: plain(sizes.long),
      'long long': wide,
      float: plain(4),
      double: wide,
      'long double': sizes.longDouble,
      pointer: plain(sizes.pointer),
      wchar_t: plain(sizes.wchar),
    },
  };
}

/** The first is the default; `all` means the first three. */
export const dataModels: readonly DataModel[] = [
  model('lp64', 'linux-64', '64-bit Linux (LP64)', {
    long: 8,
    pointer: 8,
    longDouble: { size: 16, align: 16 },
    wchar: 4,
    wideAlign: 8,
  }),
  model('llp64', 'windows-64', '64-bit Windows (LLP64)', {
    long: 4,
    pointer: 8,
    longDouble: { size: 8, align: 8 },
    wchar: 2,
    wideAlign: 8,
  }),
  model('ilp32', '32-bit', '32-bit with natural alignment (ILP32; WebAssembly)', {
    long: 4,
    pointer: 4,
    longDouble: { size: 16, align: 16 },
    wchar: 4,
    wideAlign: 8,
  }),
  model('ilp32-i386', 'linux-32', '32-bit Linux on i386 (ILP32, 8-byte members aligned to 4)', {
    long: 4,
    pointer: 4,
    longDouble: { size: 12, align: 4 },
    wchar: 4,
    wideAlign: 4,
  }),
];

/** By the name of the model (`lp64`) or of its platform (`linux-64`). @throws SizeofError `unknown-platform` */
export function dataModel(name: string): DataModel {
  const found = dataModels.find((one) => one.name === name || one.platform === name);
  if (found) return found;
  const known = dataModels.map((one) => one.platform).join(', ');
  throw new SizeofError('unknown-platform', 'platform', `is not one of ${known}`);
}
