/**
 * The socket: what `libs/contracts` calls `ClientToServerEvents`, translated. docs/asyncapi.yaml tells clients of it.
 */
import { type BeforeApplicationShutdown, Logger } from '@nestjs/common';
import {
  Ack,
  ConnectedSocket,
  MessageBody,
  type OnGatewayConnection,
  type OnGatewayDisconnect,
  type OnGatewayInit,
  SubscribeMessage,
  WebSocketGateway,
  WebSocketServer,
} from '@nestjs/websockets';
import { CLIENT_EVENTS, SOCKET_NAMESPACE, type Subscribed } from '@heapcast/contracts';
import { AccessService } from '../access/index.js';
import { Configuration } from '../configuration/configuration.js';
import { invalid, notFound } from '../problems/index.js';
import { ProgramDesk } from '../programs/program-desk.js';
import { stateThrough } from '../lens/lens.js';
import { progressOf, RunsService } from '../runs/runs.service.js';
import type { LiveSession } from '../sessions/live-session.js';
import { noSuchEvent } from '../sessions/session-problems.js';
import { RequestDesk } from '../sessions/request-desk.js';
import { snapshotOf } from '../sessions/session-answers.js';
import { SessionHost } from '../sessions/session-host.js';
import { checkPayload } from './acknowledgement.js';
import { Connection } from './connection.js';
import { displayName } from './display-name.js';
import { Feeds } from './feeds.js';
import { Reception } from './reception.js';
import { Subscription } from './subscription.js';
import { PresencePayload, RunPayload, SessionPayload, SubscribePayload } from './socket.dto.js';
import { SocketGate } from './socket-gate.js';
import { backlogOf } from './socket-backlog.js';
import { SocketGroup, type SessionNamespace, SocketOutlet, type SessionSocket } from './socket-outlet.js';

/** Progress is not sent to who has not read the progress before. */
const PROGRESS_BACKLOG = 64 * 1024;

