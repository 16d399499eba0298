/**
 * The ops, sizes and slots of a packed chunk: a tag byte per request, then the two streams of varints, each with its
 * length in bytes before it.
 *
 * Tag: the op byte (op and domain), and 0x80. On a request that takes a slot, 0x80 says that the slot is written; else it
 * is the one that was given back last within the chunk and not taken since, which slots being last-in, first-out makes
 * the rule. On a free, 0x80 says NULL. Slots are written as the distance to the slot named before.
 */
import { NO_SLOT, Op, OP_MASK, type RequestColumns, type TraceChunk } from './columns.js';
import { damaged, notCanonical } from './packed-faults.js';
import { VarintReader, VarintWriter } from './varint.js';

const EXPLICIT = 0x80;
const NULL_SLOT = 0x80;
const OP_BYTE = 0x3f;

/** Kept from one call to the next, because most chunks of a live session are one request long. */
const scratch = { sizes: new VarintWriter(), slots: new VarintWriter(), released: new Int32Array(64) };

/** Throws `RangeError` for a request that is not canonical. */
export function writeRequests(chunk: TraceChunk, body: VarintWriter): void {
  const { length, op, size, slot } = chunk;
  const { sizes, slots } = scratch;
  sizes.clear();
  slots.clear();
  if (scratch.released.length < length) scratch.released = new Int32Array(length * 2);
  const { released } = scratch;
  let releasedCount = 0;
  let named = 0;
  let placed = -1;
  for (let at = 0; at < length; at++) {
    const opByte = op[at];
    const where = slot[at];
    let tag = opByte;
    if ((opByte & ~OP_BYTE) !== 0) throw notCanonical(at);
    switch (opByte & OP_MASK) {
      case Op.malloc:
      case Op.calloc:
      case Op.reallocNull:
      case Op.foreign: {
        const expected = releasedCount > 0 ? released[--releasedCount] : -1;
        if (where < 0) throw notCanonical(at);
        if (where !== expected) {
          tag |= EXPLICIT;
          slots.i32(where - placed);
          placed = where;
        }
        named = where;
        break;
      }
      case Op.free:
        if (size[at] !== 0) throw notCanonical(at);
        if (where === NO_SLOT) {
          tag |= NULL_SLOT;
          break;
        }
        if (where < 0) throw notCanonical(at);
        slots.i32(where - named);
        named = where;
        released[releasedCount++] = where;
        break;
      case Op.realloc:
        if (where < 0) throw notCanonical(at);
        slots.i32(where - named);
        named = where;
        break;
      case Op.staleFree:
        if (size[at] !== 0) throw notCanonical(at);
        if (where < 0) throw notCanonical(at);
        slots.u32(where);
        break;
      case Op.staleRealloc:
        if (where < 0) throw notCanonical(at);
        slots.u32(where);
        break;
      case Op.mark:
        if (where !== NO_SLOT) throw notCanonical(at);
        break;
      default:
        throw notCanonical(at);
    }
    body.byte(tag);
    if ((opByte & OP_MASK) !== Op.free && (opByte & OP_MASK) !== Op.staleFree) sizes.u32(size[at]);
  }
  body.u32(sizes.length);
  body.raw(sizes.view());
  body.u32(slots.length);
  body.raw(slots.view());
}

/** Throws `TraceFormatError` for bytes that `writeRequests` did not write. Makes no room for more than there are tags. */
export function readRequests(length: number, body: VarintReader): RequestColumns {
  const tags = body.raw(length);
  if (tags.length !== length) throw damaged('it is cut short');
  const columns = { op: new Uint8Array(length), size: new Uint32Array(length), slot: new Int32Array(length) };
  const sizes = new VarintReader(body.raw(body.u32()));
  const slots = new VarintReader(body.raw(body.u32()));
  fillColumns(tags, columns, sizes, slots);
  if (sizes.failed || slots.failed || sizes.rest + slots.rest > 0) throw damaged('its streams do not fit its tags');
  return columns;
}

/** Fills the three columns from the streams. */
function fillColumns(tags: Uint8Array, columns: RequestColumns, sizes: VarintReader, slots: VarintReader): void {
  const { op, size, slot } = columns;
  const released = new Int32Array(tags.length);
  let releasedCount = 0;
  let named = 0;
  let placed = -1;
  for (let at = 0; at < tags.length; at++) {
    const tag = tags[at];
    op[at] = tag & OP_BYTE;
    switch (tag & OP_MASK) {
      case Op.malloc:
      case Op.calloc:
      case Op.reallocNull:
      case Op.foreign:
        size[at] = sizes.u32();
        named = releasedCount > 0 ? released[--releasedCount] : -1;
        if ((tag & EXPLICIT) !== 0) {
          placed = (placed + slots.i32()) | 0;
          named = placed;
        }
        if (named < 0) throw damaged(`request ${at} takes no slot`);
        slot[at] = named;
        break;
      case Op.free:
        if ((tag & NULL_SLOT) !== 0) {
          slot[at] = NO_SLOT;
          break;
        }
        named = (named + slots.i32()) | 0;
        if (named < 0) throw damaged(`request ${at} names no slot`);
        slot[at] = named;
        released[releasedCount++] = named;
        break;
      case Op.realloc:
        size[at] = sizes.u32();
        named = (named + slots.i32()) | 0;
        if (named < 0) throw damaged(`request ${at} names no slot`);
        slot[at] = named;
        break;
      case Op.staleFree:
      case Op.staleRealloc: {
        if ((tag & OP_MASK) === Op.staleRealloc) size[at] = sizes.u32();
        const number = slots.u32() | 0;
        if (number < 0) throw damaged(`request ${at} names no block`);
        slot[at] = number;
        break;
      }
      case Op.mark:
        size[at] = sizes.u32();
        slot[at] = NO_SLOT;
        break;
      default:
        throw damaged(`request ${at} has an unknown op`);
    }
  }
}
