/**
 * Writes NDJSON: the header, the site table, then a request a line. Ids are block numbers; a name stands beside its
 * number. The order of the fields is fixed and nothing is spaced out, which our scanner and any other reads fastest.
 */
import { BlockNumbers } from '../block-numbers.js';
import { Domain, NO_SLOT, Op, OP_MASK, type TraceChunk, type TraceHeader } from '../columns.js';
import type { ChunkSource } from './format.js';
import { originJson, siteJson } from './header-json.js';
import { ascii, TextWriter } from './text-writer.js';

const MALLOC = ascii('{"op":"malloc","id":');
const CALLOC = ascii('{"op":"calloc","id":');
const REALLOC = ascii('{"op":"realloc","id":');
const REALLOC_NULL = ascii('{"op":"realloc","id":null,"as":');
const FREE = ascii('{"op":"free","id":');
const FREE_NULL = ascii('{"op":"free","id":null');
const FOREIGN = ascii('{"op":"foreign","id":');
const MARK = ascii('{"op":"mark","mark":');
const WILD_FREE = ascii('{"op":"free","wild":true');
const WILD_REALLOC = ascii('{"op":"realloc","wild":true');
const SIZE = ascii(',"size":');
const SITE = ascii(',"site":');
const TIME = ascii(',"time":');
const NAME = ascii(',"name":');
const LABEL = ascii(',"label":');
const MEM = ascii(',"domain":"mem"');
const OBJ = ascii(',"domain":"obj"');
const END = ascii('}\n');
/** Bytes gathered before they are handed on. */
const PIECE_BYTES = 1 << 18;

export async function* writeNdjson(header: TraceHeader, chunks: ChunkSource): AsyncIterable<Uint8Array> {
  const text = new TextWriter();
  text.json({ heapcast: 'trace', version: 1, events: header.events, origin: originJson(header.origin) });
  text.word(ascii('\n'));
  for (const [index, site] of header.sites.entries()) {
    text.json({ site: index + 1, ...siteJson(site) });
    text.word(ascii('\n'));
    if (text.length >= PIECE_BYTES) yield text.take();
  }
  const numbers = new BlockNumbers();
  for await (const chunk of chunks()) {
    for (let at = 0; at < chunk.length; at++) {
      writeRequest(text, chunk, at, numbers);
      if (text.length >= PIECE_BYTES) yield text.take();
    }
  }
  yield text.take();
}

function writeRequest(text: TextWriter, chunk: TraceChunk, at: number, numbers: BlockNumbers): void {
  const slot = chunk.slot[at];
  const code = chunk.op[at] & OP_MASK;
  const domain = chunk.op[at] & ~OP_MASK;
  switch (code) {
    case Op.malloc:
    case Op.calloc:
    case Op.foreign:
      text.word(code === Op.malloc ? MALLOC : code === Op.calloc ? CALLOC : FOREIGN);
      text.number(numbers.place(slot));
      break;
    case Op.reallocNull:
      text.word(REALLOC_NULL);
      text.number(numbers.place(slot));
      break;
    case Op.realloc:
      text.word(REALLOC);
      text.number(numbers.of(slot));
      break;
    case Op.staleRealloc:
      text.word(slot === 0 ? WILD_REALLOC : REALLOC);
      if (slot !== 0) text.number(slot);
      break;
    case Op.free:
      text.word(slot === NO_SLOT ? FREE_NULL : FREE);
      if (slot !== NO_SLOT) text.number(numbers.of(slot));
      break;
    case Op.staleFree:
      text.word(slot === 0 ? WILD_FREE : FREE);
      if (slot !== 0) text.number(slot);
      break;
    default:
      text.word(MARK);
      text.number(chunk.size[at]);
  }
  if (code !== Op.free && code !== Op.staleFree && code !== Op.mark) {
    text.word(SIZE);
    text.number(chunk.size[at]);
  }
  if (chunk.site !== null && chunk.site[at] !== 0) {
    text.word(SITE);
    text.number(chunk.site[at]);
  }
  if (chunk.time !== null && chunk.time[at] !== 0) {
    text.word(TIME);
    text.number(chunk.time[at]);
  }
  if (domain !== Domain.unknown) text.word(domain === Domain.mem ? MEM : OBJ);
  const name = chunk.names?.get(at);
  if (name !== undefined) {
    text.word(code === Op.mark ? LABEL : NAME);
    text.json(name);
  }
  text.word(END);
}
