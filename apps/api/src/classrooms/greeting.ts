/** The first thing on every connection: the whole state, and from then on every change of it, with nothing in between lost. */
import { Injectable } from '@nestjs/common';
import { Audience, type ClassroomSocket } from './audience.js';
import { describeState } from './classroom-state.js';
import type { Membership } from './membership.js';
import { QuestionPort } from './question-port.js';

@Injectable()
export class Greeting {
  constructor(
    private readonly audience: Audience,
    private readonly questions: QuestionPort,
  ) {}

  async greet(socket: ClassroomSocket, member: Membership): Promise<void> {
    const { classroom } = member;
    let revision: number;
    let question;
    do {
      revision = classroom.questionRevision;
      question = await this.questions.present(member);
    } while (revision !== classroom.questionRevision);
    if (!socket.connected) return;
    // In one turn of the event loop: what is told after this state reaches the socket, what was told before is in it.
    socket.emit('classroom:state', describeState(member, question));
    this.audience.join(socket, classroom, member.person);
  }

  /** Somebody's role changed: they see other things from now on. */
  async greetAgain(member: Membership): Promise<void> {
    const sockets = this.audience.unseat(member.classroom, member.personId);
    await Promise.all(sockets.map(async (socket) => this.greet(socket, member)));
  }
}
