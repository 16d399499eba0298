/** Who watches a session, told when it changed: once for changes that come together, and later to those who have much to read. */
import type { Presence } from '@heapcast/contracts';
import { byGroup, type Subscription } from './subscription.js';

const MOST_NAMES = 100;
/** Who has more bytes to read is told afterwards. */
const MUCH_TO_READ = 64 * 1024;

export class PresenceTeller {
  #due: NodeJS.Timeout | undefined;

  /**
   * @param delay milliseconds that changes are gathered
   * @param owed some are to be told when they have read what they have
   */
  constructor(
    private readonly sessionId: string,
    private readonly subscriptions: ReadonlySet<Subscription>,
    private readonly delay: number,
    private readonly owed: () => void,
  ) {}

  now(): Presence {
    const names: string[] = [];
    for (const { name } of this.subscriptions) {
      if (name !== '' && names.length < MOST_NAMES) names.push(name);
    }
    return { sessionId: this.sessionId, count: this.subscriptions.size, names };
  }

  changed(): void {
    this.#due ??= setTimeout(() => {
      this.#due = undefined;
      const ready: Subscription[] = [];
      for (const subscription of this.subscriptions) {
        subscription.owedPresence = subscription.outlet.backlog() > MUCH_TO_READ;
        if (!subscription.owedPresence) ready.push(subscription);
      }
      this.tell(ready);
      this.owed();
    }, this.delay);
  }

  tell(subscriptions: readonly Subscription[]): void {
    if (subscriptions.length === 0) return;
    const presence = this.now();
    for (const [group, outlets] of byGroup(subscriptions)) group.presence(presence, outlets);
    for (const subscription of subscriptions) subscription.owedPresence = false;
  }

  stop(): void {
    clearTimeout(this.#due);
    this.#due = undefined;
  }
}
