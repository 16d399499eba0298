/**
 * The socket of classrooms: one connection is one person in one classroom. docs/asyncapi.yaml tells clients of it. A token is
 * checked before the connection is there; whoever is connected hears of their own classroom and of nothing else.
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
import { CLASSROOM_CLIENT_EVENTS, CLASSROOM_NAMESPACE } from '@heapcast/contracts';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { ProblemException } from '../problems/index.js';
import { answer, checkPayload } from '../streaming/acknowledgement.js';
import { type KnockingSocket, SocketGate } from '../streaming/socket-gate.js';
import { SocketLoad } from '../streaming/socket-load.js';
import { Audience, type ClassroomNamespace, type ClassroomSocket } from './audience.js';
import { ClassroomHost } from './classroom-host.js';
import { AskedOfSessionDto, LeadChangeDto, PlaceDto } from './lead.dto.js';
import { Greeting } from './greeting.js';
import { LeadService } from './lead.service.js';
import type { Membership } from './membership.js';
import { PeopleService } from './people.service.js';
import { QuestionPort } from './question-port.js';

/** Tabs and devices of one person. */
const MOST_CONNECTIONS = 10;
/** Events of one person in one second. */
const MOST_EVENTS = 100;

interface Guest {
  readonly member: Membership;
  readonly load: SocketLoad;
}

@WebSocketGateway({ namespace: CLASSROOM_NAMESPACE })
export class ClassroomsGateway
  implements OnGatewayInit, OnGatewayConnection, OnGatewayDisconnect, BeforeApplicationShutdown
{
  @WebSocketServer()
  private readonly namespace!: ClassroomNamespace;
  readonly #guests = new Map<string, Guest>();
  readonly #knocking = new WeakMap<KnockingSocket['handshake'], Membership>();
  readonly #pace = new RateLimiterMemory({ points: MOST_EVENTS, duration: 1 });
  readonly #log = new Logger(ClassroomsGateway.name);

  constructor(
    private readonly gate: SocketGate,
    private readonly host: ClassroomHost,
    private readonly audience: Audience,
    private readonly greeting: Greeting,
    private readonly leads: LeadService,
    private readonly people: PeopleService,
    private readonly questions: QuestionPort,
  ) {}

  afterInit(namespace: ClassroomNamespace): void {
    this.audience.open(namespace);
    this.gate.guard(namespace, async (socket) => {
      await this.gate.admit(socket, 'reads');
      const { handshake } = socket;
      const member = await this.host.memberByToken(handshake.auth['token']);
      member.requireOpen();
      if (member.classroom.connectionsOf(member.personId) >= MOST_CONNECTIONS) {
        throw new ProblemException(
          'limit-reached',
          `You are in this class ${MOST_CONNECTIONS} times: close a tab first.`,
        );
      }
      this.#knocking.set(handshake, member);
    });
  }

  handleConnection(socket: ClassroomSocket): void {
    const member = this.#knocking.get(socket.handshake);
    if (!member?.classroom.people.has(member.personId) || !member.classroom.isOpen) {
      socket.disconnect();
      return;
    }
    const { classroom, personId } = member;
    this.#guests.set(socket.id, { member, load: new SocketLoad(socket) });
    if (classroom.connected(personId)) this.audience.people(classroom, [personId]);
    socket.onAny((event: string, ...rest: unknown[]) => {
      if (!Object.hasOwn(CLASSROOM_CLIENT_EVENTS, event)) this.#answerUnknown(socket, event, rest.at(-1));
    });
    this.greeting.greet(socket, member).catch((error: unknown) => {
      this.#log.error(error);
      socket.conn.close();
    });
  }

  handleDisconnect(socket: ClassroomSocket): void {
    const guest = this.#guests.get(socket.id);
    if (!guest) return;
    this.#guests.delete(socket.id);
    const { classroom, personId } = guest.member;
    classroom.lastUsed = Date.now();
    if (classroom.disconnected(personId)) this.audience.people(classroom, [personId]);
  }

  /** What was asked for is answered first. A client whose connection is cut comes again, as the same person. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.host.settled();
    for (const id of this.#guests.keys()) this.namespace.sockets.get(id)?.conn.close();
  }

  @SubscribeMessage('classroom:lead')
  lead(@ConnectedSocket() socket: ClassroomSocket, @MessageBody() payload: unknown, @Ack() ack: unknown) {
    return this.#answer(socket, ack, async ({ member }) => {
      const change = await checkPayload(LeadChangeDto, payload);
      return { lead: await this.leads.move(member, change) };
    });
  }

  @SubscribeMessage('classroom:request')
  request(@ConnectedSocket() socket: ClassroomSocket, @MessageBody() payload: unknown, @Ack() ack: unknown) {
    return this.#answer(socket, ack, async ({ member, load }) => {
      const { before, placed } = load.queue();
      try {
        const asked = await checkPayload(AskedOfSessionDto, payload);
        return await this.leads.request(member, asked, { before, placed });
      } finally {
        placed();
      }
    });
  }

  @SubscribeMessage('classroom:place')
  place(@ConnectedSocket() socket: ClassroomSocket, @MessageBody() payload: unknown, @Ack() ack: unknown) {
    return this.#answer(socket, ack, async ({ member }) => {
      const { following, event } = await checkPayload(PlaceDto, payload);
      await this.people.place(member, following, event);
      return {};
    });
  }

  @SubscribeMessage('classroom:answer')
  answerQuestion(@ConnectedSocket() socket: ClassroomSocket, @MessageBody() payload: unknown, @Ack() ack: unknown) {
    return this.#answer(socket, ack, async ({ member }) => this.questions.answer(member, payload));
  }

  #answer<T extends object>(
    socket: ClassroomSocket,
    acknowledge: unknown,
    work: (guest: Guest) => Promise<T>,
  ): Promise<void> {
    const guest = this.#guests.get(socket.id);
    if (!guest) return Promise.resolve();
    return answer<T>(socket, {
      acknowledge,
      work: () =>
        guest.load.carryOut(async () => {
          await this.#keepPace(guest.member.personId);
          await this.gate.admit(socket, 'writes');
          return work(guest);
        }),
      onFault: (error) => this.#log.error(error),
    });
  }

  async #keepPace(personId: string): Promise<void> {
    const isTooFast = await this.#pace.consume(personId).then(
      () => false,
      () => true,
    );
    if (!isTooFast) return;
    throw new ProblemException('too-many-requests', `One person may send ${MOST_EVENTS} events a second.`, {
      retryAfter: 1,
    });
  }

  #answerUnknown(socket: ClassroomSocket, event: string, acknowledge: unknown): void {
    void this.#answer(socket, acknowledge, async () => {
      const known = Object.keys(CLASSROOM_CLIENT_EVENTS).join(', ');
      throw new ProblemException(
        'not-found',
        `There is no event ${JSON.stringify(event.slice(0, 80))}; there are ${known}.`,
      );
    });
  }
}
