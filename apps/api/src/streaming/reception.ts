/**
 * How every gateway takes in what its sockets send: who is connected is known here, each of their events is answered exactly once, and
 * one that nobody knows is refused by name.
 */
import type { Logger } from '@nestjs/common';
import { ProblemException } from '../problems/index.js';
import { answer, type Tellable } from './acknowledgement.js';

interface Connected extends Tellable {
  readonly conn: { close(): unknown };
  onAny(listener: (event: string, ...rest: unknown[]) => void): unknown;
}

/** @typeParam V what is known of whoever is at the socket */
export class Reception<S extends Connected, V> {
  readonly #inside = new Map<string, { readonly socket: S; readonly visitor: V }>();

  /**
   * @param events everything that clients may send, by name
   * @param carryOut does the work when, and if, it may be done
   */
  constructor(
    private readonly events: object,
    private readonly carryOut: <T>(visitor: V, socket: S, work: () => Promise<T>) => Promise<T>,
    private readonly log: Logger,
  ) {}

  welcome(socket: S, visitor: V): void {
    this.#inside.set(socket.id, { socket, visitor });
    socket.onAny((event, ...rest) => {
      if (!Object.hasOwn(this.events, event)) this.#answerUnknown(socket, event, rest.at(-1));
    });
  }

  /** Who it was; `undefined` = they never were inside. */
  leave(socket: S): V | undefined {
    const known = this.#inside.get(socket.id);
    this.#inside.delete(socket.id);
    return known?.visitor;
  }

  /** Cuts every connection. A client whose connection is cut comes again; one that is sent off does not. */
  cut(): void {
    for (const { socket } of this.#inside.values()) socket.conn.close();
  }

  answer<T extends object>(
    socket: S,
    acknowledge: unknown,
    work: (visitor: V) => Promise<T | readonly [T, () => void]>,
  ): Promise<void> {
    const known = this.#inside.get(socket.id);
    if (!known) return Promise.resolve();
    return answer<T>(socket, {
      acknowledge,
      work: () => this.carryOut(known.visitor, socket, () => work(known.visitor)),
      onFault: (error) => this.log.error(error),
    });
  }

  #answerUnknown(socket: S, event: string, acknowledge: unknown): void {
    void this.answer(socket, acknowledge, async () => {
      const known = Object.keys(this.events).join(', ');
      throw new ProblemException(
        'not-found',
        `There is no event ${JSON.stringify(event.slice(0, 80))}; there are ${known}.`,
      );
    });
  }
}
