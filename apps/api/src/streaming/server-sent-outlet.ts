/** Server-Sent Events as a way out: one outlet per response. Messages are encoded once for all that watch a session. */
import type { ServerResponse } from 'node:http';
import type { ModeChange, Presence, SessionFinished, Snapshot, StateFrame } from '@heapcast/contracts';
import { type Lens, stateThrough } from '../lens/lens.js';
import { problemOf } from '../problems/index.js';
import type { Frame } from './frame.js';
import type { Outlet, OutletGroup } from './outlet.js';

/** A message with a name of its own. Session events have none, so that `EventSource.onmessage` gets them. */
function message(event: string, data: unknown, id?: number): Buffer {
  const idLine = id === undefined ? '' : `id: ${id}\n`;
  return Buffer.from(`event: ${event}\n${idLine}data: ${JSON.stringify(data)}\n\n`);
}

export class ServerSentGroup implements OutletGroup {
  readonly #members = new Set<ServerSentOutlet>();

  constructor(readonly lens?: Lens) {}

  add(outlet: ServerSentOutlet): void {
    this.#members.add(outlet);
  }

  delete(outlet: ServerSentOutlet): void {
    this.#members.delete(outlet);
  }

  events(frame: Frame): void {
    const bytes = frame.asServerSentEvents(this.lens);
    for (const outlet of this.#members) outlet.write(bytes);
  }

  state(frame: StateFrame, outlets: readonly ServerSentOutlet[]): void {
    const bytes = message('state', stateThrough(this.lens, frame));
    for (const outlet of outlets) outlet.write(bytes);
  }

  presence(presence: Presence, outlets: readonly ServerSentOutlet[]): void {
    const bytes = message('presence', presence);
    for (const outlet of outlets) outlet.write(bytes);
  }
}

export class ServerSentOutlet implements Outlet {
  constructor(
    private readonly response: ServerResponse,
    readonly group: ServerSentGroup,
  ) {}

  get closed(): boolean {
    return this.response.destroyed || this.response.writableEnded;
  }

  backlog(): number {
    return this.response.writableLength;
  }

  drain(): Promise<void> {
    const { response } = this;
    return new Promise((resolve) => {
      const done = (): void => {
        response.off('drain', done);
        response.off('close', done);
        resolve();
      };
      response.once('drain', done);
      response.once('close', done);
      if (this.closed) done();
    });
  }

  join(): void {
    this.group.add(this);
  }

  leave(): void {
    this.group.delete(this);
  }

  write(bytes: Buffer): void {
    if (!this.closed) this.response.write(bytes);
  }

  end(): void {
    if (!this.closed) this.response.end();
  }

  events(frame: Frame): void {
    this.write(frame.asServerSentEvents(this.group.lens));
  }

  /** The state from which events go on; its id makes a reconnecting client go on from there. */
  snapshot(snapshot: Snapshot): void {
    this.write(message('snapshot', stateThrough(this.group.lens, snapshot), snapshot.seq));
  }

  mode(change: ModeChange): void {
    this.write(message('mode', change));
  }

  finished(finished: SessionFinished): void {
    this.write(message('finished', finished));
  }

  /** Keeps proxies from closing a quiet stream. Whoever has something to read needs none. */
  heartbeat(): void {
    if (this.backlog() === 0) this.write(Buffer.from(': still here\n\n'));
  }

  refused(sessionId: string, error: unknown): void {
    this.write(message('problem', { ...problemOf(error), sessionId }));
    this.end();
  }

  deleted(sessionId: string): void {
    this.write(message('deleted', { sessionId }));
    this.end();
  }
}
