/** The CPython versions whose objects are known, in order, and ranges of them as the struct texts write them. */
import { SizeofError } from '../sizeof-error.js';

export const versions = ['2.7', '3.6', '3.7', '3.8', '3.9', '3.10', '3.11', '3.12', '3.13', '3.14'] as const;
export type Version = (typeof versions)[number];

/** Reads `3.11` and, by its first two numbers, `3.11.7`. @throws SizeofError `unknown-version` */
export function parseVersion(text: string): Version {
  const [, minor = ''] = /^(\d{1,3}\.\d{1,3})(?:\.\d{1,3})?$/.exec(text) ?? [];
  const found = versions.find((version) => version === minor);
  if (found) return found;
  throw new SizeofError('unknown-version', 'version', `is not one of ${versions.join(', ')}`);
}

/** Whether `version` is `first` or later. */
export function since(version: Version, first: Version): boolean {
  return versions.indexOf(version) >= versions.indexOf(first);
}

/** Whether a range holds a version: `3.8`, `3.8+` (and later), `3.6-3.9` (both included), several with commas. */
export function inRange(version: Version, range: string): boolean {
  return range.split(',').some((part) => {
    const [, first = '', plus, last] = /^([\d.]+)(\+)?(?:-([\d.]+))?$/.exec(part.trim()) ?? [];
    const at = versions.indexOf(version);
    const from = indexOf(first, range);
    const to = plus ? versions.length - 1 : last ? indexOf(last, range) : from;
    return at >= from && at <= to;
  });
}

function indexOf(text: string, range: string): number {
  const index = versions.findIndex((version) => version === text);
  if (index < 0) throw new Error(`"${range}" is no range of versions`);
  return index;
}
