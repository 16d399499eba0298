/**
 * Reads what a child says. The child runs a stranger's program and may have been taken over: lengths, kinds, numbers and
 * texts are all checked, and whatever is not in the protocol is a `ProtocolFault`.
 */
import { FrameTable } from './frame-table.js';
import { ProtocolFault } from './protocol-fault.js';
import {
  MAX_MESSAGE_BYTES,
  MESSAGE_COLUMNS,
  type ChildMessage,
  type ColumnType,
  type ReadMessage,
} from './protocol.js';
import type { SnippetOutcome } from './snippet.js';

const MOST_PER_MESSAGE = 65_536;
const LONGEST_TEXT = 1 << 20;
const OUTCOMES: Readonly<Record<SnippetOutcome, true>> = {
  finished: true,
  exception: true,
  doesNotCompile: true,
  timeLimit: true,
  memoryLimit: true,
  outputLimit: true,
  eventLimit: true,
  killed: true,
  refused: true,
};

type Check = (value: unknown) => boolean;
const isText: Check = (value) => typeof value === 'string' && value.length <= LONGEST_TEXT;
const isCount: Check = (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const isLine: Check = (value) => isCount(value) && Number(value) <= 0xffff_ffff;
const isTime: Check = (value) => typeof value === 'number' && value >= 0 && Number.isFinite(value);
const isWhole: Check = (value) => Number.isSafeInteger(value);
const isFlag: Check = (value) => typeof value === 'boolean';
const oneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.length <= MOST_PER_MESSAGE && value.every(check);
const shape =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length === Object.keys(fields).length &&
    Object.entries(fields).every(([name, check]) => check(Reflect.get(value, name)));

const heapCall = oneOf('malloc', 'calloc', 'realloc', 'aligned_alloc', 'new', 'new[]', 'free', 'delete', 'delete[]');
const leakKind = oneOf('definite', 'indirect', 'possible', 'reachable');
const share = shape({ bytes: isCount, blocks: isCount });
const lossRecord = shape({
  kind: leakKind,
  bytes: isCount,
  blocks: isCount,
  indirectBytes: isCount,
  indirectBlocks: isCount,
  givenBy: heapCall,
  site: isCount,
});
const heapError = shape({
  kind: oneOf('doubleFree', 'invalidFree', 'mismatchedFree'),
  call: heapCall,
  site: isCount,
  block: isCount,
  size: isCount,
  offset: isWhole,
  givenBy: heapCall,
  givenAt: isCount,
  freedAt: isCount,
  event: isCount,
  times: isCount,
});

/** The header of each kind, `kind` itself left out. */
const HEADERS: Readonly<Record<ChildMessage['kind'], Readonly<Record<string, Check>>>> = {
  ready: {
    runtime: isText,
    layers: listOf(
      shape({ layer: oneOf('process', 'network', 'realm', 'interpreter'), inForce: isFlag, detail: isText }),
    ),
    startMs: isTime,
  },
  started: {
    translations: listOf(shape({ line: isLine, from: isText, to: isText, note: isText })),
    remarks: listOf(isText),
  },
  sites: { first: isCount, sites: listOf(shape({ function: isText, file: isText, line: isLine, parent: isCount })) },
  chunk: { firstEvent: isCount, length: isCount },
  lines: { length: isCount },
  output: { stream: oneOf('stdout', 'stderr'), text: isText },
  texts: { first: isCount, texts: listOf(isText) },
  locals: { length: isCount, changes: isCount },
  census: { types: listOf(shape({ type: isText, count: isCount, bytes: isCount })) },
  diagnostics: {
    diagnostics: listOf(
      shape({
        severity: oneOf('error', 'warning', 'note'),
        file: isText,
        line: isLine,
        column: isLine,
        message: isText,
      }),
    ),
  },
  leaks: {
    summary: shape({ definite: share, indirect: share, possible: share, reachable: share }),
    records: listOf(lossRecord),
    recordsDropped: isCount,
    errors: listOf(heapError),
    errorsDropped: isCount,
    peakBytes: isCount,
    failedRequests: isCount,
  },
  exception: { type: isText, message: isText, line: isLine, traceback: isText },
  finished: {
    outcome: oneOf(...Object.keys(OUTCOMES)),
    detail: isText,
    ms: isTime,
    events: isCount,
    blocks: isCount,
    outputBytes: isCount,
    exitStatus: orNull(isWhole),
  },
};

export class MessageReader {
  #held: Buffer[] = [];
  #bytes = 0;
  /** Requests, sites and blocks told so far: what a child says must go on from there. */
  #events = 0;
  #sites = 0;
  readonly #frames = new FrameTable();

  /** Takes bytes as they come and answers the messages that are complete. @throws ProtocolFault */
  read(bytes: Buffer): ReadMessage[] {
    this.#held.push(bytes);
    this.#bytes += bytes.length;
    const messages: ReadMessage[] = [];
    for (;;) {
      const length = this.#nextLength();
      if (length === null || this.#bytes < 4 + length) return messages;
      const joined = this.#held.length === 1 ? (this.#held[0] ?? Buffer.alloc(0)) : Buffer.concat(this.#held);
      const message = this.#message(joined.subarray(4, 4 + length));
      if (message.kind === 'texts') this.#frames.add(message);
      else if (message.kind !== 'locals') messages.push(message);
      else if (message.length > 0) messages.push({ kind: 'frames', records: this.#frames.records(message) });
      else this.#frames.records(message);
      this.#held = [joined.subarray(4 + length)];
      this.#bytes -= 4 + length;
    }
  }

  #nextLength(): number | null {
    if (this.#bytes < 4) return null;
    if ((this.#held[0]?.length ?? 0) < 4) this.#held = [Buffer.concat(this.#held)];
    const length = this.#held[0]?.readUInt32LE(0) ?? 0;
    if (length < 4 || length > MAX_MESSAGE_BYTES) throw new ProtocolFault(`a message of ${length} bytes`);
    return length;
  }

  #message(bytes: Buffer): ChildMessage {
    const headerBytes = bytes.readUInt32LE(0);
    if (headerBytes > bytes.length - 4) throw new ProtocolFault('a header longer than its message');
    const header = parse(bytes.subarray(4, 4 + headerBytes));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every field was checked
    const message = { ...header, ...columnsOf(header, bytes.subarray(4 + headerBytes)) } as unknown as ChildMessage;
    this.#goOn(message);
    return message;
  }

  /** Events and sites are counted without gaps, and nobody points at a site that is still to come. */
  #goOn(message: ChildMessage): void {
    if (message.kind === 'sites') {
      if (message.first !== this.#sites + 1) throw new ProtocolFault(`sites from ${message.first}`);
      this.#sites += message.sites.length;
      message.sites.forEach((site, index) => {
        if (site.parent >= message.first + index) throw new ProtocolFault('a site whose caller is not known');
      });
    } else if (message.kind === 'chunk') {
      if (message.firstEvent !== this.#events) throw new ProtocolFault(`a chunk from ${message.firstEvent}`);
      this.#events += message.length;
      this.#checkSites(message.site);
    } else if (message.kind === 'lines' || message.kind === 'locals') {
      this.#checkSites(message.site);
    }
  }

  #checkSites(sites: Uint32Array): void {
    if (sites.some((site) => site > this.#sites)) throw new ProtocolFault('a site that is not known');
  }
}

interface Header {
  readonly kind: ChildMessage['kind'];
  readonly length?: unknown;
  readonly changes?: unknown;
}

function parse(bytes: Buffer): Header {
  let header: unknown;
  try {
    header = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new ProtocolFault('a header that is not JSON');
  }
  if (typeof header !== 'object' || header === null || !('kind' in header))
    throw new ProtocolFault('a header without a kind');
  const { kind, ...fields } = header;
  if (!isKind(kind)) throw new ProtocolFault('a message of no known kind');
  if (!shape(HEADERS[kind])(fields)) throw new ProtocolFault(`a malformed "${kind}"`);
  return { ...fields, kind };
}

function isKind(kind: unknown): kind is ChildMessage['kind'] {
  return typeof kind === 'string' && Object.hasOwn(HEADERS, kind);
}

function columnsOf(header: Header, bytes: Buffer): object {
  if (header.kind !== 'chunk' && header.kind !== 'lines' && header.kind !== 'locals') {
    if (bytes.length > 0) throw new ProtocolFault(`bytes behind a "${header.kind}"`);
    return {};
  }
  const columns: Record<string, Float64Array | Uint32Array | Uint8Array> = {};
  let at = 0;
  for (const [name, type, counted] of MESSAGE_COLUMNS[header.kind]) {
    const length = Number(header[counted]);
    if (length > MOST_PER_MESSAGE) throw new ProtocolFault(`${length} entries in a message`);
    const size = length * WIDTH[type];
    if (at + size > bytes.length) throw new ProtocolFault('columns shorter than they say');
    columns[name] = column(type, bytes.subarray(at, at + size));
    at += size;
  }
  if (at !== bytes.length) throw new ProtocolFault('columns longer than they say');
  return columns;
}

const WIDTH: Readonly<Record<ColumnType, number>> = { f64: 8, u32: 4, u8: 1 };

/** A copy of its own: the receiver may keep it. */
function column(type: ColumnType, bytes: Buffer): Float64Array | Uint32Array | Uint8Array {
  const copy = new Uint8Array(bytes).buffer;
  if (type === 'f64') return new Float64Array(copy);
  return type === 'u32' ? new Uint32Array(copy) : new Uint8Array(copy);
}
