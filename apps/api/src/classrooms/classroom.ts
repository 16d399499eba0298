/**
 * An open classroom in memory: a cache of what is stored, and who is connected. Everything that changes it is stored first and
 * then put here, so whatever was acknowledged or told survives the process. Changes wait for each other (`inTurn`).
 */
import type { Lead, LedSubject, Projection } from '@heapcast/contracts';
import type { ClassroomCopyRecord, ClassroomPersonRecord, ClassroomRecord } from '@heapcast/database';
import { showCode } from './join-code.js';
import { readLead } from './lead-clock.js';

export class Classroom {
  readonly people = new Map<string, ClassroomPersonRecord>();
  /** Who was removed: their secrets open nothing, and they are told so. */
  readonly removed = new Map<string, ClassroomPersonRecord>();
  readonly copies = new Map<string, ClassroomCopyRecord>();
  /** As it is stored. */
  lead: Lead;
  /** As it will be, while it is being written. */
  nextLead: Lead | null = null;
  leadWrite: Promise<void> | null = null;
  /** The session that members may read: the subject, or what the run came from. */
  lentSession: string | null = null;
  /** The scenario that the session plays. */
  scenario: LedSubject['scenario'];
  /** Counts what was told of questions, so that whoever comes meanwhile is told the last. */
  questionRevision = 0;
  lastUsed = Date.now();
  readonly #connections = new Map<string, number>();
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(
    public record: ClassroomRecord,
    people: readonly ClassroomPersonRecord[],
    copies: readonly ClassroomCopyRecord[],
  ) {
    this.lead = readLead(record.lead);
    for (const person of people) (person.removedAt ? this.removed : this.people).set(person.id, person);
    for (const copy of copies) this.copies.set(copy.id, copy);
  }

  get id(): string {
    return this.record.id;
  }

  get isOpen(): boolean {
    return this.record.status === 'open';
  }

  /** As people read it: `ABC 234`; `null` = none is good now. */
  get code(): string | null {
    const { code, codeExpiresAt } = this.record;
    if (!this.isOpen || code === null || !codeExpiresAt || codeExpiresAt.getTime() <= Date.now()) return null;
    return showCode(code);
  }

  get projection(): Projection {
    const { kind, copyId } = this.record.projection;
    return kind === 'copy' && typeof copyId === 'string' ? { kind, copyId } : { kind: 'lesson' };
  }

  /** The owner is always there. */
  get ownerId(): string {
    for (const { id, role } of this.people.values()) if (role === 'owner') return id;
    return this.record.driverId;
  }

  /** Nobody is connected and nothing waits. */
  get idle(): boolean {
    return this.#connections.size === 0 && this.#waiting === 0 && this.leadWrite === null;
  }

  isOnline(personId: string): boolean {
    return this.#connections.has(personId);
  }

  connectionsOf(personId: string): number {
    return this.#connections.get(personId) ?? 0;
  }

  /** Is this the person's first connection? */
  connected(personId: string): boolean {
    const before = this.connectionsOf(personId);
    this.#connections.set(personId, before + 1);
    return before === 0;
  }

  /** Was it the last one? */
  disconnected(personId: string): boolean {
    const left = this.connectionsOf(personId) - 1;
    if (left > 0) this.#connections.set(personId, left);
    else this.#connections.delete(personId);
    return left <= 0;
  }

  /** One change after the other. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.#waiting++;
    const turn = this.#last.then(work).finally(() => this.#waiting--);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Resolves when nothing waits any more. */
  async settled(): Promise<void> {
    await this.#last;
    await this.leadWrite?.catch(() => undefined);
  }
}
