/**
 * A small typed client of the socket: watches one session and asks on its behalf.
 *
 * It keeps the promise of the stream across dropped connections and restarts of the service: on every connection it
 * subscribes again from the last event it has seen, so `onEvent` gets each event once, in order, without a gap.
 */
import { io, type Socket } from 'socket.io-client';
import {
  decodeEventFrame,
  SOCKET_NAMESPACE,
  type Answer,
  type ClientToServerEvents,
  type Problem,
  type ServerToClientEvents,
  type SessionEvent,
  type SessionRequest,
  type SocketRequestAnswer,
  type Subscribed,
} from '@heapcast/contracts';

export interface SessionClientOptions {
  /** For example `http://localhost:3000`. */
  readonly url: string;
  readonly sessionId: string;
  /** Owner or editor token for asking; viewer token for watching a private session. */
  readonly token?: string;
  /** Display name for the list of who is here. */
  readonly name?: string;
  /** The last event that is known already, 0 = none. */
  readonly from?: number;
  readonly onEvent: (event: SessionEvent) => void;
  readonly onSubscribed?: (answer: Subscribed) => void;
}

/** The service said no, and why (RFC 9457). */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(`${problem.title}: ${problem.detail ?? ''}`);
  }
}

export class SessionClient {
  /** The last event seen. */
  seq: number;
  private readonly waiting: { readonly seq: number; readonly resolve: () => void }[] = [];
  private readonly socket: Socket<ServerToClientEvents, ClientToServerEvents>;

  constructor(private readonly options: SessionClientOptions) {
    this.seq = options.from ?? 0;
    this.socket = io(options.url + SOCKET_NAMESPACE, { transports: ['websocket'] });
    this.socket.on('connect', () => this.subscribe());
    this.socket.on('session:events', (frame) => {
      const events = frame.format === 'json' ? frame.events : decodeEventFrame(frame.data);
      for (const event of events) this.take(event);
    });
    // Too slow for events: the service sends states until we ask for the events that were left out.
    this.socket.on('session:mode', () => this.subscribe());
  }

  /** Applied once, however often it is retried: give each batch a key of its own. */
  async request(requests: readonly SessionRequest[], idempotencyKey: string): Promise<SocketRequestAnswer> {
    const { sessionId, token = '' } = this.options;
    return answered(await this.socket.emitWithAck('session:request', { sessionId, token, requests, idempotencyKey }));
  }

  /** Resolves when event `seq` has been seen. */
  reached(seq: number): Promise<void> {
    if (this.seq >= seq) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push({ seq, resolve }));
  }

  close(): void {
    this.socket.close();
  }

  private subscribe(): void {
    const { sessionId, name, token, onSubscribed } = this.options;
    const payload = { sessionId, from: this.seq, format: 'binary', mode: 'events', name, token } as const;
    this.socket.emit('session:subscribe', payload, (answer) => onSubscribed?.(answered(answer)));
  }

  private take(event: SessionEvent): void {
    if (event.seq !== this.seq + 1) throw new Error(`event ${event.seq} came after ${this.seq}`);
    this.seq = event.seq;
    this.options.onEvent(event);
    while (this.waiting[0] && this.waiting[0].seq <= event.seq) this.waiting.shift()?.resolve();
  }
}

function answered<T>(answer: Answer<T>): T {
  if (!answer.ok) throw new ProblemError(answer.problem);
  return answer;
}
