/** The progress of a run as Server-Sent Events: `event: progress`, the last one with the state in which the run ended. */
import type { RunProgress } from '@heapcast/contracts';
import type { FastifyReply } from 'fastify';
import type { Observable } from 'rxjs';

/** Keeps proxies from closing a quiet stream. */
const HEARTBEAT_MILLISECONDS = 15_000;
/** What may wait for a slow client; later states make the earlier ones pointless. */
const BACKLOG_BYTES = 16_384;

export function streamProgress(reply: FastifyReply, progress: Observable<RunProgress>): void {
  const { raw } = reply;
  // What the hooks put on the answer: security headers, what is left of a budget.
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
  reply.hijack();
  raw.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  let last: RunProgress | undefined;
  const write = (state: RunProgress): void => {
    raw.write(`event: progress\ndata: ${JSON.stringify(state)}\n\n`);
    last = undefined;
  };
  const heartbeat = setInterval(() => raw.write(': still here\n\n'), HEARTBEAT_MILLISECONDS);
  const subscription = progress.subscribe({
    next: (state) => {
      if (raw.writableLength < BACKLOG_BYTES) write(state);
      else last = state;
    },
    error: () => raw.destroy(),
    complete: () => {
      if (last) write(last);
      clearInterval(heartbeat);
      raw.end();
    },
  });
  raw.once('close', () => {
    clearInterval(heartbeat);
    subscription.unsubscribe();
  });
}
