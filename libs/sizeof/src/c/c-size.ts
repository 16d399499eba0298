/**
 * `sizeof` of a C type as written: `unsigned long`, `char *`, `int[10]`, `double[3][4]`, `struct { char c; int n; }`,
 * `union { ... }`, nested as deep as `DEPTH`. Typedefs, bit-fields and function types are not read.
 *
 * Grammar: type = base stars dimensions; base = basic | (struct | union) [tag] { member; ... };
 * member = base stars name dimensions {, stars name dimensions}. A `struct tag` without a body is known by pointer only.
 */
import { SizeofError } from '../sizeof-error.js';
import { basicExtent, basicTypeWords } from './basic-types.js';
import { dataModel, type DataModel, type Extent } from './data-models.js';
import { type Field, layOut, type Member, unionOf } from './layout.js';

export interface CSize {
  /** Bytes. */
  readonly size: number;
  readonly align: number;
  /** Members of a struct or union (of one element, for an array of them). */
  readonly fields?: readonly Field[];
  /** Unused bytes in it (in one element, for an array). */
  readonly padding?: number;
}

const DEPTH = 16;
/** Longest text that is read. */
const LENGTH = 4096;
const TOKEN = /\s*(?:([A-Za-z_]\w*)|(\d+)|([{}[\];,*]))/y;

interface Token {
  readonly text: string;
  readonly kind: 'word' | 'number' | 'sign' | 'end';
  readonly offset: number;
}

/**
 * @param model a data model, or the name of one or of its platform
 * @throws SizeofError `syntax` with an offset, `unknown-type`, `too-large`, `unknown-platform`
 */
export function cSize(type: string, model: DataModel | string): CSize {
  return new Declaration(type, typeof model === 'string' ? dataModel(model) : model).wholeType();
}

class Declaration {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(
    text: string,
    private readonly model: DataModel,
  ) {
    if (text.length > LENGTH) throw new SizeofError('too-large', 'type', `is longer than ${LENGTH} characters`);
    this.#tokens = tokensOf(text);
  }

  wholeType(): CSize {
    const base = this.#stars(this.#base(0));
    if (this.#peek().kind === 'word') this.#advance();
    const size = this.#dimensions(base);
    const rest = this.#peek();
    if (rest.kind !== 'end') throw unexpected(rest);
    return size;
  }

  #base(depth: number): CSize | null {
    while (this.#peek().text === 'const' || this.#peek().text === 'volatile') this.#advance();
    const first = this.#peek();
    if (first.kind !== 'word') throw unexpected(first, 'a type');
    if (first.text === 'struct' || first.text === 'union') return this.#record(depth);
    const words: string[] = [];
    while (this.#peek().kind === 'word' && basicTypeWords.has(this.#peek().text)) words.push(this.#advance().text);
    const name = words.length > 0 ? words.join(' ') : first.text;
    if (name === 'void') {
      this.#advance();
      return null;
    }
    const extent = basicExtent(name, this.model);
    if (extent) return { ...extent };
    if (words.length === 0 && this.#peekAfter().text === '*') {
      this.#advance();
      return null;
    }
    throw new SizeofError('unknown-type', 'type', `${JSON.stringify(name)} is not a C type known here`, first.offset);
  }

  /** `struct tag` alone is incomplete: null. */
  #record(depth: number): CSize | null {
    const keyword = this.#advance();
    if (depth >= DEPTH)
      throw new SizeofError('too-large', 'type', `nests deeper than ${DEPTH} structs`, keyword.offset);
    if (this.#peek().kind === 'word') this.#advance();
    if (this.#peek().text !== '{') return null;
    this.#advance();
    const members: Member[] = [];
    while (this.#peek().text !== '}') this.#members(depth, members);
    const close = this.#advance();
    if (members.length === 0) throw new SizeofError('syntax', 'type', 'has a struct without members', close.offset);
    return keyword.text === 'union' ? unionOf(members) : layOut(members);
  }

  #members(depth: number, members: Member[]): void {
    const begin = this.#peek();
    const base = this.#base(depth + 1);
    for (;;) {
      const at = this.#peek();
      const starred = this.#stars(base);
      const name = this.#advance();
      if (name.kind !== 'word') throw unexpected(name, 'the name of a member');
      const extent = this.#dimensions(starred, at);
      members.push({ name: name.text, type: this.#spelling(begin, name), size: extent.size, align: extent.align });
      const sign = this.#advance();
      if (sign.text === ';') return;
      if (sign.text !== ',') throw unexpected(sign, '";"');
    }
  }

  /** What stands before the name, with the dimensions after it. */
  #spelling(begin: Token, name: Token): string {
    const from = this.#tokens.indexOf(begin);
    const at = this.#tokens.indexOf(name);
    const words = this.#tokens.slice(from, at).map((token) => token.text);
    const shown = words.includes('{') ? `${words[0]} {...}` : words.join(' ').replaceAll(' *', '*');
    return (
      shown +
      this.#tokens
        .slice(at + 1, this.#next)
        .map((token) => token.text)
        .join('')
    );
  }

  #stars(base: CSize | null): CSize | null {
    let result = base;
    while (this.#peek().text === '*') {
      this.#advance();
      result = { ...this.model.types.pointer };
    }
    return result;
  }

  #dimensions(element: CSize | null, at = this.#peek()): CSize {
    if (!element) throw new SizeofError('unknown-type', 'type', 'has no size: it is incomplete', at.offset);
    let count = 1;
    while (this.#peek().text === '[') {
      this.#advance();
      const length = this.#advance();
      if (length.kind !== 'number') throw unexpected(length, 'a number of elements');
      count *= Number(length.text);
      const close = this.#advance();
      if (close.text !== ']') throw unexpected(close, '"]"');
      if (count * element.size > Number.MAX_SAFE_INTEGER) {
        throw new SizeofError('too-large', 'type', 'is larger than 2^53 bytes', length.offset);
      }
    }
    return count === 1 ? element : { ...element, ...scaled(element, count) };
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? this.#tokens.at(-1) ?? END;
  }

  #peekAfter(): Token {
    return this.#tokens[this.#next + 1] ?? END;
  }

  #advance(): Token {
    const token = this.#peek();
    this.#next++;
    return token;
  }
}

const END: Token = { text: '', kind: 'end', offset: 0 };

function scaled(element: Extent, count: number): Extent {
  return { size: element.size * count, align: element.align };
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) {
      const offset = from + (/\S/.exec(text.slice(from))?.index ?? 0);
      throw new SizeofError(
        'syntax',
        'type',
        `has ${JSON.stringify(text[offset] ?? '')}, which C types do not`,
        offset,
      );
    }
    const word = match[1] ?? match[2] ?? match[3] ?? '';
    const kind = match[1] !== undefined ? 'word' : match[2] !== undefined ? 'number' : 'sign';
    tokens.push({ text: word, kind, offset: TOKEN.lastIndex - word.length });
  }
  return [...tokens, { text: '', kind: 'end', offset: end }];
}

function unexpected(token: Token, wanted = 'the end'): SizeofError {
  const found = token.kind === 'end' ? 'ends' : `has ${JSON.stringify(token.text)}`;
  return new SizeofError('syntax', 'type', `${found} where ${wanted} was expected`, token.offset);
}
