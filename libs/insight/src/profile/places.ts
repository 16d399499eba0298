/**
 * Call sites in groups: by line, by function, by file, or by call path. Groups of several site tables (two runs) that are
 * made with the same registry have the same numbers, so that they can be compared.
 *
 * Group 0 is "unknown": blocks without a site. A site table may hold a quarter of a million sites, in chains as long, so
 * nothing here walks a chain for each site, and long work lets others have their turn.
 */
import type { Site } from '@heapcast/trace';

export const GROUPINGS = ['line', 'function', 'file', 'path'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** What is known of a group. `null` = it differs within the group, or is not known. */
export interface Place {
  readonly function: string | null;
  readonly file: string | null;
  readonly line: number | null;
}

/** The sites of one table in groups. */
export interface SiteGroups {
  readonly by: Grouping;
  readonly registry: PlaceRegistry;
  /** Group of each site; index 0 is "no site". */
  readonly ofSite: Uint32Array;
  /** Caller of each site, always a smaller index; 0 = none. */
  readonly parents: Uint32Array;
}

const UNKNOWN: Place = { function: null, file: null, line: null };
/** Sites that are looked at between two pauses. */
const SLICE = 4096;

export class PlaceRegistry {
  readonly #numbers = new Map<string, number>();
  readonly #places: Place[] = [UNKNOWN];
  /** By group, for paths: the group of the caller's path. */
  readonly #callers: number[] = [0];

  /** About: texts are shared with the site table. */
  get byteLength(): number {
    return 256 * this.#places.length;
  }

  /** Groups, "unknown" among them. */
  get count(): number {
    return this.#places.length;
  }

  place(group: number): Place {
    return this.#places[group] ?? UNKNOWN;
  }

  /** The path that ends in a group: outermost call first, at most `most` calls, the innermost ones. */
  path(group: number, most: number): Place[] {
    const calls: Place[] = [];
    for (let at = group; at > 0 && calls.length < most; at = this.#callers[at]) calls.push(this.place(at));
    return calls.reverse();
  }

  /** Number of calls in the path. */
  depth(group: number): number {
    let depth = 0;
    for (let at = group; at > 0; at = this.#callers[at]) depth++;
    return depth;
  }

  /** The group of a site whose caller is in group `caller` (paths only). */
  number(site: Site, by: Grouping, caller: number): number {
    const key = keyOf(site, by, caller);
    const known = this.#numbers.get(key);
    if (known !== undefined) {
      const place = this.#places[known];
      if (by === 'line' && place.function !== site.function) this.#places[known] = { ...place, function: null };
      return known;
    }
    const number = this.#places.push(placeOf(site, by)) - 1;
    this.#callers.push(by === 'path' ? caller : 0);
    this.#numbers.set(key, number);
    return number;
  }
}

/** @param breathe resolves after others had their turn */
export async function groupSites(
  sites: readonly Site[],
  by: Grouping,
  breathe: () => Promise<void>,
  registry = new PlaceRegistry(),
): Promise<SiteGroups> {
  const ofSite = new Uint32Array(sites.length + 1);
  const parents = new Uint32Array(sites.length + 1);
  for (const [i, site] of sites.entries()) {
    const parent = site.parent <= i ? site.parent : 0;
    parents[i + 1] = parent;
    ofSite[i + 1] = registry.number(site, by, ofSite[parent]);
    if ((i + 1) % SLICE === 0) await breathe();
  }
  return { by, registry, ofSite, parents };
}

function keyOf(site: Site, by: Grouping, caller: number): string {
  switch (by) {
    case 'file':
      return site.file;
    case 'function':
      return `${site.file}\0${site.function}`;
    case 'line':
      return `${site.file}\0${site.line}`;
    case 'path':
    default:
      return `${caller}\0${site.file}\0${site.function}\0${site.line}`;
  }
}

function placeOf({ function: name, file, line }: Site, by: Grouping): Place {
  if (by === 'file') return { function: null, file, line: null };
  return { function: name, file, line: by === 'function' || line === 0 ? null : line };
}
