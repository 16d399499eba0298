/**
 * Where requests come from: a line of the snippet together with the calls that led there, numbered from 1 as they appear.
 *
 * Deep recursion would make a site of every depth: beyond `DEEPEST` calls a site hangs on the site of that depth, and when the
 * table is full, lines that have no site yet get 0.
 */
import type { Site } from '@heapcast/trace';

const DEEPEST = 64;
const MOST = 100_000;
/** Stands for everything between the last call kept and the line: see `DEEPEST`. */
const LINES = 1_048_576;

export class SiteTable {
  readonly #fresh: Site[] = [];
  /** By caller's site: by code × lines + line: the site. */
  readonly #known = new Map<number, Map<number, number>>();
  readonly #names = new Map<number, string>();
  readonly #depths: number[] = [0];
  readonly #parents: number[] = [0];
  #count = 0;

  constructor(private readonly file: string) {}

  /** Tells the function's name of a code object. */
  name(code: number, name: string): void {
    this.#names.set(code, name);
  }

  isOurs(code: number): boolean {
    return this.#names.has(code);
  }

  functionName(code: number): string {
    return this.#names.get(code) ?? '?';
  }

  find(caller: number, code: number, line: number): number {
    const parent = (this.#depths[caller] ?? 0) >= DEEPEST ? (this.#parents[caller] ?? 0) : caller;
    let callees = this.#known.get(parent);
    if (callees === undefined) {
      callees = new Map();
      this.#known.set(parent, callees);
    }
    const key = code * LINES + line;
    const known = callees.get(key);
    if (known !== undefined) return known;
    if (this.#count >= MOST) return 0;
    const site = ++this.#count;
    callees.set(key, site);
    this.#depths.push((this.#depths[parent] ?? 0) + 1);
    this.#parents.push(parent);
    this.#fresh.push({ function: this.functionName(code), file: this.file, line, parent });
    return site;
  }

  /** Sites that were not taken yet, and the number of the first. */
  take(): { readonly first: number; readonly sites: Site[] } {
    const sites = this.#fresh.splice(0);
    return { first: this.#count - sites.length + 1, sites };
  }
}