@WebSocketGateway({ namespace: SOCKET_NAMESPACE })
export class SessionsGateway
  implements OnGatewayInit, OnGatewayConnection, OnGatewayDisconnect, BeforeApplicationShutdown
{
  @WebSocketServer()
  private readonly namespace!: SessionNamespace;
  readonly #reception = new Reception<SessionSocket, Connection>(
    CLIENT_EVENTS,
    (connection, _, work) => connection.carryOut(work),
    new Logger(SessionsGateway.name),
  );

  constructor(
    private readonly configuration: Configuration,
    private readonly gate: SocketGate,
    private readonly host: SessionHost,
    private readonly access: AccessService,
    private readonly desk: RequestDesk,
    private readonly programs: ProgramDesk,
    private readonly feeds: Feeds,
    private readonly runs: RunsService,
  ) {}

  afterInit(namespace: SessionNamespace): void {
    this.gate.guard(namespace);
    this.gate.refuseAll(namespace.server.of('/'), namespace);
  }

  handleConnection(socket: SessionSocket): void {
    this.#reception.welcome(socket, new Connection(socket));
  }

  handleDisconnect(socket: SessionSocket): void {
    this.#reception.leave(socket)?.close();
  }

  /** What was asked for is answered first. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.host.settled();
    this.#reception.cut();
  }

  @SubscribeMessage('session:subscribe')
  subscribe(@ConnectedSocket() socket: SessionSocket, @MessageBody() payload: unknown, @Ack() ack: unknown) {
    return this.#reception.answer(socket, ack, async (connection) => {
      const wanted = await checkPayload(SubscribePayload, payload);
      await this.gate.admit(socket, 'reads');
      return this.host.use(wanted.sessionId, async (session) => {
        await this.access.requireRead(session.record, wanted.token);
        return this.#subscribe(connection, session, wanted);
      });
    });
  }

  @SubscribeMessage('session:unsubscribe')
  unsubscribe(@ConnectedSocket() socket: SessionSocket, @MessageBody() payload: unknown, @Ack() ack: unknown) {
    return this.#reception.answer(socket, ack, async (connection) => {
      const { sessionId } = await checkPayload(SessionPayload, payload);
      if (!connection.leave(sessionId)) throw notFound('subscription to session', sessionId);
      return {};
    });
  }

  @SubscribeMessage('session:request')
  request(@ConnectedSocket() socket: SessionSocket, @MessageBody() payload: unknown, @Ack() ack: unknown) {
    return this.#reception.answer(socket, ack, async (connection) => {
      const { sessionId, token, list, idempotencyKey } = writePayload(payload, 'requests');
      const { before, placed } = connection.queue();
      try {
        await this.gate.admit(socket, 'writes');
        const terms = { token, key: idempotencyKey, keyPath: 'idempotencyKey', before, placed };
        return await this.desk.take(sessionId, { requests: list }, terms);
      } finally {
        placed();
      }
    });
  }

  @SubscribeMessage('session:command')
  command(@ConnectedSocket() socket: SessionSocket, @MessageBody() payload: unknown, @Ack() ack: unknown) {
    return this.#reception.answer(socket, ack, async (connection) => {
      const { sessionId, token, list, idempotencyKey } = writePayload(payload, 'commands');
      const { before, placed } = connection.queue();
      try {
        await this.gate.admit(socket, 'writes');
        const terms = { token, key: idempotencyKey, keyPath: 'idempotencyKey', before, placed };
        return await this.programs.take(sessionId, { commands: list }, terms);
      } finally {
        placed();
      }
    });
  }

  @SubscribeMessage('session:presence')
  presence(@ConnectedSocket() socket: SessionSocket, @MessageBody() payload: unknown, @Ack() ack: unknown) {
    return this.#reception.answer(socket, ack, async (connection) => {
      const { sessionId, name } = await checkPayload(PresencePayload, payload);
      const watched = connection.session(sessionId);
      if (!watched) throw notFound('subscription to session', sessionId);
      watched.feed.rename(watched.subscription, displayName(name));
      return { presence: watched.feed.presence() };
    });
  }

  @SubscribeMessage('run:subscribe')
  followRun(@ConnectedSocket() socket: SessionSocket, @MessageBody() payload: unknown, @Ack() ack: unknown) {
    return this.#reception.answer(socket, ack, async (connection) => {
      const { runId, token } = await checkPayload(RunPayload, payload);
      await this.gate.admit(socket, 'reads');
      const run = await this.runs.get(runId, token);
      const follow = (): void => {
        connection.follow(runId, () =>
          this.runs.watch(run).subscribe((progress) => {
            const ended = progress.status !== 'pending' && progress.status !== 'running';
            if (ended || backlogOf(socket.conn) < PROGRESS_BACKLOG) socket.emit('run:progress', progress);
          }),
        );
      };
      return [{ progress: progressOf(run) }, follow] as const;
    });
  }

  @SubscribeMessage('run:unsubscribe')
  unfollowRun(@ConnectedSocket() socket: SessionSocket, @MessageBody() payload: unknown, @Ack() ack: unknown) {
    return this.#reception.answer(socket, ack, async (connection) => {
      const { runId } = await checkPayload(RunPayload, payload);
      connection.unfollow(runId);
      return {};
    });
  }

  /** The first event follows on the answer: on its snapshot, or on the event that the client had last. */
  async #subscribe(
    connection: Connection,
    session: LiveSession,
    { from, format = 'json', mode = 'events', arena, lens, detail = 'pools', name, token }: SubscribePayload,
  ): Promise<readonly [Subscribed, () => void]> {
    if (from !== undefined && from > session.seq) throw noSuchEvent('from', from, session.seq);
    if (lens !== undefined && format === 'binary') throw invalid('lens', 'is only for format json');
    if (arena !== undefined && mode !== 'map') throw invalid('arena', 'is only for mode map');
    connection.requireRoom(session.id);
    const snapshot =
      from === undefined ? await snapshotOf(session, detail, this.configuration.heapItemsLimit) : undefined;
    const next = (snapshot?.seq ?? from ?? 0) + 1;
    const feed = this.feeds.of(session);
    // Those who look through the same lens read the same bytes.
    const reads = `${format} ${lens ?? ''}`;
    const group = feed.group(SocketGroup, reads, () => new SocketGroup(this.namespace, session.id, format, lens));
    const subscription = new Subscription(new SocketOutlet(connection.socket, group), next, displayName(name), token);
    subscription.arena = arena ?? null;
    connection.watch({ feed, subscription });
    const subscribed: Subscribed = {
      sessionId: session.id,
      status: session.status,
      format,
      mode,
      seq: session.seq,
      next,
      ...(snapshot ? { snapshot: stateThrough(lens, snapshot) } : {}),
      presence: feed.presence(),
    };
    return [subscribed, () => feed.start(subscription, mode)];
  }
}

/** @throws ProblemException `invalid-request` */
function writePayload(payload: unknown, what: 'requests' | 'commands'): SocketWrite {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
    throw invalid('', 'The payload must be one object.');
  }
  const fields: Partial<Record<string, unknown>> = { ...payload };
  for (const name in fields) if (name !== what && !WRITE_FIELDS.has(name)) throw invalid(name, 'is not a known field');
  const { sessionId, token, [what]: list, idempotencyKey } = fields;
  if (typeof sessionId !== 'string') throw invalid('sessionId', 'must be the id of a session');
  if (token !== undefined && typeof token !== 'string') throw invalid('token', 'must be text');
  if (idempotencyKey !== undefined && typeof idempotencyKey !== 'string') {
    throw invalid('idempotencyKey', 'must be text');
  }
  return { sessionId, token, list, idempotencyKey };
}

const WRITE_FIELDS: ReadonlySet<string> = new Set(['sessionId', 'token', 'idempotencyKey']);

interface SocketWrite {
  readonly sessionId: string;
  readonly token: string | undefined;
  /** What is to be done; checked by the desk that takes it. */
  readonly list: unknown;
  readonly idempotencyKey: string | undefined;
}
