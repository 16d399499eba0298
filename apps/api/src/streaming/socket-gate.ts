/** API keys and budgets for sockets: the key comes with the connection, in `auth.apiKey` or the `X-API-Key` header. */
import { Injectable } from '@nestjs/common';
import { ApiKeys } from '../access/api-keys.js';
import { type Budget, RateLimits } from '../access/rate-limits.js';
import { Configuration } from '../configuration/configuration.js';
import { Readiness } from '../operations/readiness.js';
import { ProblemException, problemOf } from '../problems/index.js';
import type { Socket } from 'socket.io';

/** What a gate sees of a socket, whatever it is to be told. */
export type KnockingSocket = Pick<Socket, 'handshake'>;

interface Guarded {
  readonly name: string;
  use(check: (socket: KnockingSocket, next: (error?: Error) => void) => void): unknown;
}

@Injectable()
export class SocketGate {
  readonly #clients = new WeakMap<KnockingSocket, string>();

  constructor(
    private readonly configuration: Configuration,
    private readonly apiKeys: ApiKeys,
    private readonly limits: RateLimits,
    private readonly readiness: Readiness,
  ) {}

  /** From now on nobody comes in without the key that this service asks for, and what else is asked for. */
  guard(namespace: Guarded, check?: (socket: KnockingSocket) => Promise<void>): void {
    namespace.use((socket, next) => {
      const decide = async (): Promise<void> => next(await this.#ask(socket, check));
      void decide();
    });
  }

  /** Who connects to `root` is told where to go. */
  refuseAll(root: Guarded, namespace: Guarded): void {
    root.use((_, next) => {
      next(refusal(new ProblemException('not-found', `There is nothing here: connect to ${namespace.name}.`)));
    });
  }

  /** @throws ProblemException `too-many-requests`, `missing-token`, `invalid-token`, `unavailable` */
  async admit(socket: KnockingSocket, budget: Budget): Promise<void> {
    if (this.readiness.stopping) {
      throw new ProblemException('unavailable', 'The service is stopping: connect again.', { retryAfter: 5 });
    }
    if (this.apiKeys.inForce) this.apiKeys.require(keyOf(socket), budget !== 'reads');
    if (this.limits.inForce) await this.limits.consume(budget, this.#clientOf(socket));
  }

  /** Why the socket may not come in; `undefined` = it may. */
  async #ask(
    socket: KnockingSocket,
    check: ((socket: KnockingSocket) => Promise<void>) | undefined,
  ): Promise<Error | undefined> {
    try {
      this.apiKeys.require(keyOf(socket), false);
      await check?.(socket);
      return undefined;
    } catch (error) {
      return refusal(error);
    }
  }

  #clientOf(socket: KnockingSocket): string {
    let client = this.#clients.get(socket);
    if (client === undefined) {
      client = this.limits.client(addressOf(socket, this.configuration.trustProxy), keyOf(socket));
      this.#clients.set(socket, client);
    }
    return client;
  }
}

/** What `connect_error` shows: the problem is in its `data`. */
function refusal(error: unknown): Error {
  const problem = problemOf(error);
  return Object.assign(new Error(problem.title), { data: problem });
}

function keyOf({ handshake }: KnockingSocket): string | undefined {
  const key: unknown = handshake.auth['apiKey'] ?? handshake.headers['x-api-key'];
  return typeof key === 'string' ? key : undefined;
}

/** The address that the outermost believed proxy saw. */
function addressOf({ handshake }: KnockingSocket, proxies: number): string {
  const forwarded = handshake.headers['x-forwarded-for'];
  if (proxies === 0 || typeof forwarded !== 'string') return handshake.address;
  const hops = forwarded.split(',').map((hop) => hop.trim());
  return hops.at(-proxies) ?? hops[0] ?? handshake.address;
}
