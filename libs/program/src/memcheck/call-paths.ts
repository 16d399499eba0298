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

  /** The path that has this place innermost, called from `caller`. */
  path(functionName: string, line: number, caller: number): number {
    const key = `${caller} ${line} ${functionName}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const path = this.functions.length;
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

  /** As a trace's site table. */
  sites(file = ''): Site[] {
    return this.functions
      .slice(1)
      .map((name, index) => ({ function: name, file, line: this.lines[index + 1], parent: this.callers[index + 1] }));
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
