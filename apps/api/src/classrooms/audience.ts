/**
 * Everyone who is connected to a classroom. A room of Socket.IO per classroom and kind of viewer: what all of them are told is
 * encoded once. Changes of people are gathered and told 4 times a second; who does not read is cut off, and comes back to a
 * whole state. Rooms are named by the classroom's id, so nothing reaches anybody in another.
 */
import type {
  ClassroomClientEvents,
  ClassroomQuestion,
  ClassroomServerEvents,
  ClassroomState,
  HistogramBar,
} from '@heapcast/contracts';
import type { ClassroomPersonRecord } from '@heapcast/database';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Namespace, Socket } from 'socket.io';
import { Configuration } from '../configuration/configuration.js';
import { backlogOf } from '../streaming/socket-backlog.js';
import type { Classroom } from './classroom.js';
import { copiesFor, describeCopy, describePerson, isOffered } from './classroom-state.js';
import { isTeacher } from './membership.js';

export type ClassroomNamespace = Namespace<ClassroomClientEvents, ClassroomServerEvents>;
export type ClassroomSocket = Socket<ClassroomClientEvents, ClassroomServerEvents>;

/** What changed of the state, but copies: each member sees others of those. */
export type SharedChange = Partial<
  Pick<ClassroomState, 'title' | 'status' | 'locked' | 'code' | 'driverId' | 'mayExplore' | 'projection' | 'subject'>
>;

export interface AnswersSoFar {
  readonly questionId: string;
  readonly answered: number;
  readonly answeredBy?: readonly string[];
  readonly histogram?: readonly HistogramBar[];
}

/** Milliseconds that changes of people and of answers are gathered. */
const GATHERED = 250;

interface Gathering {
  readonly changed: Set<string>;
  readonly gone: Set<string>;
  answers: AnswersSoFar | null;
  timer: NodeJS.Timeout | undefined;
}

@Injectable()
export class Audience implements OnApplicationShutdown {
  #namespace: ClassroomNamespace | undefined;
  readonly #gathering = new Map<Classroom, Gathering>();

  constructor(private readonly configuration: Configuration) {}

  onApplicationShutdown(): void {
    for (const { timer } of this.#gathering.values()) clearTimeout(timer);
    this.#gathering.clear();
  }

  open(namespace: ClassroomNamespace): void {
    this.#namespace = namespace;
  }

  /** From now on the socket hears what happens. Takes effect at once with the in-memory adapter. */
  join(socket: ClassroomSocket, classroom: Classroom, person: ClassroomPersonRecord): void {
    void socket.join([roomOf(classroom, isTeacher(person)), personRoom(classroom, person.id)]);
  }

  /** The connections of somebody, who hears nothing until they join again. */
  unseat(classroom: Classroom, personId: string): readonly ClassroomSocket[] {
    const sockets = this.#socketsOf(personRoom(classroom, personId));
    for (const socket of sockets) {
      for (const room of [roomOf(classroom, true), roomOf(classroom, false)]) void socket.leave(room);
    }
    return sockets;
  }

  /** @param seq events of the session now, if it grew */
  led(classroom: Classroom, seq?: number): void {
    const told = { lead: classroom.lead, ...(seq === undefined ? {} : { seq }), now: Date.now() };
    this.#all(classroom)?.emit('classroom:led', told);
  }

  changed(classroom: Classroom, change: SharedChange): void {
    this.#all(classroom)?.emit('classroom:changed', change);
  }

  /** Everybody is told the copies that they may see. */
  copies(classroom: Classroom): void {
    const namespace = this.#namespace;
    if (!namespace) return;
    const all = [...classroom.copies.values()];
    namespace.to(roomOf(classroom, true)).emit('classroom:changed', { copies: all.map(describeCopy) });
    // Makers see theirs before they are shown.
    const makers = new Set(all.filter((copy) => !isOffered(classroom, copy)).map(({ personId }) => personId));
    const rooms = [...makers].map((id) => personRoom(classroom, id));
    const offered = all.filter((copy) => isOffered(classroom, copy)).map(describeCopy);
    namespace.to(roomOf(classroom, false)).except(rooms).emit('classroom:changed', { copies: offered });
    for (const id of makers) {
      const maker = classroom.people.get(id);
      if (!maker || isTeacher(maker)) continue;
      namespace.to(personRoom(classroom, id)).emit('classroom:changed', { copies: copiesFor(classroom, maker) });
    }
  }

  /** @param own what single people are told in the place of `others` */
  question(
    classroom: Classroom,
    views: {
      readonly teachers: ClassroomQuestion | null;
      readonly others: ClassroomQuestion | null;
      readonly own?: ReadonlyMap<string, ClassroomQuestion>;
    },
  ): void {
    classroom.questionRevision++;
    const namespace = this.#namespace;
    if (!namespace) return;
    this.#cutSlow(classroom);
    const { teachers, others, own = new Map() } = views;
    namespace.to(roomOf(classroom, true)).emit('classroom:question', { question: teachers });
    const apart = [...own.keys()].map((id) => personRoom(classroom, id));
    namespace.to(roomOf(classroom, false)).except(apart).emit('classroom:question', { question: others });
    for (const [id, question] of own) {
      namespace.to(personRoom(classroom, id)).except(roomOf(classroom, true)).emit('classroom:question', { question });
    }
  }

  /** Gathered: the last one of a quarter of a second is told. */
  answers(classroom: Classroom, answers: AnswersSoFar): void {
    this.#gather(classroom).answers = answers;
  }

  people(classroom: Classroom, ids: Iterable<string>): void {
    const { changed } = this.#gather(classroom);
    for (const id of ids) changed.add(id);
  }

  /** Somebody is not here any more: their connections end. */
  gone(classroom: Classroom, personId: string): void {
    this.#gather(classroom).gone.add(personId);
    this.#end(personRoom(classroom, personId), 'removed');
  }

  closed(classroom: Classroom): void {
    this.#flush(classroom);
    this.#end(roomOf(classroom, true), 'closed');
    this.#end(roomOf(classroom, false), 'closed');
  }

  #end(room: string, reason: 'removed' | 'closed'): void {
    this.#namespace?.to(room).emit('classroom:over', { reason });
    this.#namespace?.in(room).disconnectSockets();
  }

