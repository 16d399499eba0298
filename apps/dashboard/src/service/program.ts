/**
 * What ran in a session, by its public addresses: a program of commands, a scenario played step by step, or a snippet. What each can
 * tell of a moment differs; how it is asked for does not.
 */
import type {
  LeakView,
  ProgramCommand,
  ProgramEvent,
  ProgramMoves,
  ProgramSource,
  ProgramView,
  SessionDetail,
  SessionEvent,
  SessionTotals,
} from '@heapcast/contracts';
import { json } from './rest.js';
import type { BlockView } from './subject.js';
import { tokenOf } from './tokens.js';

export interface Step {
  readonly step: number;
  readonly sentence: string;
  readonly line: number;
  readonly isDone: boolean;
  /** Its first event; `null` = not played yet. */
  readonly from: number | null;
}

export interface Steps {
  readonly scenario: { readonly name: string; readonly side: string };
  readonly done: number;
  readonly of: number;
  readonly next: { readonly sentence: string; readonly line: number } | null;
  readonly steps: readonly Step[];
}

export interface TypeRow {
  readonly type: string;
  readonly blocks: number;
  readonly bytes: number;
}

/** Of a free list: a stretch of a region, in the order of addresses. */
export interface Chunk extends BlockView {
  readonly region: number;
}

interface ScenarioBody {
  readonly title: string;
  readonly sides: readonly { readonly name: string; readonly title: string; readonly source: ProgramSource }[];
}

interface SnippetSource {
  readonly source: string;
  readonly file: string;
}

export interface SiteItem {
  /** From 1 on. */
  readonly index: number;
  readonly function: string;
  readonly line: number;
  /** Index of the place that called it; 0 = none. */
  readonly parent: number;
}

const OBJECTS = 400;
const EVENTS_PAGE = 2000;
const SITES_PAGE = 1000;

export class ProgramSubject {
  private readonly path: string;
  readonly token: string | undefined;

  constructor(readonly id: string) {
    this.path = `/v1/sessions/${encodeURIComponent(id)}`;
    this.token = tokenOf(id);
  }

  detail(): Promise<SessionDetail> {
    return this.get('');
  }

  /** `null`: it plays no scenario. */
  async steps(detail: SessionDetail): Promise<Steps | null> {
    return scenarioOf(detail) === null ? null : this.get<Steps>('/steps');
  }

  /** What its lines are lines of. */
  async source(detail: SessionDetail): Promise<ProgramSource | null> {
    const { settings, kind } = detail;
    const program = settings?.['program'];
    if (typeof program === 'object' && program !== null && 'source' in program) {
      // The settings of a program session are ProgramSettings.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      return program.source as ProgramSource | null;
    }
    const scenario = scenarioOf(detail);
    if (scenario !== null) {
      const { sides } = await json<ScenarioBody>(`/v1/scenarios/${encodeURIComponent(scenario.name)}`);
      return sides.find(({ name }) => name === scenario.side)?.source ?? null;
    }
    if (kind !== 'snippet') return null;
    const { source, file } = await this.snippet();
    return { file, text: source };
  }

  snippet(): Promise<SnippetSource> {
    return json(`/v1/snippets/${encodeURIComponent(this.id)}`, this.asked());
  }

  /** Call sites from an index on; the table grows while it runs. */
  async sites(from: number): Promise<readonly SiteItem[]> {
    return (await this.get<{ readonly items: readonly SiteItem[] }>(`/sites?from=${from}&limit=${SITES_PAGE}`)).items;
  }

  state(at: number): Promise<ProgramView> {
    return this.get(`/program?at=${at}&limit=${OBJECTS}`);
  }

  leaks(at: number): Promise<LeakView> {
    return this.get(`/leaks?at=${at}&limit=50`);
  }

  /** Commands after event `from`. */
  commandsAfter(from: number, limit: number): Promise<ProgramMoves> {
    return this.get(`/commands?from=${from}&limit=${limit}`);
  }

  /** The last commands at or before event `to`. */
  commandsBefore(to: number, limit: number): Promise<ProgramMoves> {
    return this.get(`/commands?to=${to}&limit=${limit}`);
  }

  /** Events after event `from`, to `to` included. */
  async events(from: number, to: number): Promise<readonly SessionEvent[]> {
    const all: SessionEvent[] = [];
    for (let at = from; at < to;) {
      const page: { readonly events: readonly SessionEvent[] } = await this.get(
        `/events?from=${at}&limit=${Math.min(EVENTS_PAGE, to - at)}`,
      );
      if (page.events.length === 0) break;
      all.push(...page.events);
      at += page.events.length;
    }
    return all;
  }

  async chunks(at: number): Promise<readonly Chunk[]> {
    const { heap } = await this.get<{ readonly heap: { readonly items: readonly Chunk[] } }>(
      `/heap?at=${at}&detail=blocks&limit=200`,
    );
    return heap.items;
  }

  /** Bytes asked for and not given back. */
  async held(at: number): Promise<number> {
    const { totals } = await this.get<{ readonly totals: SessionTotals }>(`/stats?at=${at}`);
    return totals.requestedBytes + totals.rawBytes;
  }

  async types(at: number): Promise<readonly TypeRow[]> {
    return (await this.get<{ readonly rows: readonly TypeRow[] }>(`/profile?measure=live&by=type&at=${at}&limit=50`))
      .rows;
  }

  play(body: { readonly count: number } | { readonly all: true }): Promise<{ readonly seq: number }> {
    return json(`${this.path}/steps`, { ...this.asked(), method: 'POST', body });
  }

  command(
    commands: readonly ProgramCommand[],
  ): Promise<{ readonly seq: number; readonly results: readonly { readonly event: ProgramEvent }[] }> {
    return json(`${this.path}/commands`, { ...this.asked(), method: 'POST', body: { commands } });
  }

  private get<T>(rest: string): Promise<T> {
    return json<T>(`${this.path}${rest}`, this.asked());
  }

  private asked(): { readonly token?: string } {
    return this.token === undefined ? {} : { token: this.token };
  }
}

function scenarioOf({ settings }: SessionDetail): { readonly name: string; readonly side: string } | null {
  const scenario = settings?.['scenario'];
  if (typeof scenario !== 'object' || scenario === null || !('name' in scenario) || !('side' in scenario)) return null;
  return { name: String(scenario.name), side: String(scenario.side) };
}
