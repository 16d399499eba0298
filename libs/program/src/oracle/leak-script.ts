/**
 * The script format of the leak oracle: one JSON command a line, on pointer variables by name. A command's index is the
 * 1-based number of its line; `line` is the source line that it stands for, by default the same number.
 */
import type { AccessSize } from '../memcheck/accesses.js';
import { MAX_BLOCK_BYTES } from '../memcheck/address-space.js';
import type { Allocator } from '../memcheck/blocks.js';
import { Fields } from './fields.js';

type NewKind = Exclude<Allocator, 'realloc'>;

interface Place {
  /** The command's index. */
  readonly index: number;
  /** The source line inside its function. */
  readonly line: number;
}

export type LeakCommand = Place &
  (
    | { readonly op: 'local' | 'global' | 'null' | 'free' | 'delete' | 'delete[]'; readonly name: string }
    | { readonly op: 'call'; readonly fn: string }
    | { readonly op: 'new'; readonly dst: string; readonly size: number; readonly kind: NewKind }
    | { readonly op: 'realloc'; readonly dst: string; readonly src: string; readonly size: number }
    | { readonly op: 'copy'; readonly dst: string; readonly src: string; readonly delta: number | undefined }
    | { readonly op: 'addrof'; readonly dst: string; readonly src: string }
    | {
        readonly op: 'store';
        readonly block: string;
        readonly offset: number;
        readonly src: string | undefined;
        readonly delta: number | undefined;
      }
    | { readonly op: 'load'; readonly dst: string; readonly block: string; readonly offset: number }
    | { readonly op: 'write' | 'read'; readonly block: string; readonly offset: number; readonly size: AccessSize }
    | { readonly op: 'return' | 'check' | 'exit' }
  );

const OPS = [
  ...(['local', 'global', 'call', 'return', 'new', 'realloc', 'free', 'delete', 'delete[]', 'copy', 'null'] as const),
  ...(['store', 'load', 'write', 'read', 'addrof', 'check', 'exit'] as const),
];
const NEW_KINDS = ['malloc', 'calloc', 'new', 'new[]'] as const;
const ACCESS_SIZES: readonly AccessSize[] = [1, 2, 4, 8];
const INT32 = 0x7fff_ffff;

/** Reads the command of one line. Throws a `ScriptFormatError` if it is none. */
export function parseLeakCommand(text: string, index: number): LeakCommand {
  const fields = Fields.parse(text, index);
  const op = fields.oneOf('op', OPS);
  const place: Place = { index, line: fields.integer('line', 0, INT32, index) };
  const distance = (field: string, otherwise?: number): number => fields.integer(field, -INT32, INT32, otherwise);
  const delta = (): number | undefined => (fields.has('delta') ? distance('delta') : undefined);
  switch (op) {
    case 'local':
    case 'global':
    case 'null':
    case 'free':
    case 'delete':
    case 'delete[]':
      return { ...place, op, name: fields.text('name') };
    case 'call':
      return { ...place, op, fn: fields.text('fn') };
    case 'new':
      return {
        ...place,
        op,
        dst: fields.text('dst'),
        size: fields.integer('size', 0, MAX_BLOCK_BYTES),
        kind: fields.oneOf('kind', NEW_KINDS),
      };
    case 'realloc':
      return {
        ...place,
        op,
        dst: fields.text('dst'),
        src: fields.text('src'),
        size: fields.integer('size', 0, MAX_BLOCK_BYTES),
      };
    case 'copy':
      return { ...place, op, dst: fields.text('dst'), src: fields.text('src'), delta: delta() };
    case 'addrof':
      return { ...place, op, dst: fields.text('dst'), src: fields.text('src') };
    case 'store': {
      const src = fields.has('src') ? fields.text('src') : undefined;
      return { ...place, op, block: fields.text('block'), offset: distance('offset'), src, delta: delta() };
    }
    case 'load':
      return { ...place, op, dst: fields.text('dst'), block: fields.text('block'), offset: distance('offset') };
    case 'write':
    case 'read': {
      const size = ACCESS_SIZES.find((allowed) => allowed === fields.integer('size', 1, 8));
      if (size === undefined) throw fields.wrong('size', '1, 2, 4 or 8');
      return { ...place, op, block: fields.text('block'), offset: distance('offset'), size };
    }
    default:
      return { ...place, op };
  }
}
