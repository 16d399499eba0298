/**
 * What was measured is remembered, within a budget of bytes: the past of a run or session does not change. Whoever asks
 * for what is being measured waits for it instead of measuring it again.
 */
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
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

@Injectable()
export class Recollection {
  readonly #kept = new LRUCache<string, Kept>({
    maxSize: BUDGET,
    sizeCalculation: ({ value }) => weigh(value) + SMALL,
  });
  readonly #underWay = new Map<string, Promise<unknown>>();

  /**
   * @param key names the value and everything that it depends on; always used with the same type
   * @throws ProblemException `unavailable` when too much is being measured
   */
  async remember<T>(key: string, make: () => Promise<T>): Promise<T> {
    const kept = this.#kept.get(key);
    // The key says which type it is.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    if (kept) return kept.value as T;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const underWay = this.#underWay.get(key) as Promise<T> | undefined;
    if (underWay) return underWay;
    if (this.#underWay.size >= MOST_UNDER_WAY) {
      throw new ProblemException('unavailable', `${MOST_UNDER_WAY} measurements are under way already.`, {
        retryAfter: 5,
      });
    }
    const making = make()
      .then((value) => {
        this.#kept.set(key, { value });
        return value;
      })
      .finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, making);
    return making;
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