  #all(classroom: Classroom) {
    this.#cutSlow(classroom);
    return this.#namespace?.to([roomOf(classroom, true), roomOf(classroom, false)]);
  }

  #gather(classroom: Classroom): Gathering {
    let gathering = this.#gathering.get(classroom);
    if (!gathering) {
      gathering = { changed: new Set(), gone: new Set(), answers: null, timer: undefined };
      this.#gathering.set(classroom, gathering);
    }
    gathering.timer ??= setTimeout(() => this.#flush(classroom), GATHERED);
    return gathering;
  }

  #flush(classroom: Classroom): void {
    const gathering = this.#gathering.get(classroom);
    const namespace = this.#namespace;
    if (!gathering || !namespace) return;
    clearTimeout(gathering.timer);
    this.#gathering.delete(classroom);
    this.#cutSlow(classroom);
    const { changed, gone, answers } = gathering;
    const people = [...changed].flatMap((id) => classroom.people.get(id) ?? []);
    if (people.length > 0 || gone.size > 0) {
      const told = (whole: boolean) => ({
        changed: people.map((person) => describePerson(classroom, person, whole)),
        gone: [...gone],
      });
      namespace.to(roomOf(classroom, true)).emit('classroom:people', told(true));
      namespace.to(roomOf(classroom, false)).emit('classroom:people', told(false));
      for (const person of people) {
        // Only they and teachers know: told to them apart.
        if (isTeacher(person) || (person.score === 0 && person.place === null)) continue;
        const own = { changed: [describePerson(classroom, person, true)], gone: [] };
        namespace.to(personRoom(classroom, person.id)).emit('classroom:people', own);
      }
    }
    if (answers) {
      const { questionId, answered } = answers;
      namespace.to(roomOf(classroom, true)).emit('classroom:answers', answers);
      namespace.to(roomOf(classroom, false)).emit('classroom:answers', { questionId, answered });
    }
  }

  /** Who leaves too much unread is cut off before there is more: at once, because they would never read the rest. */
  #cutSlow(classroom: Classroom): void {
    for (const room of [roomOf(classroom, true), roomOf(classroom, false)]) {
      for (const socket of this.#socketsOf(room)) {
        if (backlogOf(socket.conn) > this.configuration.subscriberBuffer) socket.conn.close(true);
      }
    }
  }

  #socketsOf(room: string): ClassroomSocket[] {
    const ids = this.#namespace?.adapter.rooms.get(room);
    return [...(ids ?? [])].flatMap((id) => this.#namespace?.sockets.get(id) ?? []);
  }
}

function roomOf({ id }: Classroom, teachers: boolean): string {
  return `classroom:${id}:${teachers ? 'teachers' : 'others'}`;
}

function personRoom({ id }: Classroom, personId: string): string {
  return `classroom:${id}:person:${personId}`;
}
