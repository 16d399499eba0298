/** A session as it grows, over the socket: how far it is, who is here, whether the connection holds. */
import {
  type ClientToServerEvents,
  type Presence,
  type ServerToClientEvents,
  SOCKET_NAMESPACE,
  SOCKET_PATH,
} from '@heapcast/contracts';
import { io, type Socket } from 'socket.io-client';

export interface LiveListener {
  /** Events that there are now. */
  grew(seq: number): void;
  finished(): void;
  present(presence: Presence): void;
  connected(isConnected: boolean): void;
  refused(why: string): void;
}

/** Follows until the returned function is called. */
export function follow(sessionId: string, token: string | undefined, listener: LiveListener): () => void {
  const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(SOCKET_NAMESPACE, { path: SOCKET_PATH });
  socket.on('connect', () => {
    // The page needs to know how far the session is, not each event: what it shows it asks for.
    const wanted = { sessionId, mode: 'state', detail: 'summary', ...(token === undefined ? {} : { token }) } as const;
    socket.emit('session:subscribe', wanted, (answer) => {
      if (!answer.ok) return listener.refused(answer.problem.detail ?? answer.problem.title);
      listener.connected(true);
      listener.grew(answer.seq);
      listener.present(answer.presence);
      return undefined;
    });
  });
  socket.on('disconnect', () => listener.connected(false));
  socket.on('session:state', ({ seq }) => listener.grew(seq));
  socket.on('session:finished', ({ seq }) => {
    listener.grew(seq);
    listener.finished();
  });
  socket.on('session:presence', (presence) => listener.present(presence));
  return () => void socket.disconnect();
}
