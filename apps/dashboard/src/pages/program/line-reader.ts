/** Reads the lines of a snippet: all of a short one, as it grows; of a long one those around a moment. */
import type { ObjectPlace } from '@heapcast/contracts';
import type { ProgramSubject, SiteItem } from '../../service/program.js';
import { framesOfSite, LineStops } from './line-stops.js';
import type { More, Stop, ToldFrame } from './stops.js';

/** Events of a snippet that are read whole. */
const MOST_EVENTS = 20_000;
/** Events on each side of a moment, of a longer one. */
const AROUND = 1000;
/** Events before the present one among which the line is looked for that is being run. */
const LOOKED_BACK = [256, 4096] as const;
const ALL = { before: false, after: false };

export interface Lines {
  readonly stops: readonly Stop[];
  readonly more: More;
}

/** Where a snippet is that runs. */
export interface PresentLine {
  /** 0 = not known. */
  readonly line: number;
  /** Innermost first; `null` = not known. */
  readonly frames: readonly ToldFrame[] | null;
  /** Blocks that were asked for lately. */
  readonly places: ReadonlyMap<number, ObjectPlace>;
}

export class LineReader {
  readonly #sites: SiteItem[] = [];
  #whole = this.#lines(true);
  #read = 0;

  constructor(private readonly subject: ProgramSubject) {}

  /** @param end events that there are now */
  async read(at: number, end: number): Promise<Lines> {
    if (end > MOST_EVENTS) {
      const [from, to] = [Math.max(0, at - AROUND), Math.min(end, at + AROUND)];
      const window = this.#lines(false);
      await this.#take(window, from, to);
      return { stops: window.stops, more: { before: from > 0, after: to < end } };
    }
    await this.#take(this.#whole, this.#read, end);
    this.#read = Math.max(this.#read, end);
    return { stops: this.#whole.stops, more: ALL };
  }

  /** Where the blocks lie that were asked for, as far as all was read. */
  get places(): ReadonlyMap<number, ObjectPlace> {
    return this.#whole.places;
  }

  /** The line that is being run, when `end` events are there. */
  async present(end: number): Promise<PresentLine> {
    for (const back of LOOKED_BACK) {
      const from = Math.max(0, end - back);
      const lately = this.#lines(false);
      await this.#take(lately, from, end);
      const { last, site, places } = lately;
      if (!last && from > 0 && back !== LOOKED_BACK[1]) continue;
      const path = framesOfSite(site, this.#siteOf);
      const line = this.#siteOf(site)?.line ?? last?.line ?? 0;
      return { line, frames: last?.frames ?? (path.length > 0 ? path : null), places };
    }
    return { line: 0, frames: null, places: new Map() };
  }

  readonly #siteOf = (index: number): SiteItem | undefined => this.#sites[index - 1];

  #lines(isWhole: boolean): LineStops {
    return new LineStops((index) => this.#sites[index - 1], isWhole);
  }

  async #take(lines: LineStops, from: number, to: number): Promise<void> {
    const events = await this.subject.events(from, to);
    const most = events.reduce((highest, { site = 0 }) => Math.max(highest, site), 0);
    while (this.#sites.length < most) {
      const fresh = await this.subject.sites(this.#sites.length + 1);
      if (fresh.length === 0) break;
      this.#sites.push(...fresh);
    }
    lines.take(events);
  }
}
