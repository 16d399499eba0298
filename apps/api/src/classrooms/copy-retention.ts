/**
 * Copies outlive their class: each stays its maker's, who goes on with it for as long as they like. One that nobody has changed
 * for `CLASSROOM_COPY_DAYS` since the class was over is deleted.
 */
import { ClassroomCopiesStore } from '@heapcast/database';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Configuration } from '../configuration/configuration.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { ClassroomHost } from './classroom-host.js';

const DAY = 86_400_000;
const SWEEP_MILLISECONDS = 3_600_000;
/** Copies that are deleted in one go. */
const AT_ONCE = 500;

@Injectable()
export class CopyRetention implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #log = new Logger(CopyRetention.name);
  #sweeper: NodeJS.Timeout | undefined;

  constructor(
    private readonly configuration: Configuration,
    private readonly store: ClassroomCopiesStore,
    private readonly sessions: SessionsService,
    private readonly host: ClassroomHost,
  ) {}

  onApplicationBootstrap(): void {
    const sweep = (): void => void this.sweep().catch((error: unknown) => this.#log.error(error));
    this.#sweeper = setInterval(sweep, SWEEP_MILLISECONDS).unref();
    sweep();
  }

  onApplicationShutdown(): void {
    clearInterval(this.#sweeper);
  }

  /** Deletes what was given up. Returns how many copies. */
  async sweep(): Promise<number> {
    const time = new Date(Date.now() - this.configuration.classroomCopyDays * DAY);
    let deleted = 0;
    for (;;) {
      const copies = await this.store.abandoned(time, AT_ONCE);
      const before = deleted;
      for (const { id, classroomId, sessionId } of copies) {
        try {
          await this.sessions.delete(sessionId);
        } catch (error) {
          // Its maker may have deleted it at this moment.
          this.#log.warn(`copy ${id} was not deleted: ${String(error)}`);
          continue;
        }
        this.host.forget(classroomId, id);
        deleted++;
      }
      if (copies.length < AT_ONCE || deleted === before) return deleted;
    }
  }
}
