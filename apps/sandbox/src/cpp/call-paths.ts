/**
 * From shadow stacks to sites. A site is a place in the source and the call that led there, so sites form a tree; each is
 * told once, the first time something happens there.
 *
 * A call that recurses does not make the path longer: where a frame at the same position is already above, the path goes on
 * from that one. So there are no more sites than the program has ways without a repetition.
 */
import type { Site } from '@heapcast/trace';
import type { LineTable } from './line-table.js';
import { functionAt, type WasmModule } from './wasm-module.js';

/** What comes before `main`. */
const OUTERMOST: ReadonlySet<string> = new Set(['_start', '__main_void', '__wasm_call_ctors', '__wasm_call_dtors']);
const MAIN: ReadonlySet<string> = new Set(['__original_main', '__main_argc_argv', '__main_void']);
/** What the C++ library writes into its names for the linker's sake. */
const LINKAGE = /\[abi:\w+\]|(?<=\bstd::)__2::/g;

interface Place {
  readonly function: string;
  readonly file: string;
  readonly line: number;
  /** Its sites, by the site of the caller. */
  readonly sites: Map<number, number>;
}

const NOWHERE = 0;
/** Beyond, what has no site yet is told with that of its caller. */
const MOST_SITES = 100_000;

export class CallPaths {
  readonly #sites: Site[] = [];
  /** The place of each site. */
  readonly #placeOf: Place[] = [];
  #told = 0;
  /** Site by the caller's site and the position of the call. */
  readonly #ways = new Map<number, number>();
  /** By position; `null` = a frame that is not shown. */
  readonly #places = new Map<number, Place | null>();
  /** By text: two calls on one line are one place. */
  readonly #placesByText = new Map<string, Place>();
  /** The stack that was resolved last, and the site of each of its frames. */
  #lastStack = new Uint32Array(64);
  #lastSites = new Uint32Array(64);
  #lastDepth = 0;

  constructor(
    private readonly module: WasmModule,
    private readonly lines: LineTable,
  ) {}

  get count(): number {
    return this.#sites.length;
  }

  /** @param stack positions, outermost first; only the first `depth` count. Answers the innermost site, 0 = none. */
  resolve(stack: Uint32Array, depth: number): number {
    if (depth > this.#lastStack.length) this.#makeRoom(depth);
    const common = Math.min(depth, this.#lastDepth);
    let at = 0;
    while (at < common && stack[at] === this.#lastStack[at]) at++;
    let site = at === 0 ? NOWHERE : this.#lastSites[at - 1];
    for (; at < depth; at++) {
      site = this.#step(site, stack[at]);
      this.#lastStack[at] = stack[at];
      this.#lastSites[at] = site;
    }
    this.#lastDepth = depth;
    return site;
  }

  /** Innermost first, at most `limit`. */
  path(site: number, limit: number): Site[] {
    const path: Site[] = [];
    for (let at = site; at !== NOWHERE && path.length < limit; at = this.#sites[at - 1].parent) {
      path.push(this.#sites[at - 1]);
    }
    return path;
  }

  /** Sites that were not told yet; `null` = none. */
  untold(): { readonly first: number; readonly sites: Site[] } | null {
    if (this.#told === this.#sites.length) return null;
    const first = this.#told + 1;
    this.#told = this.#sites.length;
    return { first, sites: this.#sites.slice(first - 1) };
  }

  /** Name of the function at a position, as a person would call it. */
  functionName(position: number): string {
    const name = functionAt(this.module, position)?.name ?? '';
    return MAIN.has(name) ? 'main' : name.replace(LINKAGE, '');
  }

  #step(from: number, position: number): number {
    const key = from * 2 ** 27 + position;
    const known = this.#ways.get(key);
    if (known !== undefined) return known;
    const to = this.#extend(from, position);
    this.#ways.set(key, to);
    return to;
  }

  #extend(from: number, position: number): number {
    const place = this.#placeAt(position);
    if (!place || this.#sites.length >= MOST_SITES) return from;
    for (let at = from; at !== NOWHERE; at = this.#sites[at - 1].parent) {
      if (this.#placeOf[at - 1] === place) return at;
    }
    const known = place.sites.get(from);
    if (known !== undefined) return known;
    const { function: name, file, line } = place;
    this.#sites.push({ function: name, file, line, parent: from });
    this.#placeOf.push(place);
    place.sites.set(from, this.#sites.length);
    return this.#sites.length;
  }

  #placeAt(position: number): Place | null {
    let place = this.#places.get(position);
    if (place === undefined) {
      place = this.#lookUp(position);
      this.#places.set(position, place);
    }
    return place;
  }

  #lookUp(position: number): Place | null {
    const name = functionAt(this.module, position)?.name;
    if (name === undefined) return null;
    const source = this.lines.at(position);
    if (source === null && OUTERMOST.has(name)) return null;
    const { file = '', line = 0 } = source ?? {};
    const text = `${name} ${line} ${file}`;
    const known = this.#placesByText.get(text);
    if (known) return known;
    const place = { function: this.functionName(position), file, line, sites: new Map<number, number>() };
    this.#placesByText.set(text, place);
    return place;
  }

  #makeRoom(depth: number): void {
    const room = Math.max(depth, 2 * this.#lastStack.length);
    const stack = new Uint32Array(room);
    const sites = new Uint32Array(room);
    stack.set(this.#lastStack);
    sites.set(this.#lastSites);
    this.#lastStack = stack;
    this.#lastSites = sites;
  }
}
