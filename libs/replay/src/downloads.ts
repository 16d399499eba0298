/** The main thread's side of an export that a worker writes. */
import type { TraceHeader } from '@heapcast/trace';
import { ReplayError } from './replay-error.js';
import type { WorkerLink } from './worker-link.js';

export interface DownloadOptions {
  readonly key: string;
  readonly format: string;
  readonly header: TraceHeader;
  readonly signal?: AbortSignal;
}

/** The pieces in order. Ending the iteration early, or the signal, stops the worker's side. */
export async function* download(
  link: WorkerLink,
  { key, format, header, signal }: DownloadOptions,
): AsyncGenerator<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let ended = false;
  let failure: unknown;
  let wake = nobody;
  const { call, reply } = link.call<void>((number) => ({ type: 'export', call: number, key, format, header }), 0, {
    onMessage: (message) => {
      if (message.type === 'piece') pieces.push(message.bytes);
      wake();
    },
  });
  const stop = (): void => link.tell({ type: 'cancel', call });
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  reply
    .catch((error: unknown) => (failure = error))
    .finally(() => {
      ended = true;
      wake();
    });
  try {
    for (;;) {
      const piece = pieces.shift();
      if (piece) {
        yield piece;
        link.tell({ type: 'taken', call });
      } else if (ended) {
        break;
      } else {
        await new Promise<void>((resolve) => (wake = resolve));
      }
    }
    if (failure) throw failure instanceof Error ? failure : new ReplayError('internal', 'an export failed');
  } finally {
    signal?.removeEventListener('abort', stop);
    if (!ended) stop();
  }
}

function nobody(): void {
  // Nobody waits.
}
