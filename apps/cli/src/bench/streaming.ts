/**
 * One session that runs as fast as it can, watched by 1, 50 and 200 Socket.IO clients in one process: events delivered in
 * all, and whether anybody missed one. The clients share the machine with the service: lower bounds.
 */
import path from 'node:path';
import {
  SOCKET_NAMESPACE,
  type ClientToServerEvents,
  type FrameFormat,
  type ServerToClientEvents,
} from '@heapcast/contracts';
import type { Socket } from 'socket.io-client';
import { BuiltService, openSession, type OpenedSession } from './built-service.js';
import type { Benchmark, Figure } from './figure.js';
import { KeepAlive } from './keep-alive.js';

const BATCH = 1000;
/** Most milliseconds to wait for the last event. */
const PATIENCE = 120_000;

type Watcher = Socket<ServerToClientEvents, ClientToServerEvents>;

export const streaming: Benchmark = {
  name: 'streaming',
  title: 'one fast session, 1, 50 and 200 watching clients',
  async run({ quick, scratch, tell }) {
    const service = await BuiltService.start(path.join(scratch, 'streaming'));
    try {
      const figures: Figure[] = [];
      for (const format of ['binary', 'json'] as const) {
        for (const clients of [1, 50, 200]) {
          const events = Math.max(
            4 * BATCH,
            Math.round((quick ? 20_000 : 200_000) / Math.sqrt(clients) / BATCH) * BATCH,
          );
          tell(`streaming: ${clients} clients, ${format}`);
          figures.push(...(await watch(service, clients, format, events)));
        }
      }
      return figures;
    } finally {
      await service.stop();
    }
  },
};

async function watch(service: BuiltService, clients: number, format: FrameFormat, events: number): Promise<Figure[]> {
  const session = await openSession(service);
  const before = service.memory();
  const watchers = await Promise.all(
    Array.from({ length: clients }, () => subscribe(service, session, format, events)),
  );
  const writer = await KeepAlive.open(service.port);
  try {
    const start = performance.now();
    for (let sent = 0; sent < events; sent += BATCH) await write(writer, session, sent);
    const written = (performance.now() - start) / 1000;
    const ends = await Promise.all(watchers.map(({ done }) => done));
    const seconds = (performance.now() - start) / 1000;
    const delivered = ends.reduce((sum, { received }) => sum + received, 0);
    const moved = ends.filter(({ slow }) => slow).length;
    const after = service.memory();
    const grown = before && after ? `; the service grew by ${(after.now - before.now).toFixed(0)} MiB` : '';
    return [
      {
        name: `delivered, ${clients} ${clients === 1 ? 'client' : 'clients'}, ${format}`,
        value: delivered / 1e6 / seconds,
        unit: 'M events/s',
        note: `${events} events, no gap, no duplicate; ${moved} moved to state frames${grown}`,
      },
      {
        name: `session speed, ${clients} watching, ${format}`,
        value: events / 1e3 / written,
        unit: 'k events/s',
        note: `stored, in batches of ${BATCH}`,
      },
    ];
  } finally {
    writer.close();
    for (const { socket } of watchers) socket.disconnect();
  }
}

interface End {
  readonly received: number;
  /** The service moved it to state frames. */
  readonly slow: boolean;
}

/** Resolves when the client is subscribed; `done` when it has seen the last event, or was told the last state. */
async function subscribe(
  service: BuiltService,
  { id }: OpenedSession,
  format: FrameFormat,
  events: number,
): Promise<{ readonly socket: Watcher; readonly done: Promise<End> }> {
  const { io } = await import('socket.io-client');
  const socket: Watcher = io(`${service.url}${SOCKET_NAMESPACE}`, { transports: ['websocket'], forceNew: true });
  const done = new Promise<End>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`a client saw ${seen} of ${events} events`)), PATIENCE);
    let seen = 0;
    let slow = false;
    const finish = (): void => {
      clearTimeout(timer);
      resolve({ received: seen, slow });
    };
    socket.on('session:events', ({ firstSeq, lastSeq }) => {
      if (firstSeq !== seen + 1) reject(new Error(`event ${firstSeq} came after event ${seen}`));
      seen = lastSeq;
      if (seen >= events) finish();
    });
    socket.on('session:mode', () => (slow = true));
    socket.on('session:state', ({ seq }) => {
      if (slow && seq >= events) finish();
    });
    socket.on('connect_error', reject);
  });
  done.catch(() => {});
  await new Promise<void>((resolve, reject) => {
    socket.emit('session:subscribe', { sessionId: id, from: 0, format }, (answer) => {
      if (answer.ok) resolve();
      else reject(new Error(JSON.stringify(answer.problem)));
    });
    socket.once('connect_error', reject);
  });
  return { socket, done };
}

async function write(writer: KeepAlive, { id, token }: OpenedSession, sent: number): Promise<void> {
  const requests = Array.from({ length: BATCH }, (_, i) =>
    i % 2 === 0 ? { op: 'malloc', size: 1 + ((sent + i) % 500), id: 'a' } : { op: 'free', id: 'a' },
  );
  const { status, body } = await writer.post(`/v1/sessions/${id}/requests`, JSON.stringify({ requests }), token);
  if (status !== 200) throw new Error(`${status} ${body.slice(0, 300)}`);
}
