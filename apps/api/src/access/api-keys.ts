/** Service-wide keys, when the operator set any: compared in constant time, never logged. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Configuration } from '../configuration/configuration.js';
import { ProblemException } from '../problems/index.js';

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

@Injectable()
export class ApiKeys {
  readonly #digests: readonly Buffer[];
  readonly #everything: boolean;

  constructor(configuration: Configuration) {
    this.#digests = configuration.apiKeys.map(digest);
    this.#everything = configuration.apiKeysFor === 'everything';
  }

  get inForce(): boolean {
    return this.#digests.length > 0;
  }

  /** Is `key` one of the service's? Takes the same time whichever it is. */
  accepts(key: string | undefined): boolean {
    const candidate = digest(key ?? '');
    let found = false;
    for (const known of this.#digests) found = timingSafeEqual(known, candidate) || found;
    return found;
  }

  /**
   * Lets a request or a socket connection through, or not.
   * @param writes does it change something?
   * @throws ProblemException `missing-token`, `invalid-token`
   */
  require(key: string | undefined, writes: boolean): void {
    if (!this.inForce || (!writes && !this.#everything)) return;
    if (key === undefined || key === '') {
      throw new ProblemException('missing-token', 'This service needs an API key in the X-API-Key header.');
    }
    if (!this.accepts(key)) throw new ProblemException('invalid-token', 'The API key is not valid.');
  }
}
