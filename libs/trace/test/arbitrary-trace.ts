/** Traces that nobody thought of: arbitrary requests, played through the builder, so that what comes out is canonical. */
import * as fc from 'fast-check';
import { Domain, Op, type Site, type TraceChunk, type TraceHeader, type TraceOrigin } from '../src/columns.js';
import { TraceBuilder } from '../src/trace-builder.js';

export interface Trace {
  readonly header: TraceHeader;
  readonly chunks: readonly TraceChunk[];
}

/** What an arbitrary trace may hold beside malloc, realloc, free and free(NULL). */
export interface TraceFeatures {
  /** calloc, realloc(NULL), foreign blocks, marks, stale and wild requests, domains. */
  readonly everyOp?: boolean;
  readonly sites?: boolean;
  readonly times?: boolean;
  readonly names?: boolean;
  readonly origin?: boolean;
}

export const EVERYTHING: TraceFeatures = { everyOp: true, sites: true, times: true, names: true, origin: true };

interface Step {
  readonly kind: number;
  readonly size: number;
  /** Picks a block: modulo the number of candidates. */
  readonly pick: number;
  readonly site: number;
  readonly time: number;
  readonly name: string | null;
  readonly domain: number;
}

const anySize = fc.oneof(
  fc.integer({ min: 0, max: 600 }),
  fc.integer({ min: 0, max: 0xffff_ffff }),
  fc.constant(0xffff_ffff),
);
const anyTime = fc.oneof(fc.constant(0), fc.maxSafeNat());
/** Any text that a trace may hold: no U+0000, no half of a surrogate pair. */
export const anyName = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 40 })
  .filter((text) => !/\0|\p{Surrogate}/u.test(text));
const anyText = fc.oneof(fc.constant(''), anyName);

const anyOrigin: fc.Arbitrary<TraceOrigin> = fc.record({
  recordedOn: fc.oneof(fc.constant('cpython-3.11.7'), anyText),
  arenaSize: fc.constantFrom(0, 262_144, 1_048_576),
  poolSize: fc.constantFrom(0, 4096, 16_384),
  arenaMisalignment: fc.uint8Array({ maxLength: 5 }),
});

/** Arbitrary traces with only the features asked for. */
export function anyTrace(features: TraceFeatures, maxLength = 120): fc.Arbitrary<Trace> {
  const step: fc.Arbitrary<Step> = fc.record({
    kind: fc.nat(features.everyOp ? 13 : 7),
    size: anySize,
    pick: fc.nat(),
    site: fc.nat(4),
    time: anyTime,
    name: fc.option(anyName, { freq: 3 }),
    domain: fc.constantFrom(Domain.unknown, Domain.mem, Domain.obj),
  });
  return fc
    .record({
      steps: fc.array(step, { maxLength }),
      sites: fc.array(fc.record({ function: anyText, file: anyText, line: fc.nat(0xffff_ffff) }), { maxLength: 4 }),
      origin: anyOrigin,
    })
    .map(({ steps, sites, origin }) => {
      const chunks: TraceChunk[] = [];
      const builder = new TraceBuilder((chunk) => chunks.push(chunk));
      if (features.origin) builder.origin = origin;
      const table: Site[] = sites.map((site, index) => ({ ...site, parent: index }));
      if (features.sites) for (const site of table) builder.addSite(site);
      const player = new Player(builder, features);
      for (const next of steps) player.play(next);
      return { header: builder.finish(), chunks };
    });
}

class Player {
  readonly #live: number[] = [];
  readonly #dead: number[] = [];

  constructor(
    private readonly builder: TraceBuilder,
    private readonly features: TraceFeatures,
  ) {}

  play(step: Step): void {
    const { builder, features } = this;
    const domain = features.everyOp ? step.domain : 0;
    const named = this.#request(step, domain);
    if (features.sites) builder.site(Math.min(step.site, builder.siteCount));
    if (features.times) builder.time(step.time);
    if (features.names && named && step.name !== null) builder.name(step.name);
  }

  /** True: the request may have a name or label. */
  #request(step: Step, domain: number): boolean {
    const { builder } = this;
    const block = this.#live[step.pick % Math.max(this.#live.length, 1)];
    const dead = this.#dead[step.pick % Math.max(this.#dead.length, 1)];
    const { kind, size } = step;
    if (kind === 3 || kind === 4) {
      if (block === undefined) builder.freeNull(domain);
      else this.#free(block, domain);
    } else if (kind === 5 && block !== undefined) {
      builder.realloc(size, block, domain);
    } else if (kind === 6) {
      builder.freeNull(domain);
    } else if (kind === 10) {
      builder.mark(size, domain);
      return true;
    } else if (kind === 11) {
      if (dead === undefined) builder.wildFree(domain);
      else builder.free(dead, domain);
    } else if (kind === 12) {
      if (dead === undefined) builder.wildRealloc(size, domain);
      else builder.realloc(size, dead, domain);
    } else if (kind === 13) {
      if (size % 2 === 0) builder.wildFree(domain);
      else builder.wildRealloc(size, domain);
    } else {
      const op =
        kind === 7 && this.features.everyOp
          ? Op.calloc
          : kind === 8
            ? Op.reallocNull
            : kind === 9
              ? Op.foreign
              : Op.malloc;
      this.#live.push(builder.place(op | domain, size, builder.blocks + 1));
      return true;
    }
    return false;
  }

  #free(block: number, domain: number): void {
    this.builder.free(block, domain);
    this.#live.splice(this.#live.indexOf(block), 1);
    this.#dead.push(block);
  }
}

/** A long trace, always the same for the same seed: for what happens at the edges of chunks. */
export function longTrace(events: number, seed = 1): Trace {
  const chunks: TraceChunk[] = [];
  const builder = new TraceBuilder((chunk) => chunks.push(chunk));
  const live: number[] = [];
  let state = seed;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * below);
  };
  for (let event = 0; event < events; event++) {
    if (live.length > 0 && random(100) < 48) {
      const index = random(live.length);
      const block = live[index];
      live[index] = live[live.length - 1];
      live.pop();
      builder.free(block, Domain.obj);
    } else if (live.length > 0 && random(100) < 5) {
      builder.realloc(random(2000), live[random(live.length)], Domain.mem);
    } else {
      live.push(builder.place(Op.malloc | Domain.obj, random(700), builder.blocks + 1));
    }
    if (event % 1000 === 0) builder.time(event * 50);
  }
  return { header: builder.finish(), chunks };
}
