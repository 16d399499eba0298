/**
 * Lines that a snippet ran, among what it asked for: marks become stops as they come. A line and its frames are two marks, but one
 * moment.
 */
import type { ObjectPlace, SessionEvent } from '@heapcast/contracts';
import type { SiteItem } from '../../service/program.js';
import { PLAIN, type Stop, type ToldFrame } from './stops.js';

type Open = { -readonly [Key in keyof Stop]: Stop[Key] };
/** Calls of a path that are told. */
const DEEPEST = 64;

export class LineStops {
  readonly #stops: Open[] = [];
  /** Lines with no request after them, whose frames may come in the next marks. */
  #waiting: { readonly site: number; readonly stop: Open }[] = [];
  readonly #sizes = new Map<number, number>();
  /** Where the blocks lie that are alive. */
  readonly places = new Map<number, ObjectPlace>();
  #live = 0;
  /** Call site of the last event that told one; 0 = none did. */
  site = 0;

  /**
   * @param siteOf what a call site is
   * @param isWhole it begins with the first event: what is alive is known
   */
  constructor(
    private readonly siteOf: (index: number) => SiteItem | undefined,
    private readonly isWhole: boolean,
  ) {}

  get stops(): readonly Stop[] {
    return [...this.#stops];
  }

  get last(): Stop | null {
    return this.#stops.at(-1) ?? null;
  }

  /** The next events. */
  take(events: readonly SessionEvent[]): void {
    for (const event of events) {
      if (event.site) this.site = event.site;
      if (event.op === 'mark') this.#mark(event);
      else this.#request(event);
    }
  }

  #mark({ seq, site = 0, label }: SessionEvent): void {
    const frames = label === undefined ? null : framesOf(label);
    const told = frames && this.#waiting.find((each) => each.site === site && each.stop.frames === null);
    const open = this.#stops.at(-1);
    if (told) {
      told.stop.frames = frames;
      if (open) open.end = seq;
      return;
    }
    const place = this.siteOf(site);
    const words = place ? `${place.function}, line ${place.line}` : 'A line';
    const stop = { ...PLAIN, seq, end: seq, line: place?.line ?? 0, words, reachable: this.#reachable, frames };
    this.#stops.push(stop);
    this.#waiting.push({ site, stop });
  }

  #request({ seq, outcome, block, size, address, arena, pool, index, blockSize }: SessionEvent): void {
    this.#waiting = [];
    if (outcome === 'freed') {
      this.#live -= this.#sizes.get(block) ?? 0;
      this.#sizes.delete(block);
      this.places.delete(block);
    } else if (outcome === 'placed' || outcome === 'raw' || outcome === 'moved' || outcome === 'inPlace') {
      this.#live += size - (this.#sizes.get(block) ?? 0);
      this.#sizes.set(block, size);
      this.places.set(block, { address, arena, pool, index, bytes: blockSize });
    }
    const open = this.#stops.at(-1);
    if (open) Object.assign(open, { end: seq, reachable: this.#reachable });
  }

  get #reachable(): number | null {
    return this.isWhole ? this.#live : null;
  }
}

/** The calls that lead to a site as frames that hold nothing that is known, innermost first. */
export function framesOfSite(site: number, siteOf: (index: number) => SiteItem | undefined): readonly ToldFrame[] {
  const frames: ToldFrame[] = [];
  for (let at = siteOf(site); at && frames.length < DEEPEST; at = siteOf(at.parent)) {
    frames.push({ function: at.function, locals: [], line: at.line });
  }
  return frames;
}

function framesOf(label: string): readonly ToldFrame[] | null {
  try {
    const told: { readonly frames?: readonly ToldFrame[] } = JSON.parse(label);
    return Array.isArray(told.frames) ? told.frames : null;
  } catch {
    return null;
  }
}
