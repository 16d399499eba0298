/**
 * How many bytes a Python object takes: what `sys.getsizeof` says, and the blocks it asks the allocator for. Computed from
 * the layouts in `structs/`; where a recording of that very object exists it is named beside, and the two are equal
 * (`recorded/figures.spec.ts`).
 */
import { dataModel, type DataModel } from '../c/data-models.js';
import { recordedFigure, type RecordedFigure } from '../recorded/figures.js';
import { SizeofError } from '../sizeof-error.js';
import { type Block, blockBytes, countedBytes, type Domain, type Part } from './composition.js';
import { isIn, pythonType } from './registry.js';
import type { TypeDefinition } from './type-definition.js';
import { parseVersion, type Version } from './versions.js';

export interface PythonSizeQuestion {
  /** `3.11`; 3.11.7 means the same. */
  readonly version: string;
  /** `lp64` … or a platform, `linux-64` …, or the model itself. */
  readonly dataModel: DataModel | string;
  /** What it counts depends on the type; absent = the type's default. */
  readonly n?: number;
  /** One of the type's variants; absent = the first. */
  readonly variant?: string;
}

export interface Request {
  /** `object`, `items`, `keys` … */
  readonly what: string;
  /** Bytes that the allocator is asked for. 0 for `static`. */
  readonly bytes: number;
  readonly domain: Domain;
  /** How many such requests. */
  readonly times: number;
  readonly parts: readonly Part[];
}

export interface PythonSize {
  /** Canonical name. */
  readonly type: string;
  readonly version: Version;
  readonly dataModel: DataModel;
  readonly n?: number;
  readonly variant?: string;
  /** Bytes, as `sys.getsizeof` counts. */
  readonly size: number;
  /** `16 + 40 + 80`, in the order of the parts that are counted. */
  readonly formula: string;
  /** First the object itself. */
  readonly requests: readonly Request[];
  readonly evidence: 'measured' | 'computed';
  readonly recorded?: RecordedFigure;
}

/**
 * @throws SizeofError `unknown-type`, `unknown-version`, `unknown-platform`, `not-in-version`, `out-of-range` (n, variant)
 */
export function pythonSize(name: string, question: PythonSizeQuestion): PythonSize {
  const type = pythonType(name);
  const version = parseVersion(question.version);
  const model = typeof question.dataModel === 'string' ? dataModel(question.dataModel) : question.dataModel;
  if (!isIn(type, version)) {
    throw new SizeofError('not-in-version', 'version', `${version} has no type ${type.name}`);
  }
  const n = countOf(type, question.n);
  const variant = variantOf(type, question.variant);
  const blocks = type.compose({ version, model }, n ?? 0, variant ?? '');
  const recorded = recordedFigure({ type: type.name, n, variant }, version, model.platform);
  return {
    type: type.name,
    version,
    dataModel: model,
    ...(n === undefined ? {} : { n }),
    ...(variant === undefined ? {} : { variant }),
    size: countedBytes(blocks),
    formula: formulaOf(blocks),
    requests: blocks.map(requestOf),
    evidence: recorded ? 'measured' : 'computed',
    ...(recorded ? { recorded } : {}),
  };
}

function countOf(type: TypeDefinition, n: number | undefined): number | undefined {
  if (!type.count) {
    if (n === undefined) return undefined;
    throw new SizeofError('out-of-range', 'n', `has no meaning for ${type.name}, which has one size`);
  }
  const count = n ?? type.count.default;
  if (Number.isInteger(count) && count >= 0 && count <= type.count.maximum) return count;
  throw new SizeofError(
    'out-of-range',
    'n',
    `must be a whole number from 0 to ${type.count.maximum} (${type.count.what})`,
  );
}

function variantOf(type: TypeDefinition, variant: string | undefined): string | undefined {
  const names = type.variants?.map((one) => one.name) ?? [];
  if (variant === undefined) return names[0];
  if (names.includes(variant)) return variant;
  const known = names.length === 0 ? `has no meaning for ${type.name}` : `must be one of ${names.join(', ')}`;
  throw new SizeofError('out-of-range', 'variant', known);
}

/** The counted parts in order. */
export function formulaOf(blocks: readonly Block[]): string {
  const terms = blocks.flatMap(({ parts, times = 1 }) =>
    parts.flatMap((part) =>
      part.counted && part.bytes > 0 ? [times === 1 ? `${part.bytes}` : `${times} * ${part.bytes}`] : [],
    ),
  );
  return terms.join(' + ');
}

export function requestOf(block: Block): Request {
  const { what, domain, parts, times = 1 } = block;
  return { what, domain, parts, times, bytes: domain === 'static' ? 0 : blockBytes(block) };
}
