/** How long blocks lived, by groups of sites: histograms by powers of two. */
import { NO_TIME, type BlockLives, type LifeListener } from './block-lives.js';
import { bucketOf, EVENT_BUCKETS, TIME_BUCKETS } from './life-buckets.js';
import type { LifetimesReply } from './measures.js';

export class Lifetimes implements LifeListener {
  readonly #byEvents: Float64Array;
  readonly #byTime: Float64Array;
  readonly #sumEvents: Float64Array;
  readonly #sumNanoseconds: Float64Array;
  #timed = false;

  constructor(
    private readonly lives: BlockLives,
    /** Group of each site. */
    private readonly groups: Uint32Array,
    private readonly groupCount: number,
  ) {
    this.#byEvents = new Float64Array(groupCount * EVENT_BUCKETS);
    this.#byTime = new Float64Array(groupCount * TIME_BUCKETS);
    this.#sumEvents = new Float64Array(groupCount);
    this.#sumNanoseconds = new Float64Array(groupCount);
  }

  born(): void {}
  moved(): void {}
  resized(): void {}
  refused(): void {}

  died(slot: number, event: number): void {
    const { lives } = this;
    const group = this.#groupOf(slot);
    const life = event - lives.birth[slot];
    this.#byEvents[group * EVENT_BUCKETS + bucketOf(life)]++;
    this.#sumEvents[group] += life;
    const began = lives.birthTime[slot];
    if (began === NO_TIME || lives.now === NO_TIME) return;
    const nanoseconds = Math.max(0, lives.now - began);
    this.#timed = true;
    this.#byTime[group * TIME_BUCKETS + bucketOf(nanoseconds)]++;
    this.#sumNanoseconds[group] += nanoseconds;
  }

  finish(at: number): LifetimesReply {
    const alive = new Float64Array(this.groupCount);
    for (let slot = 0; slot < this.lives.slots; slot++) if (this.lives.isAlive(slot)) alive[this.#groupOf(slot)]++;
    return {
      at,
      byEvents: this.#byEvents,
      byTime: this.#timed ? this.#byTime : null,
      alive,
      sumEvents: this.#sumEvents,
      sumNanoseconds: this.#sumNanoseconds,
    };
  }

  #groupOf(slot: number): number {
    const group = this.groups[this.lives.site[slot]] ?? 0;
    return group < this.groupCount ? group : 0;
  }
}
