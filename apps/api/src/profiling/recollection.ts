/**
 * What was measured is remembered, within a budget of bytes: the past of a run or session does not change. Whoever asks
 * for what is being measured waits for it instead of measuring it again; when the last one who waits has gone, the
 * measurement is stopped.
 */
import { ReplayError } from '@heapcast/replay';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Metrics } from '../operations/metrics.js';
import { ProblemException } from '../problems/index.js';

const MIB = 1 << 20;
const BUDGET = 64 * MIB;
/** Of an object or entry that is no column, about. */
const SMALL = 64;

/** Measurements under way or waiting for their turn. */
const MOST_UNDER_WAY = 64;

interface Kept {
  readonly value: unknown;
}

/** A measurement on its way. */
interface UnderWay {
  readonly value: Promise<unknown>;
  readonly stop: AbortController;
  /** Those who wait for it. */
  askers: number;
}

@Injectable()
export class Recollection {
  readonly #kept = new LRUCache<string, Kept>({
    maxSize: BUDGET,
    sizeCalculation: ({ value }) => weigh(value) + SMALL,
  });
  readonly #underWay = new Map<string, UnderWay>();
  /** Measurements that have not ended, those that are being stopped included. */
  #working = 0;

  constructor(private readonly metrics: Metrics) {
    metrics.gauge('heapcast_measurements_under_way', 'Measurements for profiles and advice.', () => this.#working);
  }

  /**
   * @param key names the value and everything that it depends on; always used with the same type
   * @param gone aborted when whoever asks does not wait any more
   * @param make is told to stop when nobody waits any more
   * @throws ProblemException `unavailable` when too much is being measured; the reason of `gone`
   */
  async remember<T>(key: string, gone: AbortSignal, make: (signal: AbortSignal) => Promise<T>): Promise<T> {
    gone.throwIfAborted();
    const kept = this.#kept.get(key);
    // The key says which type it is.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    if (kept) return kept.value as T;
    const underWay = this.#underWay.get(key) ?? this.#begin(key, make);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return (await this.#wait(key, underWay, gone)) as T;
  }

  #begin(key: string, make: (signal: AbortSignal) => Promise<unknown>): UnderWay {
    if (this.#underWay.size >= MOST_UNDER_WAY) {
      throw new ProblemException('unavailable', `${MOST_UNDER_WAY} measurements are under way already.`, {
        retryAfter: 5,
      });
    }
    const stop = new AbortController();
    const value = make(stop.signal)
      .then(
        (made) => {
          this.#kept.set(key, { value: made });
          return made;
        },
        (error: unknown) => {
          if (stop.signal.aborted) this.metrics.measurementsStopped.inc();
          throw error;
        },
      )
      .finally(() => {
        this.#working--;
        if (this.#underWay.get(key) === underWay) this.#underWay.delete(key);
      });
    const underWay: UnderWay = { value, stop, askers: 0 };
    this.#working++;
    this.#underWay.set(key, underWay);
    return underWay;
  }

  /** The last one who leaves stops it; whoever asks for the same afterwards begins anew. */
  async #wait(key: string, underWay: UnderWay, gone: AbortSignal): Promise<unknown> {
    underWay.askers++;
    let leave: (() => void) | undefined;
    const left = new Promise<never>((_, reject) => {
      leave = () => reject(new ReplayError('aborted', 'nobody waits for this any more'));
      gone.addEventListener('abort', leave, { once: true });
    });
    try {
      return await Promise.race([underWay.value, left]);
    } finally {
      if (leave) gone.removeEventListener('abort', leave);
      if (--underWay.askers === 0 && gone.aborted) {
        if (this.#underWay.get(key) === underWay) this.#underWay.delete(key);
        underWay.stop.abort();
      }
    }
  }

  /** Bytes that are kept, about. */
  get bytes(): number {
    return this.#kept.calculatedSize;
  }
}

/** Bytes of what a value holds, about: columns exactly, texts and objects roughly. */
export function weigh(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value === 'string') return 2 * value.length;
  if (typeof value !== 'object' || value === null) return 8;
  if ('byteLength' in value && typeof value.byteLength === 'number') return value.byteLength;
  if (value instanceof Map) return SMALL * value.size + weigh([...value.values()]);
  let sum = SMALL;
  for (const part of Object.values(value)) sum += weigh(part);
  return sum;
}
