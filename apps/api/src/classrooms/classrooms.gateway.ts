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
} from '@nestjs/websockets';
import { CLASSROOM_CLIENT_EVENTS, CLASSROOM_NAMESPACE } from '@heapcast/contracts';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { ProblemException } from '../problems/index.js';
import { checkPayload } from '../streaming/acknowledgement.js';
import { Reception } from '../streaming/reception.js';
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
  readonly #knocking = new WeakMap<KnockingSocket['handshake'], Membership>();
  readonly #pace = new RateLimiterMemory({ points: MOST_EVENTS, duration: 1 });
  readonly #log = new Logger(ClassroomsGateway.name);
  readonly #reception = new Reception<ClassroomSocket, Guest>(
    CLASSROOM_CLIENT_EVENTS,
    ({ load, member }, socket, work) =>
      load.carryOut(async () => {
        await this.#keepPace(member.personId);
        await this.gate.admit(socket, 'writes');
        return work();
      }),
    this.#log,
  );

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
    this.#reception.welcome(socket, { member, load: new SocketLoad(socket) });
    if (classroom.connected(personId)) this.audience.people(classroom, [personId]);
    this.greeting.greet(socket, member).catch((error: unknown) => {
      this.#log.error(error);
      socket.conn.close();
    });
  }

  handleDisconnect(socket: ClassroomSocket): void {
    const guest = this.#reception.leave(socket);
    if (!guest) return;
    const { classroom, personId } = guest.member;
    classroom.lastUsed = Date.now();
    if (classroom.disconnected(personId)) this.audience.people(classroom, [personId]);
  }

  /** What was asked for is answered first. Who comes again is the same person. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.host.settled();
    this.#reception.cut();
  }

  @SubscribeMessage('classroom:lead')
  lead(@ConnectedSocket() socket: ClassroomSocket, @MessageBody() payload: unknown, @Ack() ack: unknown) {
    return this.#reception.answer(socket, ack, async ({ member }) => {
      const change = await checkPayload(LeadChangeDto, payload);
      return { lead: await this.leads.move(member, change) };
    });
  }

  @SubscribeMessage('classroom:request')
  request(@ConnectedSocket() socket: ClassroomSocket, @MessageBody() payload: unknown, @Ack() ack: unknown) {
    return this.#reception.answer(socket, ack, async ({ member, load }) => {
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
    return this.#reception.answer(socket, ack, async ({ member }) => {
      const { following, event } = await checkPayload(PlaceDto, payload);
      await this.people.place(member, following, event);
      return {};
    });
  }

  @SubscribeMessage('classroom:answer')
  answerQuestion(@ConnectedSocket() socket: ClassroomSocket, @MessageBody() payload: unknown, @Ack() ack: unknown) {
    return this.#reception.answer(socket, ack, async ({ member }) => this.questions.answer(member, payload));
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
}
