/** Reads the columns format, a block at a time; its layout is in columns-layout.ts. */
import type { TraceHeader } from '../columns.js';
import { TraceFormatError } from '../format-error.js';
import { withLimits, type TraceLimits } from '../limits.js';
import { TraceBuilder, type ChunkSink } from '../trace-builder.js';
import {
  BLOCK_EVENTS,
  BLOCK_NAME_BYTES,
  bytesPerEvent,
  HEADER_BYTES,
  KNOWN_FLAGS,
  MAGIC,
  NAMES,
  SITES,
  TIMES,
  VERSION,
} from './columns-layout.js';
import type { TraceReader } from './format.js';
import { isObject, onlyFields, readOrigin, readSite, type Refuse } from './header-json.js';
import { addNumbered } from './numbered-requests.js';

/** What the bytes being gathered are. */
type Section = 'header' | 'json' | 'count' | 'block' | 'names-length' | 'names' | 'end' | 'done';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** Room made before any byte of a section has come; after that, what has come may double it. */
const FIRST_ROOM = 65_536;

export class ColumnsReader implements TraceReader {
  readonly #limits: TraceLimits;
  readonly #builder: TraceBuilder;
  #section: Section = 'header';
  /** Bytes that the section needs, has, and where they are. */
  #needed = HEADER_BYTES;
  #have = 0;
  #bytes = new Uint8Array(FIRST_ROOM);
  /** Bytes taken before this section. */
  #before = 0;
  #flags = 0;
  #events = 0;
  /** Index of the current block's first event, and where its columns are. */
  #blockFirst = 0;
  #block: BlockColumns | null = null;

  constructor(sink: ChunkSink, limits: Partial<TraceLimits> = {}) {
    this.#limits = withLimits(limits);
    this.#builder = new TraceBuilder(sink, this.#limits);
  }

  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      if (this.#isDone) throw this.#fault('malformed', 'there are bytes after the end of the trace');
      const count = Math.min(this.#needed - this.#have, bytes.length - at);
      this.#gather(bytes, at, count);
      at += count;
      while (this.#have === this.#needed && !this.#isDone) this.#finishSection();
    }
  }

  end(): TraceHeader {
    if (!this.#isDone) {
      const what = this.#section === 'header' ? 'within the header' : 'before the end marker';
      throw this.#fault('truncated', `the input ends ${what}; send the whole trace, with its 8-byte end`);
    }
    return this.#builder.finish();
  }

  abort(): void {
    this.#bytes = new Uint8Array(0);
  }

  get #isDone(): boolean {
    return this.#section === 'done';
  }

