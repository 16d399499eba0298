/**
 * The driver moves the class. A move is stored before it is acknowledged or told; moves that come while one is being written become
 * one, so somebody who drags through time does not queue behind the disk.
 */
import type { Lead, LeadChange } from '@heapcast/contracts';
import { ClassroomStore } from '@heapcast/database';
import { Injectable } from '@nestjs/common';
import { ProgramDesk } from '../programs/program-desk.js';
import { invalid, ProblemException } from '../problems/index.js';
import type { PlayStepsDto } from '../scenarios/scenario.dto.js';
import { ScenarioSessions } from '../scenarios/scenario-sessions.service.js';
import { RequestDesk, type RequestTerms } from '../sessions/request-desk.js';
import { noSuchEvent } from '../sessions/session-problems.js';
import { Audience } from './audience.js';
import type { Classroom } from './classroom.js';
import { changedLead, newLead } from './lead-clock.js';
import type { Membership } from './membership.js';
import { Subjects } from './subjects.js';

export interface AskedOfSession {
  readonly requests?: unknown;
  readonly commands?: unknown;
  readonly steps?: PlayStepsDto | undefined;
  readonly idempotencyKey?: string | undefined;
}

/** In which order those of one connection are taken. */
export type Order = Pick<RequestTerms, 'before' | 'placed'>;

@Injectable()
export class LeadService {
  /** Events of a session that grew, to be told with the next lead. */
  readonly #grown = new WeakMap<Classroom, number>();

  constructor(
    private readonly store: ClassroomStore,
    private readonly audience: Audience,
    private readonly subjects: Subjects,
    private readonly requests: RequestDesk,
    private readonly commands: ProgramDesk,
    private readonly scenarios: ScenarioSessions,
  ) {}

  /** @throws ProblemException `forbidden`, `conflict`, `invalid-position` */
  async move(member: Membership, change: LeadChange): Promise<Lead> {
    const { classroom } = member;
    member.requireOpen();
    member.requireDriver();
    const end = await this.subjects.end(classroom);
    if (change.event !== undefined && change.event > end) throw noSuchEvent('event', change.event, end);
    // It may have been taken away meanwhile.
    member.requireOpen();
    member.requireDriver();
    return this.#set(classroom, (lead) => changedLead(lead, change, Date.now(), end));
  }

  /** The driver's requests, commands or steps go to the session, and the class to where they led. */
  async request(
    member: Membership,
    asked: AskedOfSession,
    order: Order = {},
  ): Promise<{ readonly seq: number; readonly lead: Lead }> {
    const { classroom } = member;
    member.requireOpen();
    member.requireDriver();
    const { subjectKind, subjectId, mayWrite } = classroom.record;
    if (subjectKind === 'run')
      throw new ProblemException('conflict', 'The class looks at a run, which takes no requests.');
    if (!mayWrite) {
      throw new ProblemException(
        'forbidden',
        'The class was opened around a session that it may only read: open it with an owner or editor token of the session.',
      );
    }
    const { seq } = await this.#carryOut(subjectId, asked, order);
    // What was asked is done, whoever drives now.
    if (classroom.record.subjectId !== subjectId) return { seq, lead: classroom.lead };
    this.#grown.set(classroom, Math.max(seq, this.#grown.get(classroom) ?? 0));
    const lead = await this.#set(classroom, (before) => changedLead(before, { event: seq, speed: 0 }, Date.now(), seq));
    return { seq, lead };
  }

  async #carryOut(
    id: string,
    { requests, commands, steps, idempotencyKey: key }: AskedOfSession,
    order: Order,
  ): Promise<{ readonly seq: number }> {
    if ([requests, commands, steps].filter((each) => each !== undefined).length !== 1) {
      throw invalid('requests', 'or commands or steps must be given, and only one of them');
    }
    const allowed = { token: undefined, isAllowed: true };
    if (steps) {
      if (key !== undefined) throw invalid('idempotencyKey', 'is for requests and commands; `until` is safe to retry');
      await order.before;
      return this.scenarios.play(id, steps, allowed);
    }
    const terms = { ...allowed, key, keyPath: 'idempotencyKey', ...order };
    if (commands === undefined) return this.requests.take(id, { requests }, terms);
    return this.commands.take(id, { commands }, terms);
  }

  /** Something else is looked at: its end, paused. */
  async restart(classroom: Classroom, end: number): Promise<void> {
    await this.#set(classroom, ({ revision }) => newLead(end, Date.now(), revision + 1));
  }

  async #set(classroom: Classroom, step: (lead: Lead) => Lead): Promise<Lead> {
    const lead = step(classroom.nextLead ?? classroom.lead);
    classroom.nextLead = lead;
    classroom.leadWrite ??= this.#write(classroom);
    await classroom.leadWrite;
    return lead;
  }

  /** Writes the newest until there is no newer one. */
  async #write(classroom: Classroom): Promise<void> {
    try {
      while (classroom.nextLead && classroom.nextLead !== classroom.lead) {
        const lead = classroom.nextLead;
        await this.store.writeLead(classroom.id, lead);
        classroom.lead = lead;
        const seq = this.#grown.get(classroom);
        this.#grown.delete(classroom);
        this.audience.led(classroom, seq);
      }
    } finally {
      classroom.nextLead = null;
      classroom.leadWrite = null;
    }
  }
}
