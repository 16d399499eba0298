/**
 * How far the runs in this process are. Whoever watches a run gets its present state at once and every later one;
 * watching ends with the run. At most the latest state is kept: a slow watcher loses nothing that still counts.
 */
import type { RunProgress } from '@heapcast/contracts';
import { Injectable } from '@nestjs/common';
import { BehaviorSubject, type Observable } from 'rxjs';

const ENDED: ReadonlySet<RunProgress['status']> = new Set(['done', 'failed', 'cancelled']);

export function hasEnded({ status }: RunProgress): boolean {
  return ENDED.has(status);
}

@Injectable()
export class RunProgressBoard {
  readonly #runs = new Map<string, BehaviorSubject<RunProgress>>();

  /** Tells everyone who watches. A state that ends the run also ends the watching. */
  tell(progress: RunProgress): void {
    const run = this.#runs.get(progress.runId);
    if (run) run.next(progress);
    else if (!hasEnded(progress)) this.#runs.set(progress.runId, new BehaviorSubject(progress));
    if (run && hasEnded(progress)) {
      this.#runs.delete(progress.runId);
      run.complete();
    }
  }

  /** `undefined` = this run does not wait and is not being executed. */
  watch(runId: string): Observable<RunProgress> | undefined {
    return this.#runs.get(runId)?.asObservable();
  }

  latest(runId: string): RunProgress | undefined {
    return this.#runs.get(runId)?.value;
  }

  /** Runs that wait or are being executed. */
  get size(): number {
    return this.#runs.size;
  }

  /** Ends all watching: the service stops. The runs go on after the next start. */
  close(): void {
    for (const run of this.#runs.values()) run.complete();
    this.#runs.clear();
  }
}
