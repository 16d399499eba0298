/**
 * A run that is still being replayed when its page is opened: how far it is, and its curve as far as it goes. When it is done the page
 * reads the run as any other.
 */
import { computed, effect, signal } from '@preact/signals';
import { runDone } from '../../service/run-progress.js';
import type { WindowCurve } from '../../service/subject.js';
import type { HeapView } from './heap-view.js';

interface Reached {
  readonly events: number;
  readonly total: number;
  readonly requestedBytes: number;
  readonly allocatedBytes: number;
  readonly mappedBytes: number;
}

export class Indexing {
  /** `null` = the run is done, or there is none to be waited for. */
  readonly reached = signal<Reached | null>(null);
  readonly #samples = signal<readonly Reached[]>([]);
  /** Of the part that is replayed. */
  readonly curve = computed((): WindowCurve | null => {
    const samples = this.#samples.value;
    if (samples.length === 0) return null;
    return {
      edges: [0, ...samples.map(({ events }) => events)],
      requestedMax: samples.map(({ requestedBytes }) => requestedBytes),
      allocatedMax: samples.map(({ allocatedBytes }) => allocatedBytes),
      mappedMax: samples.map(({ mappedBytes }) => mappedBytes),
    };
  });

  constructor(private readonly view: HeapView) {}

  /** Follows the run if it is not done, until the returned function is called. */
  watch(done: () => void): () => void {
    let isWanted = true;
    let isFollowed = false;
    const stop = effect(() => {
      const about = this.view.about.value;
      if (!about?.unfinished || isFollowed) return;
      isFollowed = true;
      void this.#follow(about.events, done, () => isWanted);
    });
    return () => {
      isWanted = false;
      stop();
    };
  }

  async #follow(total: number, done: () => void, isWanted: () => boolean): Promise<void> {
    const { view } = this;
    this.reached.value = { events: 0, total, requestedBytes: 0, allocatedBytes: 0, mappedBytes: 0 };
    try {
      await runDone(view.subject.id, ({ events, totals }) => {
        if (!totals) return;
        const { requestedBytes, allocatedBytes, mappedBytes } = totals;
        this.reached.value = { events, total, requestedBytes, allocatedBytes, mappedBytes };
        this.#samples.value = [...this.#samples.value, this.reached.value];
      });
      if (isWanted()) done();
    } catch (error) {
      if (isWanted()) view.trouble.value = error instanceof Error ? error.message : String(error);
    } finally {
      this.reached.value = null;
    }
  }
}
