/** Socket.IO as a way out: one outlet per socket and session, one room per session, format and lens. */
import type { Namespace, Socket } from 'socket.io';
import type {
  ClientToServerEvents,
  FrameFormat,
  MapFrame,
  ModeChange,
  Presence,
  ServerToClientEvents,
  SessionFinished,
  StateFrame,
} from '@heapcast/contracts';
import { type Lens, stateThrough } from '../lens/lens.js';
import { problemOf } from '../problems/index.js';
import type { Frame } from './frame.js';
import type { Outlet, OutletGroup } from './outlet.js';
import { backlogOf, drained } from './socket-backlog.js';

export type SessionNamespace = Namespace<ClientToServerEvents, ServerToClientEvents>;
export type SessionSocket = Socket<ClientToServerEvents, ServerToClientEvents>;

/** A room's adapter encodes a packet once, and with it the WebSocket frame, for all who are in it. */
export class SocketGroup implements OutletGroup {
  readonly room: string;

  constructor(
    private readonly namespace: SessionNamespace,
    sessionId: string,
    readonly format: FrameFormat,
    readonly lens?: Lens,
  ) {
    this.room = `session:${sessionId}:${format}:${lens ?? ''}`;
  }

  events(frame: Frame): void {
    this.namespace.to(this.room).emit('session:events', frame.as(this.format, this.lens));
  }

  state(frame: StateFrame, outlets: readonly SocketOutlet[]): void {
    this.namespace.to(outlets.map(({ socket }) => socket.id)).emit('session:state', stateThrough(this.lens, frame));
  }

  presence(presence: Presence, outlets: readonly SocketOutlet[]): void {
    this.namespace.to(outlets.map(({ socket }) => socket.id)).emit('session:presence', presence);
  }
}

export class SocketOutlet implements Outlet {
  constructor(
    readonly socket: SessionSocket,
    readonly group: SocketGroup,
  ) {}

  get closed(): boolean {
    return !this.socket.connected;
  }

  backlog(): number {
    return backlogOf(this.socket.conn);
  }

  drain(): Promise<void> {
    return drained(this.socket.conn);
  }

  // Both take effect at once with the in-memory adapter, which is what a feed relies on.
  join(): void {
    void this.socket.join(this.group.room);
  }

  leave(): void {
    void this.socket.leave(this.group.room);
  }

  events(frame: Frame): void {
    this.socket.emit('session:events', frame.as(this.group.format, this.group.lens));
  }

  map(frame: MapFrame): void {
    this.socket.emit('session:map', frame);
  }

  mode(change: ModeChange): void {
    this.socket.emit('session:mode', change);
  }

  finished(finished: SessionFinished): void {
    this.socket.emit('session:finished', finished);
  }

  refused(sessionId: string, error: unknown): void {
    this.socket.emit('problem', { ...problemOf(error, `urn:socket:${this.socket.id}`), sessionId });
  }

  deleted(sessionId: string): void {
    this.socket.emit('session:deleted', { sessionId });
  }
}
