/**
 * Serves a program to a model one request at a time and keeps its own books in the plainest way: what is live, where, how
 * long, and which addresses are mapped. It believes nothing of what the model says about itself. Test support, used by
 * specs only.
 */
import { isDeepStrictEqual } from 'node:util';
import { Op, OP_MASK } from '@heapcast/trace';
import {
  type AllocatorConfig,
  type AllocatorModel,
  type ModelDefinition,
  type ModelEnvironment,
  NO_REGION,
  Outcome,
  type PlacementColumns,
  type ResolvedConfig,
  type Totals,
} from './contract.js';
import { type Program, takesSlot } from './model-properties-programs.js';

/** A model under test. */
export interface Subject {
  readonly title: string;
  readonly config: ResolvedConfig;
  create(): AllocatorModel;
  /** What the release policy allows to be mapped when every block is freed; `peak` is the most that was mapped. */
  mayStayMapped?(mapped: number, peak: number): boolean;
}

const NO_ENVIRONMENT: ModelEnvironment = { arenaMisalignment: new Uint8Array(0) };

export function subjectOf(
  definition: ModelDefinition,
  config: Omit<AllocatorConfig, 'model'>,
  mayStayMapped?: Subject['mayStayMapped'],
  environment = NO_ENVIRONMENT,
): Subject {
  const answer = definition.resolve({ ...config, model: definition.name });
  if ('problems' in answer) throw new Error(JSON.stringify(answer.problems));
  const changes = config.options ? ` with ${JSON.stringify(config.options)}` : '';
  return {
    title: `${definition.name} ${answer.resolved.profile}${changes}`,
    config: answer.resolved,
    create: () => definition.create(answer.resolved, environment),
    mayStayMapped,
  };
}

export function placements(length: number): PlacementColumns {
  return { outcome: new Uint8Array(length), region: new Int32Array(length), offset: new Int32Array(length) };
}

interface LiveBlock {
  readonly where: 'model' | 'raw' | 'elsewhere';
  readonly region: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
  /** Bytes that it occupies, as the model said when it placed it. */
  readonly bytes: number;
}

const ELSEWHERE: LiveBlock = { where: 'elsewhere', region: NO_REGION, offset: 0, address: 0, size: 0, bytes: 0 };

interface Span {
  from: number;
  to: number;
}

export class Witness {
  readonly live = new Map<number, LiveBlock>();
  readonly mapped = new Map<number, Span>();
  /** Totals before the first and after each request. */
  readonly history: Totals[];
  readonly placements: PlacementColumns;
  private events = 0;

  constructor(
    readonly model: AllocatorModel,
    capacity: number,
  ) {
    this.history = [model.totals()];
    this.placements = placements(capacity);
  }

  /** Serves one request and enters what became of it in the books. */
  serve(requests: Program, index: number): number {
    this.model.apply(requests, index, index + 1, this.placements);
    this.follow(requests.op[index] & OP_MASK, requests.size[index], requests.slot[index], index);
    this.readMappings();
    this.history.push(this.model.totals());
    this.events++;
    return this.placements.outcome[index];
  }

  serveAll(requests: Program, after?: (index: number) => void): void {
    for (let index = 0; index < requests.length; index++) {
      this.serve(requests, index);
      after?.(index);
    }
  }

  get mappedBytes(): number {
    return sum([...this.mapped.values()].map(({ from, to }) => to - from));
  }

  inModel(): LiveBlock[] {
    return [...this.live.values()].filter(({ where }) => where === 'model');
  }

  /** What the model should say of itself. */
  expectedTotals(): Totals {
    const own = this.inModel();
    const raw = [...this.live.values()].filter(({ where }) => where === 'raw');
    return {
      events: this.events,
      liveBlocks: own.length,
      requestedBytes: sum(own.map(({ size }) => size)),
      allocatedBytes: sum(own.map(({ bytes }) => bytes)),
      mappedBytes: this.mappedBytes,
      rawBlocks: raw.length,
      rawBytes: sum(raw.map(({ size }) => size)),
    };
  }

