/**
 * Checks what clients ask of a session, before anything is stored. Written by hand, because every request of every
 * session comes through here: no object is made for a batch that is right. What is wrong is said all at once, in the
 * shape of the other validation problems, with paths such as `requests[3].size`.
 */
import { MAX_NAME_LENGTH, type ProblemPart, type SessionRequest } from '@heapcast/contracts';
import { MAX_SIZE } from '@heapcast/trace';

export type CheckedRequests =
  { readonly requests: readonly SessionRequest[] } | { readonly errors: readonly ProblemPart[] };

/** More than so many are not listed: nobody reads them. */
const MOST_ERRORS = 20;

/** Fields beside `op` and `time`, which every request may have. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  malloc: ['size', 'id'],
  calloc: ['size', 'count', 'id'],
  realloc: ['id', 'size', 'as'],
  free: ['id'],
  mark: ['label'],
};
const OPERATIONS = Object.keys(FIELDS);

/**
 * @param body one request, `{ "requests": [ … ] }`, or the bare array
 * @param batchLimit most requests in a batch
 */
export function checkRequests(body: unknown, batchLimit: number): CheckedRequests {
  if (Array.isArray(body)) return checkBatch(body, '', batchLimit);
  if (!isRecord(body)) return refuse('', 'must be a request, a list of requests or { "requests": [ … ] }');
  if (!('requests' in body)) {
    const errors = checkRequest(body, '', undefined);
    return errors ? { errors } : asRequests([body]);
  }
  for (const field in body) {
    if (field !== 'requests') return refuse(field, 'is not a field of a batch, which has only "requests"');
  }
  if (!Array.isArray(body.requests)) return refuse('requests', 'must be a list of requests');
  return checkBatch(body.requests, 'requests', batchLimit);
}

function checkBatch(list: readonly unknown[], path: string, batchLimit: number): CheckedRequests {
  if (list.length === 0) return refuse(path, 'must hold at least one request');
  if (list.length > batchLimit) {
    return refuse(path, `holds ${list.length} requests; at most ${batchLimit} are taken at once: send several batches`);
  }
  let errors: ProblemPart[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const request = list[i];
    const before: ProblemPart[] | undefined = errors;
    errors = isRecord(request)
      ? checkRequest(request, `${path}[`, i, before)
      : complain(before, `${path}[${i}]`, 'must be an object such as { "op": "malloc", "size": 24 }');
    if (errors && errors.length >= MOST_ERRORS) break;
  }
  return errors ? { errors } : asRequests(list);
}

/** The place of a field, `prefix` + `index` + `].` + field, is put together only when it is needed. */
function checkRequest(
  request: Record<string, unknown>,
  prefix: string,
  index: number | undefined,
  before?: ProblemPart[],
): ProblemPart[] | undefined {
  let errors = before;
  const { op, size, id } = request;
  switch (op) {
    case 'malloc':
    case 'calloc':
      if (!isCount(size)) errors = complain(errors, place(prefix, index, 'size'), sizeComplaint(size));
      if (id !== undefined && !isName(id))
        errors = complain(errors, place(prefix, index, 'id'), nameComplaint('the block'));
      if (op === 'calloc' && request.count !== undefined) {
        const { count } = request;
        if (!isCount(count)) errors = complain(errors, place(prefix, index, 'count'), sizeComplaint(count));
        else if (isCount(size) && count * size > MAX_SIZE) {
          errors = complain(errors, place(prefix, index, 'count'), `count × size must not exceed ${MAX_SIZE} bytes`);
        }
      }
      break;
    case 'realloc':
      if (!isCount(size)) errors = complain(errors, place(prefix, index, 'size'), sizeComplaint(size));
      if (!isBlock(id)) errors = complain(errors, place(prefix, index, 'id'), BLOCK_COMPLAINT);
      if (request.as !== undefined) {
        if (id !== null) errors = complain(errors, place(prefix, index, 'as'), 'is only for a new block ("id": null)');
        else if (!isName(request.as)) errors = complain(errors, place(prefix, index, 'as'), nameComplaint('the block'));
      }
      break;
    case 'free':
      if (!isBlock(id)) errors = complain(errors, place(prefix, index, 'id'), BLOCK_COMPLAINT);
      break;
    case 'mark':
      if (request.label !== undefined && !isName(request.label)) {
        errors = complain(errors, place(prefix, index, 'label'), nameComplaint('the moment'));
      }
      break;
    default:
      return complain(errors, place(prefix, index, 'op'), `must be one of ${OPERATIONS.join(', ')}`);
  }
  const { time } = request;
  if (time !== undefined && !(Number.isSafeInteger(time) && Number(time) >= 0)) {
    errors = complain(errors, place(prefix, index, 'time'), 'must be nanoseconds, a whole number from 0 to 2^53 - 1');
  }
  const known = FIELDS[op];
  for (const field in request) {
    if (field !== 'op' && field !== 'time' && !known.includes(field)) {
      errors = complain(
        errors,
        place(prefix, index, field),
        `is not a field of ${op}, which has op, ${known.join(', ')}, time`,
      );
    }
  }
  return errors;
}

function place(prefix: string, index: number | undefined, field: string): string {
  return index === undefined ? field : `${prefix}${index}].${field}`;
}

const BLOCK_COMPLAINT =
  'must be the name or the number (1, 2, 3 …) of a block, or null for NULL; a name has 1 to 64 characters';

function sizeComplaint(value: unknown): string {
  return value === undefined
    ? `is missing: a whole number of bytes from 0 to ${MAX_SIZE}`
    : `must be a whole number from 0 to ${MAX_SIZE}`;
}

function nameComplaint(what: string): string {
  return `must name ${what} with 1 to ${MAX_NAME_LENGTH} characters, none of them a control character`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MAX_SIZE;
}

/** C0 and C1 controls, and halves of surrogate pairs, which UTF-8 cannot carry. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_NAME_LENGTH && !UNPRINTABLE.test(value);
}

function isBlock(value: unknown): value is string | number | null {
  return value === null || (Number.isSafeInteger(value) ? Number(value) >= 1 : isName(value));
}

function complain(errors: ProblemPart[] | undefined, path: string, message: string): ProblemPart[] {
  const list = errors ?? [];
  list.push({ path, message });
  return list;
}

function refuse(path: string, message: string): CheckedRequests {
  return { errors: [{ path, message }] };
}

/** The one place where checked JSON gets its type. */
function asRequests(checked: readonly unknown[]): CheckedRequests {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every field was checked above
  return { requests: checked as readonly SessionRequest[] };
}
