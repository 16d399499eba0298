/** The codes that let people in. Those that are good now are in memory: a wrong guess costs no query. */
import type { JoinCode } from '@heapcast/contracts';
import { ClassroomStore, CodeTakenError } from '@heapcast/database';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import qrcode from 'qrcode';
import { ProblemException } from '../problems/index.js';
import { Audience } from './audience.js';
import type { Classroom } from './classroom.js';
import { mintCode } from './join-code.js';
import type { Membership } from './membership.js';

const HOUR = 3_600_000;
const TRIES = 8;

interface GoodCode {
  readonly classroomId: string;
  readonly expiresAt: number;
}

@Injectable()
export class Codes implements OnApplicationBootstrap {
  readonly #good = new Map<string, GoodCode>();

  constructor(
    private readonly store: ClassroomStore,
    private readonly audience: Audience,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    for (const { code, classroomId, expiresAt } of await this.store.codes()) {
      this.#good.set(code, { classroomId, expiresAt: expiresAt.getTime() });
    }
  }

  /** The classroom that the code leads to now. */
  find(code: string): string | null {
    const good = this.#good.get(code);
    if (!good) return null;
    if (good.expiresAt > Date.now()) return good.classroomId;
    this.#good.delete(code);
    return null;
  }

  /** Stores something under a code that no other classroom has. */
  async draw<T>(hours: number, store: (code: string, expiresAt: Date) => Promise<T>): Promise<T> {
    const expiresAt = new Date(Date.now() + hours * HOUR);
    for (let left = TRIES; ; left--) {
      try {
        return await store(mintCode(), expiresAt);
      } catch (error) {
        if (!(error instanceof CodeTakenError) || left === 0) throw error;
      }
    }
  }

  /** From now on the classroom's code leads there; the one before does not. */
  learn({ record: { id, code, codeExpiresAt } }: Classroom, before: string | null): void {
    if (before !== null) this.#good.delete(before);
    if (code !== null && codeExpiresAt) {
      this.#good.set(code, { classroomId: id, expiresAt: codeExpiresAt.getTime() });
    }
  }

  /** @throws ProblemException `forbidden`, `conflict` */
  async renew(member: Membership): Promise<void> {
    const { classroom } = member;
    member.requireRole('teacher');
    await classroom.inTurn(async () => {
      member.requireOpen();
      const { id, code: before, codeHours } = classroom.record;
      const record = await this.draw(codeHours, (code, codeExpiresAt) =>
        this.store.change(id, { code, codeExpiresAt }),
      );
      if (record) classroom.record = record;
      this.learn(classroom, before);
    });
    this.audience.changed(classroom, { code: classroom.code });
  }

  /** @param base `http://host` as the client reached the service */
  describe({ code: shown, record: { code, codeExpiresAt } }: Classroom, base: string): JoinCode | null {
    if (shown === null || code === null || !codeExpiresAt) return null;
    return { code: shown, expiresAt: codeExpiresAt.toISOString(), url: `${base}/j/${code}` };
  }

  /** @throws ProblemException `not-found` when there is no code */
  async picture(classroom: Classroom, base: string): Promise<string> {
    const join = this.describe(classroom, base);
    if (!join)
      throw new ProblemException('not-found', 'No code leads to this class now: it expired, or the class is over.');
    return qrcode.toString(join.url, { type: 'svg', errorCorrectionLevel: 'M', margin: 4 });
  }
}
