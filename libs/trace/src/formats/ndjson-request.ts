/**
 * One request as a line of NDJSON says it: the fields, which of them are there, and what they mean together. The fast
 * scanner and the JSON fallback both fill this one object; the rules are here only.
 */
import { Op } from '../columns.js';
import type { TraceBuilder } from '../trace-builder.js';

/** Bits of `RequestLine.fields`. */
export const Field = {
  op: 1,
  id: 2,
  size: 4,
  as: 8,
  site: 16,
  time: 32,
  mark: 64,
  domain: 128,
  name: 256,
  label: 512,
  count: 1024,
  wild: 2048,
} as const;
/** The same, by name. */
export const FIELDS: ReadonlyMap<string, number> = new Map(Object.entries(Field));

const ops = {
  malloc: Op.malloc,
  calloc: Op.calloc,
  realloc: Op.realloc,
  free: Op.free,
  foreign: Op.foreign,
  mark: Op.mark,
} as const;
/** Ops by the word for them. */
export const OPS: ReadonlyMap<string, number> = new Map(Object.entries(ops));

const ANY = Field.op | Field.site | Field.time | Field.domain;
const ALLOWED: Readonly<Record<keyof typeof ops, number>> = {
  malloc: ANY | Field.id | Field.size | Field.name,
  calloc: ANY | Field.id | Field.size | Field.name | Field.count,
  realloc: ANY | Field.id | Field.size | Field.name | Field.as | Field.wild,
  free: ANY | Field.id | Field.wild,
  foreign: ANY | Field.id | Field.size | Field.name,
  mark: ANY | Field.mark | Field.label,
};
const NEEDED: Readonly<Record<keyof typeof ops, number>> = {
  malloc: Field.id | Field.size,
  calloc: Field.id | Field.size,
  realloc: Field.size,
  free: 0,
  foreign: Field.id,
  mark: 0,
};

/** The three tables above, by op. */
const ALLOWED_BY_OP = new Int32Array(16);
const NEEDED_BY_OP = new Int32Array(16);
const WORD_BY_OP: string[] = [];
for (const [word, op] of OPS) WORD_BY_OP[op] = word;
for (const [word, fields] of Object.entries(ALLOWED)) ALLOWED_BY_OP[OPS.get(word) ?? 0] = fields;
for (const [word, fields] of Object.entries(NEEDED)) NEEDED_BY_OP[OPS.get(word) ?? 0] = fields;

export class RequestLine {
  /** Which fields the line has. */
  fields = 0;
  op = 0;
  /** The id, when it is a whole number. */
  id = 0;
  /** The id, when it is a string; null otherwise. */
  idText: string | null = null;
  /** True: `"id": null`. */
  idIsNull = false;
  size = 0;
  as = 0;
  asText: string | null = null;
  site = 0;
  time = 0;
  mark = 0;
  domain = 0;
  name = '';
  label = '';
  wild = false;

  clear(): void {
    this.fields = 0;
    this.idText = null;
    this.idIsNull = false;
    this.asText = null;
    this.size = 0;
    this.mark = 0;
    this.domain = 0;
    this.wild = false;
  }

  /** Adds the request. Throws the builder's errors, and `bad-field` where the fields do not go together. */
  addTo(builder: TraceBuilder): void {
    const { fields, op } = this;
    if ((fields & ~ALLOWED_BY_OP[op]) !== 0 || (fields & NEEDED_BY_OP[op]) !== NEEDED_BY_OP[op])
      this.#refuseFields(builder);
    switch (op) {
      case Op.free:
        this.#addFree(builder);
        break;
      case Op.realloc:
        this.#addRealloc(builder);
        break;
      case Op.mark:
        builder.mark(this.mark, this.domain);
        if ((fields & Field.label) !== 0) builder.name(this.label);
        break;
      default:
        if (this.idIsNull)
          throw builder.fault('bad-field', `"id" is null; a ${WORD_BY_OP[op]} gives its new block an id`);
        builder.place(op | this.domain, this.size, this.idText ?? this.id);
        this.#nameBlock(builder, this.idText);
    }
    if ((fields & Field.site) !== 0) builder.site(this.site);
    if ((fields & Field.time) !== 0) builder.time(this.time);
  }

  #addFree(builder: TraceBuilder): void {
    this.#checkWild(builder);
    if (this.wild) builder.wildFree(this.domain);
    else if (this.idIsNull) builder.freeNull(this.domain);
    else builder.free(this.idText ?? this.id, this.domain);
  }

  #addRealloc(builder: TraceBuilder): void {
    this.#checkWild(builder);
    const hasAs = (this.fields & Field.as) !== 0;
    const hasName = (this.fields & Field.name) !== 0;
    if (this.idIsNull) {
      if (!hasAs) throw builder.fault('bad-field', 'realloc of null places a new block; give its id as "as"');
      builder.place(Op.reallocNull | this.domain, this.size, this.asText ?? this.as);
      this.#nameBlock(builder, this.asText);
      return;
    }
    if (hasName) throw builder.fault('bad-field', '"name" is for new blocks; a resized block keeps its name');
    if (this.wild && hasAs)
      throw builder.fault('bad-field', 'a wild realloc resizes no block, so "as" would name none');
    if (this.wild) builder.wildRealloc(this.size, this.domain);
    else builder.realloc(this.size, this.idText ?? this.id, this.domain, hasAs ? (this.asText ?? this.as) : undefined);
  }

  /** A block is called by its `name`, else by its id when that is a string. */
  #nameBlock(builder: TraceBuilder, idText: string | null): void {
    if ((this.fields & Field.name) !== 0) builder.name(this.name);
    else if (idText !== null) builder.name(idText);
  }

  #checkWild(builder: TraceBuilder): void {
    const hasId = (this.fields & Field.id) !== 0;
    if (hasId === this.wild) {
      const what = hasId ? 'has both "id" and "wild": true' : 'has no "id"';
      throw builder.fault(
        'bad-field',
        `the ${WORD_BY_OP[this.op]} ${what}; write the block's id, null for NULL, or only "wild": true for what never was a block`,
      );
    }
  }

  #refuseFields(builder: TraceBuilder): never {
    const word = WORD_BY_OP[this.op] ?? 'request';
    const known: string[] = [];
    let surplus = 'op';
    for (const [name, bit] of FIELDS) {
      if ((NEEDED_BY_OP[this.op] & ~this.fields & bit) !== 0)
        throw builder.fault('bad-field', `the ${word} has no "${name}"`);
      if ((ALLOWED_BY_OP[this.op] & bit) !== 0) known.push(name);
      else if ((this.fields & bit) !== 0) surplus = name;
    }
    throw builder.fault('bad-field', `a ${word} has no field "${surplus}"; it may have ${known.join(', ')}`);
  }
}
