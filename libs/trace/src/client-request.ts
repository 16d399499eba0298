/**
 * What a client of a live session may ask. The service checks requests at its edge, with words for people; the rules
 * here are the last line, so that nothing which is not a request ever reaches a journal.
 */
import { MAX_SIZE } from './columns.js';
import { TraceFormatError } from './format-error.js';
import { labelFault, nameFault } from './text-rules.js';

/** One request as a client sends it. Fields that an op has no use for must be absent. */
export interface ClientRequest {
  readonly op: 'malloc' | 'calloc' | 'realloc' | 'free' | 'mark';
  /** Bytes, 0 … 2^32 - 1 (calloc: of one element when `count` is given). A mark's number. */
  readonly size?: number;
  /** calloc: elements; absent = 1. */
  readonly count?: number;
  /**
   * malloc, calloc: the name for the new block, if any. realloc, free: a name, a block number, or null for NULL;
   * realloc of NULL places a new block.
   */
  readonly id?: string | number | null;
  /** realloc of NULL: the name for the new block, if any. */
  readonly as?: string;
  /** A mark's label. */
  readonly label?: string;
  /** Index into the session's site table; 0 or absent = not known. */
  readonly site?: number;
  /** Nanoseconds since the session began; whole. */
  readonly time?: number;
}

/** What goes into the `size` column. */
export function bytesAsked(request: ClientRequest): number {
  if (request.op === 'free') return 0;
  return request.op === 'calloc' ? (request.count ?? 1) * (request.size ?? 0) : (request.size ?? 0);
}

/** Throws `TraceFormatError` with `at` as its event where a request is not one. */
export function checkRequest(request: ClientRequest, at: number): void {
  const refuse = (detail: string): never => {
    throw new TraceFormatError('bad-field', detail, { event: at });
  };
  const { op, size, count, id, as, label, site, time } = request;
  if (!['malloc', 'calloc', 'realloc', 'free', 'mark'].includes(op)) refuse(`"op" is ${JSON.stringify(op)}`);
  if (!isWhole(size, MAX_SIZE) || !isWhole(count, MAX_SIZE) || bytesAsked(request) > MAX_SIZE) {
    refuse(`the size is not a whole number of bytes from 0 to ${MAX_SIZE}`);
  }
  if (op !== 'free' && op !== 'mark' && size === undefined) refuse(`"size" is missing`);
  if (!isWhole(site, MAX_SIZE)) refuse('"site" is not an index into the site table');
  if (!isWhole(time, Number.MAX_SAFE_INTEGER)) refuse('"time" is not a whole number of nanoseconds');
  if ((op === 'malloc' || op === 'calloc') && typeof id === 'number')
    refuse('a new block gets its number from the service');
  if ((op === 'realloc' || op === 'free') && id === undefined) refuse('"id" is missing; null means NULL');
  if (typeof id === 'number' && !isWhole(id, Number.MAX_SAFE_INTEGER)) refuse('"id" is not a block number');
  for (const text of [id, as]) {
    const fault = typeof text === 'string' ? nameFault(text) : null;
    if (fault) refuse(`the name ${fault}`);
  }
  const fault = label === undefined ? null : labelFault(label);
  if (fault) refuse(`the label ${fault}`);
}

function isWhole(value: number | undefined, largest: number): boolean {
  return value === undefined || (Number.isInteger(value) && value >= 0 && value <= largest);
}
