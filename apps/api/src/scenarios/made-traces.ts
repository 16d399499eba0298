/**
 * The traces that scenarios' sides make: generated once, stored like any upload, found again afterwards. A program is carried
 * out by an engine in its thread, and what it tells of the end (leaks, resources, the collector's work) is kept beside.
 */
import { randomUUID } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';
import { MAX_COMMANDS, type LeakReport, type ProgramState } from '@heapcast/contracts';
import { TraceStore } from '@heapcast/database';
import { EnginePool } from '@heapcast/engine';
import type { Parameters, ProgramSide, Scenario, Side } from '@heapcast/scenarios';
import { formats, Op, OP_MASK, type Site, type TraceChunk, type TraceHeader, UNKNOWN_ORIGIN } from '@heapcast/trace';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { checkProgram } from '../programs/program-check.js';
import { TracesService } from '../traces/traces.service.js';
import { readAsset } from './scenario-assets.js';

/** What a program was like when its side was over. */
export interface ProgramEnd {
  readonly state: ProgramState;
  readonly leaks: LeakReport;
  readonly stackOverflows: number;
}

export interface PhaseMark {
  readonly at: number;
  readonly label: string;
}

export interface MadeTrace {
  /** Content id. */
  readonly id: string;
  /** Each mark that ends a phase, the first mark included, with its index; empty for programs. */
  readonly marks: readonly PhaseMark[];
  readonly program: ProgramEnd | null;
}

/** A trace on its way, or made. */
export interface Making {
  readonly made: Promise<MadeTrace>;
  /** Requests that were generated so far; all of them, once it is made. */
  readonly events: number;
  readonly isMade: boolean;
}

interface Content {
  readonly name: string;
  readonly header: TraceHeader;
  readonly chunks: Iterable<TraceChunk>;
  readonly program: ProgramEnd | null;
}

const KEPT = 200;
const NO_JOURNAL = async (): Promise<readonly never[]> => [];

@Injectable()
export class MadeTraces {
  readonly #made = new LRUCache<string, TraceInMaking>({ max: KEPT });

  constructor(
    private readonly traces: TracesService,
    private readonly store: TraceStore,
    private readonly engines: EnginePool,
  ) {}

  /** @throws TraceFormatError when it is longer than this service takes, ProblemException `unavailable` */
  async of(scenario: Scenario, side: Side, parameters: Parameters): Promise<MadeTrace> {
    return (await this.begin(scenario, side, parameters)).made;
  }

  /** The same while it goes on; `made` rejects as `of` does. */
  async begin(scenario: Scenario, side: Side, parameters: Parameters): Promise<Making> {
    const key =
      side.kind === 'trace'
        ? `${scenario.name} ${side.traceKey(parameters)}`
        : `${scenario.name} ${side.name} ${JSON.stringify(parameters)}`;
    const known = this.#made.get(key);
    // Somebody may have deleted it.
    if (known && (!known.isMade || (await this.store.find((await known.made).id)))) return known;
    const making = new TraceInMaking((generated) => this.#make(scenario, side, parameters, generated));
    this.#made.set(key, making);
    making.made.catch(() => {
      if (this.#made.peek(key) === making) this.#made.delete(key);
    });
    return making;
  }

  async #make(
    scenario: Scenario,
    side: Side,
    parameters: Parameters,
    generated: (events: number) => void,
  ): Promise<MadeTrace> {
    const content =
      side.kind === 'trace'
        ? traceContent(side.trace(parameters, readAsset))
        : await this.#carryOut(scenario, side, parameters);
    const { name, header, chunks, program } = content;
    // Making the beginning takes as long as a chunk: others get their turn before the first one.
    await breathe();
    const marks: PhaseMark[] = [];
    const source = async function* (): AsyncGenerator<TraceChunk> {
      let first = 0;
      for (const chunk of chunks) {
        if (!program) for (const { at, label } of marksOf(chunk)) marks.push({ at: first + at, label });
        first += chunk.length;
        generated(first);
        yield chunk;
        await breathe();
      }
    };
    const bytes = async function* (): AsyncGenerator<Buffer> {
      for await (const piece of formats.columns.writer(header, source)) {
        yield Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
      }
    };
    const { record } = await this.traces.receive({ bytes: bytes(), format: formats.columns, name: name.slice(0, 200) });
    return { id: record.id, marks, program };
  }

  async #carryOut(scenario: Scenario, side: ProgramSide, parameters: Parameters): Promise<Content> {
    const key = `scenario:${randomUUID()}`;
    const { file, text } = side.source;
    await this.engines.open(key, checkProgram({ ...side.choice(parameters), source: { file, text } }));
    try {
      const chunks: TraceChunk[] = [];
      const sites: Site[] = [];
      let stackOverflows = 0;
      let end = 0;
      const commands = side.steps(parameters).flatMap((step) => step.commands);
      for (let from = 0; from < commands.length; from += MAX_COMMANDS) {
        const applied = await this.engines.apply(key, commands.slice(from, from + MAX_COMMANDS));
        chunks.push(applied.chunk);
        sites.push(...(applied.growth?.sites ?? []));
        stackOverflows += applied.events.filter(({ outcome }) => outcome === 'stackOverflow').length;
        end = applied.firstSeq + applied.chunk.length - 1;
      }
      const state = await this.engines.look(key, end, { kind: 'state', objects: { limit: 1 } }, NO_JOURNAL);
      const leaks = await this.engines.look(key, end, { kind: 'leaks' }, NO_JOURNAL);
      const header = { ...headerOf(sites), hasSites: sites.length > 0 };
      return { name: `${scenario.name}: ${side.name}`, header, chunks, program: { state, leaks, stackOverflows } };
    } finally {
      await this.engines.close(key);
    }
  }
}

class TraceInMaking implements Making {
  readonly made: Promise<MadeTrace>;
  events = 0;
  isMade = false;

  constructor(make: (generated: (events: number) => void) => Promise<MadeTrace>) {
    this.made = make((events) => (this.events = events)).then((made) => {
      this.isMade = true;
      return made;
    });
  }
}

function traceContent({ name, origin, sites, chunks }: ReturnType<Extract<Side, { kind: 'trace' }>['trace']>): Content {
  return { name, header: { ...headerOf(sites), origin, hasSites: true }, chunks, program: null };
}

/** As far as a writer needs to know it beforehand. */
function headerOf(sites: readonly Site[]): TraceHeader {
  return {
    events: 0,
    blocks: 0,
    slots: 0,
    origin: UNKNOWN_ORIGIN,
    sites,
    hasSites: false,
    hasTimes: false,
    hasNames: true,
  };
}

function marksOf({ op, names }: TraceChunk): PhaseMark[] {
  return [...(names ?? [])].filter(([at]) => (op[at] & OP_MASK) === Op.mark).map(([at, label]) => ({ at, label }));
}
