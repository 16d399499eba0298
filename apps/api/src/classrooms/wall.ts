/** What is not shown any more does not stay on the wall, and nobody reads on what they may not read any more. */
import { ClassroomStore } from '@heapcast/database';
import { Injectable } from '@nestjs/common';
import { SessionHost } from '../sessions/session-host.js';
import { Audience } from './audience.js';
import type { Classroom } from './classroom.js';
import { isOffered } from './classroom-state.js';

@Injectable()
export class Wall {
  constructor(
    private readonly store: ClassroomStore,
    private readonly audience: Audience,
    private readonly host: SessionHost,
  ) {}

  /** The lesson again, if the copy on the wall is not offered any more. Called in the classroom's turn. */
  async tidy(classroom: Classroom): Promise<void> {
    const { projection } = classroom;
    if (projection.kind === 'lesson') return;
    const copy = classroom.copies.get(projection.copyId);
    if (copy && isOffered(classroom, copy)) return;
    const record = await this.store.change(classroom.id, { projection: { kind: 'lesson' } });
    if (!record) return;
    classroom.record = record;
    this.audience.changed(classroom, { projection: classroom.projection });
  }

  /** Whoever watches a private session by this classroom's leave, and has it no more, sees nothing further. */
  async recheck({ copies, lentSession }: Classroom): Promise<void> {
    const ids = new Set([...copies.values()].map(({ sessionId }) => sessionId));
    if (lentSession !== null) ids.add(lentSession);
    for (const id of ids) {
      // A session that was deleted has nobody who watches.
      await this.host.use(id, async (session) => session.audience?.recheck()).catch(() => undefined);
    }
  }
}
