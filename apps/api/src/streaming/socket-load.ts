/** How much one socket may ask at once, and the order of its requests. */
import type { Socket } from 'socket.io';
import { ProblemException } from '../problems/index.js';
import { backlogOf } from './socket-backlog.js';

/** Events of one socket that are carried out at the same time. */
const MOST_AT_ONCE = 1000;
/** A client that leaves so many bytes of answers unread is not listened to until it has read them. */
const UNREAD_ANSWERS = 256 * 1024;

/** The part of a `ws` socket that stops and starts reading. */
interface Pausable {
  pause(): void;
  resume(): void;
}

export class SocketLoad {
  #underWay = 0;
  #before: Promise<unknown> = Promise.resolve();
  #paused = false;

  constructor(private readonly transmitter: Pick<Socket, 'conn'>) {}

  /**
   * Requests of one socket keep their order, however long it takes to find out whether they are allowed: each waits for
   * the ones before it to have taken their place. Returns what to wait for, and what to call then.
   */
  queue(): { readonly before: Promise<unknown>; readonly placed: () => void } {
    const before = this.#before;
    let place: (() => void) | undefined;
    this.#before = new Promise<void>((resolve) => (place = resolve));
    return { before, placed: () => place?.() };
  }

  /** Counts what is under way. @throws ProblemException `too-many-requests` */
  async carryOut<T>(work: () => Promise<T>): Promise<T> {
    if (this.#underWay >= MOST_AT_ONCE) {
      throw new ProblemException(
        'too-many-requests',
        `${MOST_AT_ONCE} events of this socket are not answered yet: wait for some of them.`,
        { retryAfter: 1 },
      );
    }
    this.#underWay++;
    try {
      return await work();
    } finally {
      this.#underWay--;
      this.#listenOrNot();
    }
  }

  /** Answers that nobody reads must not pile up: reading pauses until they are gone. */
  #listenOrNot(): void {
    const { conn } = this.transmitter;
    if (this.#paused || backlogOf(conn) < UNREAD_ANSWERS) return;
    const { transport } = conn;
    if (!('socket' in transport) || !isPausable(transport.socket)) return;
    const { socket } = transport;
    this.#paused = true;
    socket.pause();
    const resume = (): void => {
      if (backlogOf(conn) >= UNREAD_ANSWERS / 2) return;
      transport.off('drain', resume);
      this.#paused = false;
      socket.resume();
    };
    transport.on('drain', resume);
  }
}

function isPausable(socket: unknown): socket is Pausable {
  return typeof socket === 'object' && socket !== null && 'pause' in socket && 'resume' in socket;
}
