/**
 * Reads a request from bytes without making an object: the common fields, in any order, each at most once, whole numbers of up
 * to 15 digits, no escapes, no space or one after a colon or comma (what our writer, `JSON.stringify` and Python's
 * `json.dumps` write). Anything else is left to `JSON.parse`, which is right about everything and ten times slower.
 *
 * Keys and words are compared four bytes at a time; `word` spells those numbers out.
 */
import { Domain, Op } from '../columns.js';
import { SLACK, type LineBuffer } from './line-buffer.js';
import { Field, type RequestLine } from './ndjson-request.js';

function word(text: string): number {
  return new DataView(new TextEncoder().encode(text).buffer).getInt32(0, true);
}

const KEY_OP = word('"op"');
const KEY_ID = word('"id"');
const KEY_AS = word('"as"');
const KEY_SIZE = word('size');
const KEY_SITE = word('site');
const KEY_TIME = word('time');
const KEY_MARK = word('mark');
const KEY_DOMAIN = word('doma');
const MALL = word('mall');
const CALL = word('call');
const REAL = word('real');
const FREE = word('free');
const FORE = word('fore');
const MARK = word('mark');
const LOC_QUOTE = word('loc"');
const IGN_QUOTE = word('ign"');
const MEM_QUOTE = word('mem"');
const OBJ_QUOTE = word('obj"');
const NULL = word('null');
const AIN_QUOTE_MASK = 0xff_ff_ff_00 | 0;
const OC_QUOTE = word('\0oc"');

const SPACE = 32;
const QUOTE = 34;
const COMMA = 44;
const ZERO = 48;
const COLON = 58;
const NEWLINE = 10;
const RETURN = 13;
const OPEN = 123;
const CLOSE = 125;
/** Digits that a double counts exactly. */
const MOST_DIGITS = 15;

export class NdjsonScanner {
  /** After a number was read: the position behind it. */
  #at = 0;

  constructor(private readonly line: RequestLine) {}

  /** Fills the line and answers where the next one begins, or 0 if this is not a whole line of the common kind. */
  scan(input: LineBuffer): number {
    const { bytes, view, end } = input;
    const { line } = this;
    let at = input.start;
    if (bytes[at] !== OPEN) return 0;
    line.clear();
    // The longest line that is accepted here is far shorter than the slack behind `end`: no read leaves the buffer.
    const limit = at + SLACK - 64;
    do {
      at++;
      if (bytes[at] === SPACE) at++;
      if (bytes[at] !== QUOTE || at > limit) return 0;
      const short = view.getInt32(at, true);
      let field: number;
      if (short === KEY_OP || short === KEY_ID || short === KEY_AS) {
        field = short === KEY_OP ? Field.op : short === KEY_ID ? Field.id : Field.as;
        at += 4;
      } else {
        const long = view.getInt32(at + 1, true);
        if (long === KEY_SIZE) field = Field.size;
        else if (long === KEY_SITE) field = Field.site;
        else if (long === KEY_TIME) field = Field.time;
        else if (long === KEY_MARK) field = Field.mark;
        else if (long === KEY_DOMAIN && bytes[at + 5] === 105 && bytes[at + 6] === 110) {
          field = Field.domain;
          at += 2;
        } else return 0;
        at += 5;
        if (bytes[at] !== QUOTE) return 0;
        at++;
      }
      if ((line.fields & field) !== 0 || bytes[at] !== COLON) return 0;
      line.fields |= field;
      at++;
      if (bytes[at] === SPACE) at++;
      if (field === Field.op) {
        at = this.#op(view, at);
      } else if (field === Field.domain) {
        at = this.#domain(view, at);
      } else if (field === Field.id && view.getInt32(at, true) === NULL) {
        line.idIsNull = true;
        at += 4;
      } else {
        const value = this.#number(bytes, at);
        if (value < 0 || !this.#keep(field, value)) return 0;
        at = this.#at;
      }
      if (at === 0) return 0;
    } while (bytes[at] === COMMA);
    if (bytes[at] !== CLOSE || (line.fields & Field.op) === 0) return 0;
    at++;
    if (bytes[at] === RETURN) at++;
    return bytes[at] === NEWLINE && at < end ? at + 1 : 0;
  }

  /** The position behind the closing quote, or 0. */
  #op(view: DataView, at: number): number {
    if (view.getUint8(at) !== QUOTE) return 0;
    const { line } = this;
    switch (view.getInt32(at + 1, true)) {
      case MALL:
        line.op = Op.malloc;
        return (view.getInt32(at + 4, true) & AIN_QUOTE_MASK) === OC_QUOTE ? at + 8 : 0;
      case CALL:
        line.op = Op.calloc;
        return (view.getInt32(at + 4, true) & AIN_QUOTE_MASK) === OC_QUOTE ? at + 8 : 0;
      case REAL:
        line.op = Op.realloc;
        return view.getInt32(at + 5, true) === LOC_QUOTE ? at + 9 : 0;
      case FREE:
        line.op = Op.free;
        return view.getUint8(at + 5) === QUOTE ? at + 6 : 0;
      case FORE:
        line.op = Op.foreign;
        return view.getInt32(at + 5, true) === IGN_QUOTE ? at + 9 : 0;
      case MARK:
        line.op = Op.mark;
        return view.getUint8(at + 5) === QUOTE ? at + 6 : 0;
      default:
        return 0;
    }
  }

  #domain(view: DataView, at: number): number {
    if (view.getUint8(at) !== QUOTE) return 0;
    const domain = view.getInt32(at + 1, true);
    if (domain === OBJ_QUOTE) this.line.domain = Domain.obj;
    else if (domain === MEM_QUOTE) this.line.domain = Domain.mem;
    else return 0;
    return at + 5;
  }

  /** A whole number, or -1 for what JSON.parse should judge. */
  #number(bytes: Uint8Array, from: number): number {
    let at = from;
    let value = bytes[at] - ZERO;
    if (!(value >= 0 && value <= 9)) return -1;
    at++;
    for (let digit = bytes[at] - ZERO; digit >= 0 && digit <= 9; digit = bytes[++at] - ZERO) {
      if (value === 0 || at - from >= MOST_DIGITS) return -1;
      value = value * 10 + digit;
    }
    this.#at = at;
    return value;
  }

  /** False: the value is too large for its field. */
  #keep(field: number, value: number): boolean {
    const { line } = this;
    switch (field) {
      case Field.id:
        line.id = value;
        return true;
      case Field.size:
        line.size = value;
        return value <= 0xffff_ffff;
      case Field.as:
        line.as = value;
        return true;
      case Field.site:
        line.site = value;
        return value <= 0xffff_ffff;
      case Field.time:
        line.time = value;
        return true;
      default:
        line.mark = value;
        return value <= 0xffff_ffff;
    }
  }
}
