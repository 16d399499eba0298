/** Takes requests in, from HTTP and from the socket alike: checked, allowed, carried out. */
import type { RequestAnswer } from '@heapcast/contracts';
import { Injectable } from '@nestjs/common';
import { AccessService } from '../access/index.js';
import { Configuration } from '../configuration/configuration.js';
import { ProblemException } from '../problems/index.js';
import { keyedBody } from './idempotency.js';
import { ROW_LIMIT } from './journal-rows.js';
import { checkRequests } from './request-check.js';
import { otherKind } from './session-problems.js';
import { SessionHost } from './session-host.js';

export interface RequestTerms {
  readonly token: string | undefined;
  /** The caller has made sure that it may be asked: a classroom of its driver. */
  readonly isAllowed?: boolean;
  /** Idempotency key, if any. */
  readonly key: string | undefined;
  /** Where the key came from, for complaints about it. */
  readonly keyPath: string;
  /** What became of each request is not wanted: only that it is stored. */
  readonly isMinimal?: boolean;
  /** Resolves when those that came before on the same way have their place. */
  readonly before?: Promise<unknown>;
  /** Called when these have theirs. */
  readonly placed?: () => void;
}

@Injectable()
export class RequestDesk {
  readonly #batchLimit: number;

  constructor(
    configuration: Configuration,
    private readonly host: SessionHost,
    private readonly access: AccessService,
  ) {
    this.#batchLimit = Math.min(configuration.batchLimit, ROW_LIMIT);
  }

  /** @param body one request, a list, or `{ requests: [ … ] }` */
  take(
    sessionId: string,
    body: unknown,
    { token, isAllowed = false, key, keyPath, isMinimal = false, before, placed }: RequestTerms,
  ): Promise<RequestAnswer> {
    return this.host.use(sessionId, async (session) => {
      if (!isAllowed) await this.access.require(sessionId, 'editor', token);
      const { kind } = session.record;
      if (kind === 'program') throw otherKind(kind, 'commands at POST /v1/sessions/:id/commands, not single requests');
      if (kind === 'snippet')
        throw otherKind(kind, 'no requests but those of the code that it runs; fork it to go on by hand');
      await before;
      const checked = checkRequests(body, this.#batchLimit);
      if ('errors' in checked) {
        const { path, message } = checked.errors[0];
        throw new ProblemException('invalid-request', `${path} ${message}`.trim(), { errors: checked.errors });
      }
      const { requests } = checked;
      const keyed = key === undefined ? undefined : keyedBody(key, requests, keyPath);
      const answer = session.submit(requests, keyed, {}, isMinimal ? 0 : requests.length);
      placed?.();
      return answer;
    });
  }
}
