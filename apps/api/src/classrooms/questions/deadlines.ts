/** Calls back at moments of the server's clock: one per question. */
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';

@Injectable()
export class Deadlines implements OnApplicationShutdown {
  readonly #timers = new Map<string, NodeJS.Timeout>();

  onApplicationShutdown(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  /** In the place of what was kept for this id; `null` = never. */
  keep(id: string, at: Date | null, passed: () => void): void {
    this.forget(id);
    if (!at) return;
    const timer = setTimeout(
      () => {
        this.#timers.delete(id);
        passed();
      },
      Math.max(0, at.getTime() - Date.now()),
    );
    this.#timers.set(id, timer.unref());
  }

  forget(id: string): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }
}
