/**
 * What a heap page shows: a run, which is finished, or a session, which may still grow. Both answer the same questions at the
 * same addresses below their own.
 */
import {
  decodeHeapMap,
  decodeMapTints,
  type MapTints,
  type HeapMap,
  type ObjectPlace,
  type SessionEvent,
  type SessionKind,
  type SessionStatus,
} from '@heapcast/contracts';
import { runTitle } from '../words/run-title.js';
import { binary, json } from './rest.js';
import { tokenOf } from './tokens.js';

export interface Allocator {
  readonly model: string;
  readonly profile: string;
  readonly options: Readonly<Record<string, unknown>>;
}

export interface About {
  readonly name: string;
  readonly allocator: Allocator;
  /** Events that there are now. */
  readonly events: number;
  /** Will there be more? */
  readonly grows: boolean;
  /** What a session runs. */
  readonly runs?: SessionKind;
  /** It plays a scenario. */
  readonly scenario?: boolean;
  /** A run that waits or is being replayed: there is nothing to look at yet. */
  readonly unfinished?: boolean;
  /** The run that a finished session became. */
  readonly runId?: string | null;
}

/** Lowest and highest of each bucket; bucket i covers the positions edges[i] … edges[i + 1]. */
export interface WindowCurve {
  readonly edges: readonly number[];
  readonly requestedMax: readonly number[];
  readonly allocatedMax: readonly number[];
  readonly mappedMax: readonly number[];
}

export interface SiteDescription {
  readonly function: string;
  readonly file: string;
  readonly line: number;
}

export interface PinningBlock {
  readonly number: number;
  readonly name: string | null;
  readonly site: SiteDescription | null;
  readonly requested: number;
  readonly occupied: number;
  readonly pool: number;
  readonly index: number;
}

export interface PinnedRegion {
  readonly region: number;
  readonly size: number;
  readonly liveBlocks: number;
  readonly occupiedBytes: number;
  readonly blocks: readonly PinningBlock[];
}

export interface Pins {
  readonly at: number;
  readonly mapped: number;
  readonly pinned: number;
  readonly regions: readonly PinnedRegion[];
}

/** A block of a pool, as the heap in JSON tells it. */
export interface BlockView {
  readonly region?: number;
  readonly pool?: number;
  /** Index of its call site in the list of sites; 0 = not known. */
  readonly site?: number;
  readonly index: number;
  readonly address: string;
  readonly size: number;
  readonly state: 'live' | 'freed' | 'untouched' | 'free';
  readonly number?: number;
  readonly requested?: number;
  readonly placedAt?: number;
  readonly name?: string;
}

export interface BlockStory {
  readonly number: number;
  readonly name: string | null;
  readonly sentence: string;
  readonly freed: number | null;
  readonly lifetime: { readonly events: number };
  readonly steps: readonly {
    readonly seq: number;
    readonly op: string;
    readonly sentence: string;
    readonly site: SiteDescription | null;
  }[];
}

export interface FoundEvent extends SessionEvent {
  readonly place: SiteDescription | null;
}

/** A page of what a search found; `next` is where it goes on. */
export interface FoundEvents {
  readonly events: readonly FoundEvent[];
  readonly next: number | null;
  readonly scanned: number;
}

/** Blocks by the event that asked for them and by how long they lived, in powers of two. */
export interface LifeMap {
  readonly at: number;
  readonly columns: readonly { readonly from: number; readonly alive: number; readonly ended: readonly number[] }[];
}

export interface GrowthRow {
  readonly file: string | null;
  readonly line: number | null;
  readonly bytes: number;
  /** Bytes per 100,000 events. */
  readonly growth: number;
  readonly samples: readonly number[];
}

export interface Growth {
  readonly at: number;
  readonly rows: readonly GrowthRow[];
}

export interface Marks {
  readonly marks: readonly { readonly seq: number; readonly number: number; readonly label: string | null }[];
  readonly to: number;
}

/** Live memory by line, after minus before. */
export interface ProfileDifference {
  readonly note: string | null;
  readonly total: { readonly blocks: number; readonly bytes: number };
  readonly rows: readonly {
    readonly file: string | null;
    readonly line: number | null;
    readonly blocks: number;
    readonly bytes: number;
  }[];
}

interface BlockPlace {
  readonly place: (Omit<ObjectPlace, 'bytes'> & { readonly occupied: number }) | null;
}

interface RunBody {
  readonly name: string;
  readonly allocator: Allocator;
  readonly status: string;
  readonly trace: { readonly events: number; readonly name: string };
}
interface SessionBody {
  readonly name: string;
  readonly allocator: Allocator;
  readonly status: SessionStatus;
  readonly kind: SessionKind;
  readonly settings: Readonly<Record<string, unknown>> | null;
  readonly runId: string | null;
  readonly seq: number;
}

export class Subject {
  private readonly path: string;
  private readonly token: string | undefined;

  constructor(
    readonly kind: 'run' | 'session',
    readonly id: string,
    /** Reads it, where this browser has none of its own: of a classroom, say. */
    readable?: string,
  ) {
    this.path = `/v1/${kind}s/${encodeURIComponent(id)}`;
    // A private session's token opens the run that it became as well.
    this.token = tokenOf(id) ?? readable;
  }

  /** May requests be sent from here? */
  get mayWrite(): boolean {
    return this.kind === 'session' && this.token !== undefined;
  }

  get secret(): string | undefined {
    return this.token;
  }