  private follow(op: number, size: number, slot: number, index: number): void {
    const outcome = this.placements.outcome[index];
    const region = this.placements.region[index];
    const offset = this.placements.offset[index];
    const before = this.live.get(slot);
    if (region === NO_REGION) claim(offset === 0, () => `request ${index} has no region but offset ${offset}`);
    const here = (): LiveBlock => {
      claim(region !== NO_REGION, () => `request ${index} was placed (outcome ${outcome}) but has no region`);
      const { bytes } = this.model.locate(region, offset);
      claim(bytes >= size, () => `request ${index} for ${size} bytes got a block of ${bytes}`);
      return { where: 'model', region, offset, address: this.model.address(region, offset), size, bytes };
    };
    switch (outcome) {
      case Outcome.placed:
        claim(takesSlot(op) || op === Op.realloc, () => `request ${index} (op ${op}) cannot be "placed"`);
        this.live.set(slot, here());
        break;
      case Outcome.moved:
        claim(op === Op.realloc, () => `request ${index} (op ${op}) cannot be "moved"`);
        this.live.set(slot, here());
        break;
      case Outcome.inPlace:
        claim(op === Op.realloc && before?.where === 'model', () => `request ${index}: nothing to resize in place`);
        claim(
          before?.region === region && before.offset === offset,
          () => `request ${index} was resized in place, but not where it was`,
        );
        this.live.set(slot, here());
        break;
      case Outcome.raw:
        this.live.set(slot, { ...ELSEWHERE, where: 'raw', size });
        break;
      case Outcome.freed:
        claim(op === Op.free, () => `request ${index} (op ${op}) cannot be "freed"`);
        if (before?.where === 'model') {
          claim(
            before.region === region && before.offset === offset,
            () => `request ${index} freed a block elsewhere than where it was placed`,
          );
          const { bytes } = this.model.locate(region, offset);
          claim(bytes === before.bytes, () => `request ${index} freed ${bytes} bytes of a block of ${before.bytes}`);
        } else claim(region === NO_REGION, () => `request ${index} freed what the model never placed, at a place`);
        this.live.delete(slot);
        break;
      case Outcome.outOfMemory:
        claim(takesSlot(op) || op === Op.realloc, () => `request ${index} (op ${op}) needs no memory`);
        if (op !== Op.realloc) this.live.set(slot, ELSEWHERE);
        break;
      case Outcome.none:
        if (op === Op.foreign) this.live.set(slot, ELSEWHERE);
        break;
      default:
        claim(op === Op.staleFree || op === Op.staleRealloc, () => `request ${index} (op ${op}) is no mistake`);
    }
  }

  private readMappings(): void {
    for (const { event, kind, region, bytes, base, lead } of this.model.takeMappings()) {
      claim(event === this.events, () => `a mapping of request ${this.events} is told as of request ${event}`);
      claim(bytes > 0, () => `request ${event} mapped ${bytes} bytes`);
      if (!this.mapped.has(region))
        claim(
          this.model.address(region, 0) === base + lead,
          () => `offset 0 of region ${region} is not at base + lead`,
        );
      const span = this.mapped.get(region) ?? { from: base, to: base };
      if (kind === 'map') {
        claim(span.to === base, () => `request ${event} grew region ${region} elsewhere than at its end`);
        span.to += bytes;
      } else {
        span.to -= bytes;
        claim(span.to === base, () => `request ${event} unmapped something else than the end of region ${region}`);
      }
      if (span.to > span.from) this.mapped.set(region, span);
      else this.mapped.delete(region);
    }
  }
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

export class BrokenProperty extends Error {
  override readonly name = 'BrokenProperty';
}

export function claim(holds: boolean, otherwise: () => string): void {
  if (!holds) throw new BrokenProperty(otherwise());
}

export function claimEqual(actual: unknown, expected: unknown, what: string): void {
  claim(
    isDeepStrictEqual(actual, expected),
    () => `${what} is ${JSON.stringify(actual)} and should be ${JSON.stringify(expected)}`,
  );
}

export type After = (witness: Witness, index: number) => void;

/** Serves a whole program to a fresh model; calls `after` after each request. */
export function watch(tested: Subject, served: Program, after?: After): Witness {
  const witness = new Witness(tested.create(), served.length);
  witness.serveAll(served, (index) => after?.(witness, index));
  return witness;
}