  #gather(bytes: Uint8Array, at: number, count: number): void {
    const length = this.#have + count;
    if (length > this.#bytes.length) {
      const grown = new Uint8Array(Math.min(this.#needed, Math.max(length, this.#bytes.length * 2)));
      grown.set(this.#bytes.subarray(0, this.#have));
      this.#bytes = grown;
    }
    this.#bytes.set(bytes.subarray(at, at + count), this.#have);
    this.#have = length;
    if (this.#section === 'header') this.#checkMagic();
  }

  #checkMagic(): void {
    for (let at = 0; at < Math.min(this.#have, MAGIC.length); at++) {
      if (this.#bytes[at] !== MAGIC.charCodeAt(at)) {
        throw new TraceFormatError('malformed', `this is not the columns format: it does not begin with "${MAGIC}"`, {
          byte: at,
        });
      }
    }
  }

  #finishSection(): void {
    const view = new DataView(this.#bytes.buffer, 0, this.#needed);
    switch (this.#section) {
      case 'header':
        this.#readHeader(view);
        break;
      case 'json':
        this.#readJson();
        this.#enter('count', 4);
        break;
      case 'count':
        this.#readCount(view.getUint32(0, true));
        break;
      case 'block':
        this.#block = readColumns(this.#bytes, this.#events - this.#blockFirst, this.#flags);
        if ((this.#flags & NAMES) !== 0) {
          // The names come after the columns and go with them, so the columns must outlive this section's bytes.
          this.#bytes = new Uint8Array(FIRST_ROOM);
          this.#enter('names-length', 4);
        } else {
          this.#addBlock(null);
          this.#enter('count', 4);
        }
        break;
      case 'names-length': {
        const length = view.getUint32(0, true);
        if (length > BLOCK_NAME_BYTES)
          throw this.#fault('limit-exceeded', `${length} bytes of names in a block; use smaller blocks`);
        this.#enter('names', length);
        break;
      }
      case 'names':
        this.#addBlock(this.#readNames(view));
        this.#enter('count', 4);
        break;
      case 'end':
        this.#readEnd(view.getUint32(0, true));
        break;
      case 'done':
        break;
    }
  }

  #enter(section: Section, needed: number): void {
    this.#before += this.#needed;
    this.#section = section;
    this.#needed = needed;
    this.#have = 0;
  }

  #readHeader(view: DataView): void {
    const version = view.getUint16(8, true);
    const flags = view.getUint16(10, true);
    const jsonBytes = view.getUint32(12, true);
    if (version !== VERSION) {
      throw new TraceFormatError('unsupported-version', `version ${version} is unknown; write version ${VERSION}`, {
        byte: 8,
      });
    }
    if ((flags & ~KNOWN_FLAGS) !== 0) {
      throw new TraceFormatError('bad-field', `flags ${flags} are unknown; known are times 1, sites 2, names 4`, {
        byte: 10,
      });
    }
    if (jsonBytes > this.#limits.maxHeaderBytes) {
      throw new TraceFormatError(
        'limit-exceeded',
        `a JSON header of ${jsonBytes} bytes; at most ${this.#limits.maxHeaderBytes} are taken`,
        {
          byte: 12,
        },
      );
    }
    this.#flags = flags;
    this.#enter('json', jsonBytes);
  }

  #readJson(): void {
    if (this.#needed === 0) return;
    const refuse: Refuse = (detail) => {
      throw this.#fault('bad-field', detail);
    };
    let header: unknown;
    try {
      header = JSON.parse(decoder.decode(this.#bytes.subarray(0, this.#needed)));
    } catch {
      throw this.#fault('malformed', 'the header is not JSON in UTF-8');
    }
    if (!isObject(header)) return refuse('the header is not a JSON object');
    onlyFields(header, ['origin', 'sites'], 'the header', refuse);
    this.#builder.origin = readOrigin(header['origin'], refuse);
    const sites = header['sites'] ?? [];
    if (!Array.isArray(sites)) return refuse('"sites" is not a list');
    for (const [index, site] of sites.entries()) this.#builder.addSite(readSite(site, `site ${index + 1}`, refuse));
  }

  #readCount(count: number): void {
    if (count === 0) {
      this.#enter('end', 4);
      return;
    }
    if (count > BLOCK_EVENTS) {
      throw this.#fault('limit-exceeded', `a block of ${count} events; write blocks of at most ${BLOCK_EVENTS}`);
    }
    this.#blockFirst = this.#builder.events;
    this.#events += count;
    if (this.#events > this.#limits.maxEvents) {
      throw this.#fault('limit-exceeded', `more than ${this.#limits.maxEvents} events; send a shorter trace`);
    }
    this.#enter('block', count * bytesPerEvent(this.#flags));
  }

  #addBlock(names: ReadonlyMap<number, string> | null): void {
    const builder = this.#builder;
    const block = this.#block;
    if (!block) return;
    const { size, ref, time, site, op } = block;
    for (let at = 0; at < op.length; at++) {
      addNumbered(builder, op[at], size[at], ref[at]);
      if (site !== null) builder.site(site[at]);
      if (time !== null) builder.time(time[at]);
      if (names !== null) {
        const name = names.get(at);
        if (name !== undefined) builder.name(name);
      }
    }
    this.#block = null;
  }

  #readNames(view: DataView): ReadonlyMap<number, string> {
    const names = new Map<number, string>();
    const events = this.#block?.op.length ?? 0;
    let before = -1;
    for (let at = 0; at < view.byteLength;) {
      const short = at + 5 <= view.byteLength ? view.getUint8(at + 4) : 0;
      const isLong = short === 0 && at + 7 <= view.byteLength;
      const textAt = at + (isLong ? 7 : 5);
      const length = isLong ? view.getUint16(at + 5, true) : short;
      if (textAt + length > view.byteLength)
        throw this.#fault('malformed', 'the last name runs over the end of the names');
      const index = view.getUint32(at, true);
      if (index <= before || index >= events) {
        throw this.#fault(
          'bad-field',
          `a name is for event ${index} of its block; names go in ascending order, one an event`,
        );
      }
      try {
        names.set(index, decoder.decode(this.#bytes.subarray(textAt, textAt + length)));
      } catch {
        throw this.#fault('malformed', `the name of event ${this.#blockFirst + index} is not UTF-8`);
      }
      before = index;
      at = textAt + length;
    }
    return names;
  }

  #readEnd(promised: number): void {
    if (promised !== this.#events) {
      throw this.#fault(
        'count-mismatch',
        `the end says ${promised} events and the blocks hold ${this.#events}; the trace is damaged`,
      );
    }
    this.#enter('done', 0);
  }

  /** An error at the byte that was read last. */
  #fault(code: TraceFormatError['code'], detail: string): TraceFormatError {
    return new TraceFormatError(code, detail, { byte: this.#before + this.#have });
  }
}

/** The columns of a block; views, good while the bytes are. */
interface BlockColumns {
  readonly size: Uint32Array;
  readonly ref: Uint32Array;
  readonly time: Float64Array | null;
  readonly site: Uint32Array | null;
  readonly op: Uint8Array;
}

/** Each column begins at a multiple of its entry's size, because the widest come first. */
function readColumns(bytes: Uint8Array, events: number, flags: number): BlockColumns {
  const { buffer } = bytes;
  const timeAt = 8 * events;
  const siteAt = timeAt + ((flags & TIMES) !== 0 ? 8 * events : 0);
  const opAt = siteAt + ((flags & SITES) !== 0 ? 4 * events : 0);
  return {
    size: new Uint32Array(buffer, 0, events),
    ref: new Uint32Array(buffer, 4 * events, events),
    time: (flags & TIMES) !== 0 ? new Float64Array(buffer, timeAt, events) : null,
    site: (flags & SITES) !== 0 ? new Uint32Array(buffer, siteAt, events) : null,
    op: new Uint8Array(buffer, opAt, events),
  };
}