  async about(): Promise<About> {
    if (this.kind === 'run') {
      const { name, allocator, trace, status } = await this.get<RunBody>('');
      const unfinished = status === 'pending' || status === 'running';
      return { name: runTitle(name, trace.name), allocator, events: trace.events, grows: false, unfinished };
    }
    const { name, allocator, seq, status, kind, settings, runId } = await this.get<SessionBody>('');
    return {
      name: name || 'Session',
      allocator,
      events: seq,
      grows: status === 'open',
      runs: kind,
      scenario: settings !== null && 'scenario' in settings,
      runId,
    };
  }

  /** @param at `null` = as it is now */
  async map(at: number | null, arena: number | null): Promise<HeapMap> {
    const query = [at === null ? '' : `at=${at}`, arena === null ? '' : `arena=${arena}`].filter(Boolean).join('&');
    return decodeHeapMap(await binary(`${this.path}/map?${query}`, this.asked()));
  }

  async tints(at: number, arena: number | null, by: 'age' | 'site'): Promise<MapTints> {
    const query = arena === null ? '' : `&arena=${arena}`;
    return decodeMapTints(await binary(`${this.path}/map/tints?by=${by}&at=${at}${query}`, this.asked()));
  }

  /** @param query of `events/search` */
  search(query: string): Promise<FoundEvents> {
    return this.get(`/events/search?${query}`);
  }

  profileBetween(from: number, to: number): Promise<ProfileDifference> {
    return this.get(`/profile?measure=live&by=line&limit=20&from=${from}&at=${to}`);
  }

  lifeMap(at: number): Promise<LifeMap> {
    return this.get(`/lifetimes/map?at=${at}&columns=160`);
  }

  growth(at: number): Promise<Growth> {
    return this.get(`/growth?at=${at}&samples=24`);
  }

  marks(from: number): Promise<Marks> {
    return this.get(`/marks?from=${from}`);
  }

  curve(from: number, to: number, buckets: number): Promise<WindowCurve> {
    return this.get(`/curve?from=${from}&to=${to}&buckets=${buckets}`);
  }

  pins(at: number): Promise<Pins> {
    return this.get(`/pins?at=${at}`);
  }

  async events(from: number, limit: number): Promise<readonly SessionEvent[]> {
    return (await this.get<{ readonly events: readonly SessionEvent[] }>(`/events?from=${from}&limit=${limit}`)).events;
  }

  async pool(at: number, arena: number, pool: number): Promise<readonly BlockView[]> {
    const query = `at=${at}&detail=blocks&arena=${arena}&pool=${pool}&limit=2000`;
    return (await this.get<{ readonly heap: { readonly items: readonly BlockView[] } }>(`/heap?${query}`)).heap.items;
  }

  /** Blocks of all cells in use, of one region or of all. */
  async blocks(at: number, region: number | null, limit: number): Promise<readonly BlockView[]> {
    const query = `at=${at}&detail=blocks${region === null ? '' : `&arena=${region}`}&limit=${limit}`;
    return (await this.get<{ readonly heap: { readonly items: readonly BlockView[] } }>(`/heap?${query}`)).heap.items;
  }

  /** The first thousand call sites of a run's trace, at the index that its blocks tell. A session's are told with its pins alone. */
  async sites(): Promise<readonly (SiteDescription | undefined)[]> {
    if (this.kind !== 'run') return [];
    const { trace } = await this.get<{ readonly trace: { readonly id: string } }>('');
    type Page = { readonly items: readonly (SiteDescription & { readonly index: number })[] };
    const { items } = await json<Page>(`/v1/traces/${trace.id}/sites`, this.asked());
    const sites: (SiteDescription | undefined)[] = [];
    for (const site of items) sites[site.index] = site;
    return sites;
  }

  /** The event before a moment and the state at it, in sentences: in the party's words, or the allocator's. */
  async told(at: number, words: 'party' | 'allocator'): Promise<{ readonly event: string; readonly state: string }> {
    const lens = words === 'party' ? '&lens=party' : '';
    type Told = { readonly events: readonly (SessionEvent & { readonly sentence?: string })[] };
    const [state, event] = await Promise.all([
      this.get<{ readonly sentence: string }>(`/stats?at=${at}${lens}`),
      at === 0 ? null : this.get<Told>(`/events?from=${at - 1}&limit=1${lens}`),
    ]);
    const last = event?.events[0];
    return { state: state.sentence, event: last?.sentence ?? (last ? `${last.op} ${last.size}: ${last.outcome}` : '') };
  }

  story(block: number, at: number): Promise<BlockStory> {
    return this.get(`/blocks/${block}?at=${at}`);
  }

  /** Where a block lies; `null` = it has no place at that moment. */
  async placeOf(block: number, at: number): Promise<ObjectPlace | null> {
    const { place } = await this.get<BlockPlace>(`/blocks/${block}?at=${at}`);
    if (!place) return null;
    const { address, arena, pool, index, occupied: bytes } = place;
    return { address, arena, pool, index, bytes };
  }

  async sentence(at: number): Promise<string> {
    return (await this.get<{ readonly sentence: string }>(`/stats?at=${at}`)).sentence;
  }

  /** Whatever else is below its address; `rest` begins with a slash. */
  look<T>(rest: string): Promise<T> {
    return this.get(rest);
  }

  private get<T>(rest: string): Promise<T> {
    return json<T>(`${this.path}${rest}`, this.asked());
  }

  private asked(): { readonly token?: string } {
    return this.token === undefined ? {} : { token: this.token };
  }
}
