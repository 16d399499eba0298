/**
 * Which texts a trace may hold. Names of blocks, labels of marks and the strings of sites are kept in PostgreSQL, sent as UTF-8
 * and hashed: U+0000 and lone surrogates would not come back as they went in, so they are refused at the door.
 */

/** Bytes of UTF-8 in the name of a block. */
export const MAX_NAME_BYTES = 255;
/** Bytes of UTF-8 in the label of a mark: room for what a program says of a moment. */
export const MAX_LABEL_BYTES = 4096;
/** Bytes of UTF-8 in a function or file of a site, or in `recordedOn`. */
export const MAX_TEXT_BYTES = 4096;

const UNKEEPABLE = /\0|\p{Surrogate}/u;

/** Why a text cannot be kept, or null. The sentence continues "the name …". */
export function textFault(text: string, maxBytes: number): string | null {
  if (text.length > maxBytes || (text.length * 3 > maxBytes && Buffer.byteLength(text) > maxBytes)) {
    return `is longer than ${maxBytes} bytes of UTF-8; shorten it`;
  }
  if (UNKEEPABLE.test(text)) return 'holds U+0000 or half of a surrogate pair; leave that out';
  return null;
}

/** The fault of a block's name; an empty one says nothing and is refused too. */
export function nameFault(name: string): string | null {
  return name === '' ? 'is empty; leave the field out' : textFault(name, MAX_NAME_BYTES);
}

/** The same for the label of a mark. */
export function labelFault(label: string): string | null {
  return label === '' ? 'is empty; leave the field out' : textFault(label, MAX_LABEL_BYTES);
}
