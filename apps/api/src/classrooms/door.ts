/**
 * Who gets as far as a classroom's door. Wrong codes are counted, for each address and over all: with the usual limits a day of
 * guessing finds one class in a thousand. Right ones are not: a whole school may sit behind one address, and where a code was right
 * once it stays good there, whatever else was guessed. New people are counted for each classroom, so that a flood of them
 * neither fills the service nor disturbs the other classes.
 */
import { isIPv6 } from 'node:net';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Configuration } from '../configuration/configuration.js';
import { ProblemException } from '../problems/index.js';

const GUESS_SECONDS = 600;
const GUESSES_OF_ALL = 50;
const JOIN_SECONDS = 10;
const JOINS_OF_ALL = 4;
const REMEMBERED = 50_000;
const EVERYBODY = 'all';

@Injectable()
export class Door {
  readonly #wrongHere: RateLimiterMemory;
  readonly #wrongAnywhere: RateLimiterMemory;
  readonly #joinsHere: RateLimiterMemory;
  readonly #joinsAnywhere: RateLimiterMemory;
  /** Codes that were right, by address. */
  readonly #right = new LRUCache<string, true>({ max: REMEMBERED });

  constructor({ wrongCodesLimit, joinsLimit }: Configuration) {
    const guesses = { duration: GUESS_SECONDS };
    this.#wrongHere = new RateLimiterMemory({ ...guesses, keyPrefix: 'wrong', points: wrongCodesLimit });
    this.#wrongAnywhere = new RateLimiterMemory({
      ...guesses,
      keyPrefix: 'all',
      points: wrongCodesLimit * GUESSES_OF_ALL,
    });
    const joins = { duration: JOIN_SECONDS };
    this.#joinsHere = new RateLimiterMemory({ ...joins, keyPrefix: 'join', points: joinsLimit });
    this.#joinsAnywhere = new RateLimiterMemory({ ...joins, keyPrefix: 'all', points: joinsLimit * JOINS_OF_ALL });
  }

  /** May somebody at this address try this code? @throws ProblemException `too-many-requests` */
  async knock(address: string, code: string): Promise<void> {
    if (this.#right.has(`${networkOf(address)} ${code}`)) return;
    const [here, anywhere] = await Promise.all([
      this.#wrongHere.get(networkOf(address)),
      this.#wrongAnywhere.get(EVERYBODY),
    ]);
    for (const [limiter, counted] of [
      [this.#wrongHere, here],
      [this.#wrongAnywhere, anywhere],
    ] as const) {
      if (counted && counted.consumedPoints >= limiter.points) {
        throw tooMany('Too many wrong codes were tried', counted.msBeforeNext);
      }
    }
  }

  right(address: string, code: string): void {
    this.#right.set(`${networkOf(address)} ${code}`, true);
  }

  async wrong(address: string): Promise<void> {
    await Promise.all([this.#wrongHere.penalty(networkOf(address)), this.#wrongAnywhere.penalty(EVERYBODY)]);
  }

  /** Somebody new wants to come in. @throws ProblemException `too-many-requests` */
  async enter(classroomId: string): Promise<void> {
    await take(this.#joinsHere, classroomId, 'Very many people are joining this class at once');
    await take(this.#joinsAnywhere, EVERYBODY, 'Very many people are joining classes at once');
  }
}

async function take(limiter: RateLimiterAbstract, key: string, what: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    throw tooMany(what, refused.msBeforeNext);
  }
}

function tooMany(what: string, milliseconds: number): ProblemException {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
  return new ProblemException('too-many-requests', `${what}: try again in ${seconds} s.`, { retryAfter: seconds });
}

/** One household or school has a whole /64 of IPv6. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  const [head = '', tail] = address.split('::');
  const front = head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length);
  return [...front, ...Array.from({ length: missing }, () => '0'), ...back].slice(0, 4).join(':');
}
