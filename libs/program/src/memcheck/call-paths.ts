/**
 * Call paths, each kept once: a tree whose nodes are places (function and line) under the call that led there. A path is
 * the number of its innermost node, so two blocks came from the same place in the same calls exactly if their numbers
 * are equal. The numbering is that of a trace's site table: 1-based, a caller's number smaller than its callees'.
 */
import type { Site } from '@heapcast/trace';

/** The path of `main`'s own caller. */
export const NO_PATH = 0;

export class CallPaths {
  private readonly functions: string[] = [''];
  private readonly lines: number[] = [0];
  private readonly callers: number[] = [NO_PATH];
  private readonly known = new Map<string, number>();

  /** `limit`: at most so many paths are kept apart; further ones are `NO_PATH`. */
  constructor(private readonly limit = Infinity) {}

  /** Paths so far: they are numbered 1 … count. */
  get count(): number {
    return this.functions.length - 1;
  }

  /** The path that has this place innermost, called from `caller`. */
  path(functionName: string, line: number, caller: number): number {
    const key = `${caller} ${line} ${functionName}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const path = this.functions.length;
    if (path > this.limit) return NO_PATH;
    this.functions.push(functionName);
    this.lines.push(line);
    this.callers.push(caller);
    this.known.set(key, path);
    return path;
  }

  /** The innermost place, as `function:line`. */
  place(path: number): string {
    return `${this.functions[path]}:${this.lines[path]}`;
  }

  /** Innermost first: `Leak:3 main:1`. */
  text(path: number): string {
    const places: string[] = [];
    for (let at = path; at !== NO_PATH; at = this.callers[at]) places.push(this.place(at));
    return places.join(' ');
  }

  /** The places of a path, innermost first, at most `most`. */
  places(path: number, most: number): { readonly function: string; readonly line: number }[] {
    const places: { readonly function: string; readonly line: number }[] = [];
    for (let at = path; at !== NO_PATH && places.length < most; at = this.callers[at]) {
      places.push({ function: this.functions[at], line: this.lines[at] });
    }
    return places;
  }

  /** As a trace's site table; `from`: without its first so many entries. */
  sites(file = '', from = 0): Site[] {
    return this.functions.slice(from + 1).map((name, index) => {
      const path = from + 1 + index;
      return { function: name, file, line: this.lines[path], parent: this.callers[path] };
    });
  }

  /** Becomes the table that `sites` gave. */
  restore(sites: readonly Site[]): void {
    this.functions.length = 1;
    this.lines.length = 1;
    this.callers.length = 1;
    this.known.clear();
    for (const site of sites) this.path(site.function, site.line, site.parent);
  }
}
