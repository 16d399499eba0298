/**
 * The parts of a header that are JSON wherever they stand: the origin and the entries of the site table. What is not
 * named here is refused, so that a misspelt field is found at once.
 */
import { UNKNOWN_ORIGIN, type Site, type TraceOrigin } from '../columns.js';

/** Throws the reader's error, with its place. */
export type Refuse = (detail: string) => never;

export type JsonObject = Readonly<Record<string, unknown>>;

const LARGEST_U32 = 0xffff_ffff;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isWholeUpTo(value: unknown, largest: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= largest;
}

/** Refuses fields that are not among the known ones. */
export function onlyFields(object: JsonObject, known: readonly string[], what: string, refuse: Refuse): void {
  for (const field of Object.keys(object)) {
    if (!known.includes(field))
      refuse(`${what} has an unknown field ${JSON.stringify(field)}; known are ${known.join(', ')}`);
  }
}

const ORIGIN_FIELDS = ['recordedOn', 'arenaSize', 'poolSize', 'arenaMisalignment'];

export function readOrigin(value: unknown, refuse: Refuse): TraceOrigin {
  if (value === undefined) return UNKNOWN_ORIGIN;
  if (!isObject(value)) return refuse('"origin" is not an object');
  onlyFields(value, ORIGIN_FIELDS, '"origin"', refuse);
  const { recordedOn = '', arenaSize = 0, poolSize = 0, arenaMisalignment = [] } = value;
  if (typeof recordedOn !== 'string') return refuse('"recordedOn" is not a string');
  if (!isWholeUpTo(arenaSize, LARGEST_U32)) return refuse('"arenaSize" is not a whole number of bytes');
  if (!isWholeUpTo(poolSize, LARGEST_U32)) return refuse('"poolSize" is not a whole number of bytes');
  if (!Array.isArray(arenaMisalignment) || !arenaMisalignment.every((entry) => isWholeUpTo(entry, 255))) {
    return refuse('"arenaMisalignment" is not a list of whole numbers from 0 to 255');
  }
  return { recordedOn, arenaSize, poolSize, arenaMisalignment: Uint8Array.from(arenaMisalignment) };
}

export function originJson(origin: TraceOrigin): JsonObject {
  const { recordedOn, arenaSize, poolSize, arenaMisalignment } = origin;
  return { recordedOn, arenaSize, poolSize, arenaMisalignment: [...arenaMisalignment] };
}

const SITE_FIELDS = ['function', 'file', 'line', 'parent'];

/** `what` names the entry in errors. Whether the parent exists is the builder's to check. */
export function readSite(value: unknown, what: string, refuse: Refuse): Site {
  if (!isObject(value)) return refuse(`${what} is not an object`);
  onlyFields(value, SITE_FIELDS, what, refuse);
  const { function: name = '', file = '', line = 0, parent = 0 } = value;
  if (typeof name !== 'string') return refuse(`"function" of ${what} is not a string`);
  if (typeof file !== 'string') return refuse(`"file" of ${what} is not a string`);
  if (!isWholeUpTo(line, LARGEST_U32)) return refuse(`"line" of ${what} is not a whole number from 0`);
  if (!isWholeUpTo(parent, LARGEST_U32)) return refuse(`"parent" of ${what} is not the index of an earlier site`);
  return { function: name, file, line, parent };
}

export function siteJson(site: Site): JsonObject {
  return { function: site.function, file: site.file, line: site.line, parent: site.parent };
}
