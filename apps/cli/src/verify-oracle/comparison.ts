/**
 * Replays a recorded trace on the model of its Python version and compares with what CPython did: every placement, every
 * arena mapped and unmapped with its index in `arenas[]` and its misalignment, and the text of `_debugmallocstats` at
 * the marks where it was recorded. Stops at the first event that differs.
 */
import {
  createModel,
  listModels,
  resolveConfig,
  type AllocatorModel,
  type MappingEvent,
  type PlacementColumns,
  type ResolvedConfig,
} from '@heapcast/allocators';
import { Op, OP_MASK, type TraceChunk, type TraceHeader } from '@heapcast/trace';
import { describeCode, PlacementCode } from './placement-code.js';
import { judgeTexts, type TextPair } from './printed-text.js';
import type { Oracle, RecordedTrace } from './recording.js';

/** Where a replay and the recording part. */
export interface Difference {
  /** Index of the request. */
  readonly event: number;
  readonly request: string;
  readonly expected: string;
  readonly got: string;
}

export interface Comparison {
  readonly profile: string;
  readonly events: number;
  /** Arenas mapped over the whole run. */
  readonly arenas: number;
  /** Texts of `_debugmallocstats` that were compared, and how many of them were equal byte for byte. */
  readonly texts: { readonly compared: number; readonly equal: number };
  readonly difference: Difference | null;
  /** Seconds in the model. */
  readonly seconds: number;
}

const UNMAPPED = 0x8000_0000;
const PAGE = 4096;
const NAMES = new Map<number, string>(Object.entries(Op).map(([name, code]) => [code, name]));

function rank(major: string, minor: string): number {
  return Number(major) * 1000 + Number(minor);
}

/** The profile of the version that made a recording; for a version without one the nearest before it. */
export function profileOf(header: TraceHeader): string {
  const version = /^cpython-(\d+)\.(\d+)/.exec(header.origin.recordedOn);
  if (!version) throw new Error('the trace does not say which Python version made it');
  const profiles = listModels()
    .filter(({ name }) => name === 'pymalloc')
    .flatMap((model) => model.profiles)
    .flatMap(({ name }) => {
      const known = /^cpython-(\d+)\.(\d+)$/.exec(name);
      return known ? [{ name, rank: rank(known[1], known[2]) }] : [];
    })
    .sort((a, b) => b.rank - a.rank);
  const fitting = profiles.find((profile) => profile.rank <= rank(version[1], version[2]));
  if (!fitting) throw new Error(`no profile for ${header.origin.recordedOn}`);
  return fitting.name;
}

function configOf(header: TraceHeader): ResolvedConfig {
  const { arenaSize, poolSize } = header.origin;
  const answer = resolveConfig({
    model: 'pymalloc',
    profile: profileOf(header),
    // The header has the last word on the geometry.
    options: { ...(arenaSize > 0 && { arenaSize }), ...(poolSize > 0 && { poolSize }) },
  });
  if ('resolved' in answer) return answer.resolved;
  throw new Error(answer.problems.map(({ path, message }) => `${path} ${message}`).join('; '));
}

export function compare(
  trace: RecordedTrace,
  oracle: Oracle,
  printed: ReadonlyMap<number, string> = new Map(),
): Comparison {
  const config = configOf(trace.header);
  const model = createModel(config, trace.header.origin);
  const comparer = new Comparer(model, config, oracle, printed);
  let difference: Difference | null = null;
  for (const chunk of trace.chunks) {
    difference = comparer.chunk(chunk);
    if (difference) break;
  }
  difference ??= comparer.end();
  const { events, arenas, seconds, texts: pairs } = comparer;
  const { compared, equal, fault } = judgeTexts(pairs);
  if (fault && !difference) {
    const { mark, expected, got } = fault;
    difference = { event: comparer.eventOf(mark), request: `debugmallocstats at mark ${mark}`, expected, got };
  }
  return { profile: config.profile, events, arenas, texts: { compared, equal }, difference, seconds };
}

class Comparer {
  events = 0;
  seconds = 0;
  arenas = 0;
  readonly texts: TextPair[] = [];
  private readonly markEvents = new Map<number, number>();
  private results = 0;
  private arenaEvents = 0;
  private readonly code: PlacementCode;
  private readonly poolSize: number;
  private readonly textsLeft: Map<number, string>;
  private out: PlacementColumns = columns(0);

  constructor(
    private readonly model: AllocatorModel,
    config: ResolvedConfig,
    private readonly oracle: Oracle,
    printed: ReadonlyMap<number, string>,
  ) {
    this.poolSize = Number(config.options.poolSize);
    this.code = new PlacementCode(this.poolSize, model.unit);
    this.textsLeft = new Map(printed);
  }

  /** Replays a chunk, in parts that end at the marks whose text was recorded. */
  chunk(chunk: TraceChunk): Difference | null {
    if (this.out.outcome.length < chunk.length) this.out = columns(chunk.length);
    let from = 0;
    while (from < chunk.length) {
      const to = this.partEnd(chunk, from);
      const start = performance.now();
      this.model.apply(chunk, from, to, this.out);
      this.seconds += (performance.now() - start) / 1000;
      const placement = this.comparePlacements(chunk, from, to);
      const arena = this.compareArenas(chunk, from);
      this.events += to - from;
      const first = placement && arena ? (arena.event <= placement.event ? arena : placement) : (placement ?? arena);
      if (first) return first;
      this.takeText(chunk, to - 1);
      from = to;
    }
    return null;
  }

