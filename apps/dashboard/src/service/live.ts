/**
 * A session as it grows, over the socket: how far it is, who is here, whether the connection holds; and, for who draws it, the heap:
 * first whole, then what changed.
 */
import {
  applyMapChanges,
  type ClientToServerEvents,
  decodeHeapMap,
  type HeapMap,
  type MapFrame,
  type Presence,
  type ServerToClientEvents,
  SOCKET_NAMESPACE,
  SOCKET_PATH,
} from '@heapcast/contracts';
import type { Socket } from 'socket.io-client';

export interface LiveListener {
  /** Events that there are now. */
  grew(seq: number): void;
  /** The heap as it is, while `watch` is on. Its columns are written over with what comes next. */
  pictured?(map: HeapMap): void;
  finished(): void;
  present(presence: Presence): void;
  connected(isConnected: boolean): void;
  refused(why: string): void;
}

/** A heap that is watched, and the arena whose blocks are. */
interface Watched {
  readonly arena: number | null;
}

export class LiveSession {
  #socket: Socket<ServerToClientEvents, ClientToServerEvents> | null = null;
  #watched: Watched | null = null;
  #map: HeapMap | null = null;
  #closed = false;

  constructor(
    private readonly sessionId: string,
    private readonly token: string | undefined,
    private readonly listener: LiveListener,
  ) {
    this.#open().catch((error: unknown) => listener.refused(String(error)));
  }

  /** From now on the heap is told as it changes, with the blocks of one arena. */
  watch(arena: number | null): void {
    if (this.#watched?.arena === arena) return;
    this.#watched = { arena };
    this.#subscribe();
  }

  /** From now on only how far the session is. */
  rest(): void {
    if (!this.#watched) return;
    this.#watched = null;
    this.#subscribe();
  }

  close(): void {
    this.#closed = true;
    this.#socket?.disconnect();
  }

  async #open(): Promise<void> {
    // Its code is large, and who looks at what has ended needs none of it.
    const { io } = await import('socket.io-client');
    if (this.#closed) return;
    const { listener } = this;
    const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(SOCKET_NAMESPACE, { path: SOCKET_PATH });
    this.#socket = socket;
    socket.on('connect', () => this.#subscribe());
    socket.on('disconnect', () => listener.connected(false));
    socket.on('session:state', ({ seq }) => listener.grew(seq));
    socket.on('session:map', (frame) => this.#picture(frame));
    socket.on('session:finished', ({ seq }) => {
      listener.grew(seq);
      listener.finished();
    });
    socket.on('session:presence', (presence) => listener.present(presence));
  }

  #subscribe(): void {
    // When it connects it asks for what is wanted then.
    if (!this.#socket?.connected) return;
    const { sessionId, token, listener } = this;
    const watched = this.#watched;
    const mode = watched ? 'map' : 'state';
    this.#socket.emit(
      'session:subscribe',
      {
        sessionId,
        mode,
        detail: 'summary',
        ...(watched?.arena == null ? {} : { arena: watched.arena }),
        ...(token === undefined ? {} : { token }),
      },
      (answer) => {
        if (!answer.ok) return listener.refused(answer.problem.detail ?? answer.problem.title);
        listener.connected(true);
        listener.grew(answer.seq);
        listener.present(answer.presence);
        return undefined;
      },
    );
  }

  #picture({ since, data }: MapFrame): void {
    if (!(data instanceof ArrayBuffer)) return;
    if (since === null) this.#map = decodeHeapMap(data);
    else if (this.#map?.at === since) this.#map = applyMapChanges(this.#map, data).map;
    else {
      // What was before this frame is not there: once more from the beginning, unless that is under way.
      if (this.#map) this.#subscribe();
      this.#map = null;
      return;
    }
    if (this.#watched) this.listener.pictured?.(this.#map);
  }
}

/** Follows how far a session is until the returned function is called. */
export function follow(sessionId: string, token: string | undefined, listener: LiveListener): () => void {
  const session = new LiveSession(sessionId, token, listener);
  return () => session.close();
}
