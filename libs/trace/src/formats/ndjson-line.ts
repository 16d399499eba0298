/**
 * Reads any line of NDJSON by way of `JSON.parse`: the header, an entry of the site table, or a request in a form that
 * the scanner does not take. Every field is checked; whatever is wrong with it is refused in words.
 */
import { Domain, MAX_SIZE } from '../columns.js';
import type { TraceBuilder } from '../trace-builder.js';
import {
  isObject,
  isWholeUpTo,
  onlyFields,
  readOrigin,
  readSite,
  type JsonObject,
  type Refuse,
} from './header-json.js';
import { Field, FIELDS, OPS, type RequestLine } from './ndjson-request.js';

/** What an error shows of a value that is not as it should be. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** The header line. Answers how many events it promises, or -1 if it does not say. */
export function readHeaderLine(object: JsonObject, builder: TraceBuilder): number {
  const refuse = refuser(builder);
  onlyFields(object, ['heapcast', 'version', 'origin', 'sites', 'events'], 'the header', refuse);
  if (object['heapcast'] !== 'trace')
    refuse(`"heapcast" is ${shown(object['heapcast'])}; a trace has "heapcast": "trace"`);
  if (object['version'] !== 1) {
    throw builder.fault('unsupported-version', `version ${shown(object['version'])} is unknown; write "version": 1`);
  }
  builder.origin = readOrigin(object['origin'], refuse);
  const sites = object['sites'] ?? [];
  if (!Array.isArray(sites)) return refuse('"sites" is not a list');
  for (const site of sites) builder.addSite(readSite(site, `site ${builder.siteCount + 1}`, refuse));
  const events = object['events'];
  if (events === undefined) return -1;
  return isWholeUpTo(events, Number.MAX_SAFE_INTEGER) ? events : refuse('"events" is not a whole number');
}

/** `{"site": 1, "function": …}`: the next entry of the site table. */
export function readSiteLine(object: JsonObject, builder: TraceBuilder): void {
  const refuse = refuser(builder);
  const { site: index, ...entry } = object;
  const next = builder.siteCount + 1;
  if (index !== next)
    refuse(`this defines site ${shown(index)}; sites are defined in order, and the next one is ${next}`);
  builder.addSite(readSite(entry, `site ${next}`, refuse));
}

/** Fills `line` from a request in any JSON form. */
export function readRequest(object: JsonObject, line: RequestLine, builder: TraceBuilder): void {
  const refuse = refuser(builder);
  line.clear();
  for (const field of Object.keys(object)) {
    const bit = FIELDS.get(field);
    if (bit === undefined)
      return refuse(`unknown field ${shown(field)}; a request may have ${[...FIELDS.keys()].join(', ')}`);
    line.fields |= bit;
  }
  const { op, domain, wild } = object;
  const code = typeof op === 'string' ? OPS.get(op) : undefined;
  if (code === undefined) return refuse(`"op" is ${shown(op)}; it is one of ${[...OPS.keys()].join(', ')}`);
  line.op = code;
  const whole = (field: string, largest: number): number => {
    const value = object[field] ?? 0;
    if (object[field] === null || !isWholeUpTo(value, largest)) {
      return refuse(`"${field}" is ${shown(object[field])}; it is a whole number from 0 to ${largest}`);
    }
    return value;
  };
  const text = (field: string): string => {
    const value = object[field] ?? '';
    return typeof value === 'string' && object[field] !== null
      ? value
      : refuse(`"${field}" is ${shown(object[field])}; it is a string`);
  };
  if (typeof object['id'] === 'string') line.idText = object['id'];
  else if (object['id'] === null) line.idIsNull = true;
  else line.id = whole('id', Number.MAX_SAFE_INTEGER);
  if (typeof object['as'] === 'string') line.asText = object['as'];
  else line.as = whole('as', Number.MAX_SAFE_INTEGER);
  line.site = whole('site', MAX_SIZE);
  line.time = whole('time', Number.MAX_SAFE_INTEGER);
  line.mark = whole('mark', MAX_SIZE);
  line.name = text('name');
  line.label = text('label');
  line.size = whole('size', MAX_SIZE) * ((line.fields & Field.count) !== 0 ? whole('count', MAX_SIZE) : 1);
  if (line.size > MAX_SIZE) refuse(`"count" times "size" is ${line.size} bytes; at most ${MAX_SIZE} are possible`);
  if (wild !== undefined && wild !== true) refuse(`"wild" is ${shown(wild)}; it is true, or left out`);
  line.wild = wild === true;
  if (domain !== undefined && domain !== 'mem' && domain !== 'obj')
    refuse(`"domain" is ${shown(domain)}; it is "mem" or "obj"`);
  line.domain = domain === 'mem' ? Domain.mem : domain === 'obj' ? Domain.obj : Domain.unknown;
}

/** What kind of line an object is. */
export function lineKind(object: JsonObject): 'header' | 'site' | 'request' {
  if (Object.hasOwn(object, 'heapcast')) return 'header';
  return Object.hasOwn(object, 'site') && !Object.hasOwn(object, 'op') ? 'site' : 'request';
}

/** The object on a line, or null if the line is not JSON. Throws where it is JSON, but no object. */
export function parseLine(text: string, builder: TraceBuilder): JsonObject | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return isObject(value) ? value : refuser(builder)(`the line is ${shown(value)}; every line is one JSON object`);
}

function refuser(builder: TraceBuilder): Refuse {
  return (detail) => {
    throw builder.fault('bad-field', detail);
  };
}