  /** What the recording has beyond the end of the trace. */
  end(): Difference | null {
    const { results, arenaEvents } = this.oracle;
    const beyond = { event: this.events, request: 'end of the trace', got: 'the end' };
    if (this.results < results.length) {
      return { ...beyond, expected: `${results.length - this.results} more placements` };
    }
    if (3 * this.arenaEvents < arenaEvents.length) {
      return { ...beyond, expected: describeArenaEvent(...this.recordedArenaEvent(this.arenaEvents)) };
    }
    const [mark] = this.textsLeft.keys();
    return mark === undefined ? null : { ...beyond, expected: `mark ${mark}, where a text was recorded` };
  }

  private partEnd(chunk: TraceChunk, from: number): number {
    for (let index = from; this.textsLeft.size > 0 && index < chunk.length; index++) {
      if ((chunk.op[index] & OP_MASK) === Op.mark && this.textsLeft.has(chunk.size[index])) return index + 1;
    }
    return chunk.length;
  }

  private comparePlacements(chunk: TraceChunk, from: number, to: number): Difference | null {
    const { results } = this.oracle;
    for (let index = from; index < to; index++) {
      if (!isPlacing(chunk.op[index])) continue;
      const got = this.code.of(this.out, index, chunk.size[index]);
      const expected = results[this.results++];
      if (got === expected) continue;
      const event = this.events + index - from;
      return {
        event,
        request: describeRequest(chunk, index),
        expected: describeCode(expected),
        got: describeCode(got),
      };
    }
    return null;
  }

  private compareArenas(chunk: TraceChunk, from: number): Difference | null {
    const mappings = this.model.takeMappings();
    const end = this.events + chunk.length - from;
    for (let next = 0; ; next++) {
      const got = next < mappings.length ? this.arenaEventOf(mappings[next]) : undefined;
      const recorded = this.recordedArenaEvent(this.arenaEvents);
      // What was recorded for later requests is not due yet.
      const expected = recorded[0] < end && recorded[0] < this.model.totals().events ? recorded : undefined;
      if (!got && !expected) return null;
      if (got && expected && got.every((word, index) => word === expected[index])) {
        this.arenaEvents++;
        if (mappings[next].kind === 'map') this.arenas++;
        continue;
      }
      const event = Math.min(got?.[0] ?? Infinity, expected?.[0] ?? Infinity);
      return {
        event,
        request: describeRequest(chunk, from + event - this.events),
        expected: expected ? describeArenaEvent(...expected) : 'no arena mapped or unmapped',
        got: got ? describeArenaEvent(...got) : 'no arena mapped or unmapped',
      };
    }
  }

  /** Index of the mark's request. */
  eventOf(mark: number): number {
    return this.markEvents.get(mark) ?? 0;
  }

  private takeText(chunk: TraceChunk, index: number): void {
    const mark = chunk.size[index];
    const expected = (chunk.op[index] & OP_MASK) === Op.mark ? this.textsLeft.get(mark) : undefined;
    if (expected === undefined) return;
    this.textsLeft.delete(mark);
    this.markEvents.set(mark, this.events - 1);
    this.texts.push({ mark, expected, got: this.model.debugMallocStats() ?? '' });
  }

  private recordedArenaEvent(index: number): ArenaEvent {
    const words = this.oracle.arenaEvents;
    return 3 * index < words.length ? [words[3 * index], words[3 * index + 1], words[3 * index + 2]] : [Infinity, 0, 0];
  }

  private arenaEventOf({ event, kind, region, slot, lead }: MappingEvent): ArenaEvent {
    const misalignment = lead === 0 ? 0 : (this.poolSize - lead) / PAGE;
    return [event, (kind === 'unmap' ? region | UNMAPPED : region) >>> 0, (slot | (misalignment << 24)) >>> 0];
  }
}

/** Request, arena ordinal (and whether unmapped), index in `arenas[]` and misalignment, as the oracle has them. */
type ArenaEvent = [event: number, arena: number, slot: number];

function columns(length: number): PlacementColumns {
  return { outcome: new Uint8Array(length), region: new Int32Array(length), offset: new Int32Array(length) };
}

function isPlacing(op: number): boolean {
  const kind = op & OP_MASK;
  return (
    kind === Op.malloc ||
    kind === Op.calloc ||
    kind === Op.realloc ||
    kind === Op.reallocNull ||
    kind === Op.staleRealloc
  );
}

function describeRequest(chunk: TraceChunk, index: number): string {
  const kind = chunk.op[index] & OP_MASK;
  const name = NAMES.get(kind) ?? `op ${kind}`;
  return kind === Op.free ? name : `${name}(${chunk.size[index]})`;
}

function describeArenaEvent(_event: number, arena: number, slot: number): string {
  const what = (arena & UNMAPPED) === 0 ? 'mapped' : 'unmapped';
  const place = `slot ${slot & 0xff_ffff}, misaligned by ${slot >>> 24} pages`;
  return `arena ${arena & ~UNMAPPED} ${what} in ${place}`;
}
