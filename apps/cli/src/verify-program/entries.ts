/**
 * The files under a directory, and how they are read.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** Largest text after unpacking, in bytes: a recording has a few MB. */
const LARGEST = 256 * 2 ** 20;

/** Paths of all files below `directory`, relative to it, sorted as a person would. */
export function entriesUnder(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .sort(byNaturalOrder);
}

export function byNaturalOrder(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

/** The file's text, unpacked if it is gzip. Throws what reading and unpacking throw. */
export function readText(file: string): string {
  const bytes = readFileSync(file);
  const isGzip = bytes.length > 1 && bytes[0] === 0x1f && bytes[1] === 0x8b;
  return (isGzip ? gunzipSync(bytes, { maxOutputLength: LARGEST }) : bytes).toString('utf8');
}

/** What the text is as JSON. Throws an `Error` that names the file. */
export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${file} is not JSON`);
  }
}
