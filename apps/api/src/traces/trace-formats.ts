/** Which trace format a client sends or wants: by name, by media type, or by how the bytes begin. */
import { formatByContentType, formatByName, formatList, type TraceFormat } from '@heapcast/trace';
import { invalid, ProblemException } from '../problems/index.js';

/** Bytes that tell any of the formats apart. */
export const TELLING_BYTES = 8;

/** How each format begins. */
const BEGINNINGS: readonly (readonly [RegExp, string])[] = [
  [/^PMTRACE1/, 'pmtrace1'],
  [/^HEAPCOLS/, 'columns'],
  [/^\s*\{/, 'ndjson'],
  [/^\s*\d/, 'rep'],
];

/** Media types that say nothing about what is inside. */
const OPAQUE: ReadonlySet<string> = new Set([
  '',
  'application/octet-stream',
  'application/gzip',
  'application/x-gzip',
  'binary/octet-stream',
  'text/plain',
]);

export function mediaTypeOf(contentType: string | undefined): string {
  return (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

function readable(): string {
  return formatList.map(({ contentTypes }) => contentTypes[0]).join(', ');
}

/**
 * The format that the client names; `undefined` = it must be told by the first bytes.
 * @throws ProblemException `unsupported-media-type`
 */
export function namedFormat(name: string | undefined, contentType: string | undefined): TraceFormat | undefined {
  if (name !== undefined) {
    const format = formatByName(name);
    if (!format) throw invalid('format', 'is not a format that is read here');
    return format;
  }
  const type = mediaTypeOf(contentType);
  const format = formatByContentType(type);
  if (format) return format;
  if (OPAQUE.has(type)) return undefined;
  const hint =
    type === 'application/x-www-form-urlencoded'
      ? ' (curl sends this type by default: add -H "Content-Type: application/x-ndjson")'
      : '';
  throw new ProblemException(
    'unsupported-media-type',
    `A trace is not read from ${type.slice(0, 100)}${hint}; send one of ${readable()}, or application/octet-stream to have it told by its first bytes.`,
  );
}

/** @throws ProblemException `invalid-trace` when the bytes begin like no format */
export function formatOfBytes(head: Uint8Array): TraceFormat {
  const text = Buffer.from(head.subarray(0, TELLING_BYTES)).toString('latin1');
  const [, name = ''] = BEGINNINGS.find(([pattern]) => pattern.test(text)) ?? [];
  const format = formatByName(name);
  if (format) return format;
  throw new ProblemException(
    'invalid-trace',
    `The first bytes are not those of a trace; name the format by Content-Type (${readable()}) or ?format=.`,
    { errors: [{ path: '', byte: 0, message: 'begins like no known format' }] },
  );
}
