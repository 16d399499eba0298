/** What is asked for when a pool is looked at from near: how it stands, its blocks, who asked for them, and who comes next. */
import { signal } from '@preact/signals';
import type { BlockView, SiteDescription, Subject } from '../../service/subject.js';

export interface PoolState {
  readonly address: string;
  readonly state: 'used' | 'full' | 'free' | 'neverUsed';
  readonly class: number | null;
  readonly size: number | null;
  readonly capacity: number;
  readonly used: number;
  readonly freed: number;
  readonly untouched: number;
  /** Indexes of the blocks that will be handed out, in order: last freed first, then those never used. */
  readonly next: readonly number[];
}

export interface PoolFound {
  readonly at: number;
  readonly arena: number;
  readonly pool: number;
  /** `null` in a model without pools. */
  readonly state: PoolState | null;
  readonly blocks: readonly BlockView[];
  /** By index, as blocks name them. */
  readonly sites: readonly (SiteDescription | undefined)[];
}

type Site = SiteDescription & { readonly index: number };

const PAGE = 1000;
/** Pages of sites that are read: a table longer than that is not needed to name some blocks. */
const MOST_PAGES = 20;

export class PoolDetail {
  readonly found = signal<PoolFound | null>(null);
  readonly #sites: (SiteDescription | undefined)[] = [];
  #wanted = 0;

  constructor(private readonly subject: Subject) {}

  /** What was found of this pool at this moment, if it is that. */
  of(at: number, arena: number | null, pool: number | null): PoolFound | null {
    const found = this.found.value;
    return found && found.at === at && found.arena === arena && found.pool === pool ? found : null;
  }

  forget(): void {
    this.#wanted++;
    this.found.value = null;
  }

  /** What is asked for last is what is found. */
  async read(at: number, arena: number, pool: number): Promise<void> {
    const turn = ++this.#wanted;
    const [state, blocks] = await Promise.all([this.#state(at, arena, pool), this.subject.pool(at, arena, pool)]);
    await this.#nameSites(blocks.reduce((most, { site }) => Math.max(most, site ?? 0), 0));
    if (turn === this.#wanted) this.found.value = { at, arena, pool, state, blocks, sites: this.#sites };
  }

  async #state(at: number, arena: number, pool: number): Promise<PoolState | null> {
    type Page = { readonly heap: { readonly items: readonly PoolState[] } };
    const { heap } = await this.subject.look<Page>(`/heap?at=${at}&detail=pools&arena=${arena}&pool=${pool}&limit=1`);
    const [state] = heap.items;
    return state && 'next' in state ? state : null;
  }

  async #nameSites(last: number): Promise<void> {
    for (let page = 0; page < MOST_PAGES && this.#sites.length <= last; page++) {
      const from = Math.max(1, this.#sites.length);
      const { items } = await this.subject.look<{ readonly items: readonly Site[] }>(
        `/sites?from=${from}&limit=${PAGE}`,
      );
      if (items.length === 0) return;
      for (const site of items) this.#sites[site.index] = site;
    }
  }
}

/** Live blocks by who asked for them, the most first. */
export function ownersOf({ blocks, sites }: PoolFound): readonly (readonly [owner: string, blocks: number])[] {
  const owners = new Map<string, number>();
  for (const { state, site } of blocks) {
    if (state !== 'live') continue;
    const place = site === undefined ? undefined : sites[site];
    const owner = place ? `${place.file}:${place.line}` : 'site not recorded';
    owners.set(owner, (owners.get(owner) ?? 0) + 1);
  }
  return [...owners].sort(([, a], [, b]) => b - a);
}
