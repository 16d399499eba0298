/** How far a run is, told until it has ended. */
import type { SessionTotals } from '@heapcast/contracts';

export interface RunProgress {
  readonly status: 'pending' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly events: number;
  readonly total: number;
  /** After those events, while it runs. */
  readonly totals?: SessionTotals;
}

/** Most failures in a row, each some seconds apart, until nobody waits any longer. */
const PATIENCE = 10;

/** Resolves when the run is done. @throws Error when it failed, was cancelled, or cannot be followed */
export function runDone(run: string, told: (progress: RunProgress) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const source = new EventSource(`/v1/runs/${encodeURIComponent(run)}/progress`);
    let failures = 0;
    source.addEventListener('progress', ({ data }: MessageEvent<string>) => {
      failures = 0;
      const progress: RunProgress = JSON.parse(data);
      told(progress);
      if (progress.status === 'pending' || progress.status === 'running') return;
      source.close();
      if (progress.status === 'done') resolve();
      else reject(new Error(progress.status === 'failed' ? 'The run failed.' : 'The run was cancelled.'));
    });
    source.addEventListener('error', () => {
      failures++;
      // The browser itself tries again, unless it was refused.
      if (source.readyState !== EventSource.CLOSED && failures < PATIENCE) return;
      source.close();
      reject(new Error('The service does not tell how far the run is.'));
    });
  });
}
