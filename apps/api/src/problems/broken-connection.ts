/** What cannot even be parsed as HTTP is answered as a problem too, straight on the socket. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { ProblemName } from './problem-types.js';
import { problemOf } from './problem-of.js';
import { ProblemException } from './problem.exception.js';

const KINDS: Readonly<Record<string, readonly [ProblemName, string]>> = {
  HPE_HEADER_OVERFLOW: ['headers-too-large', 'The request headers are larger than 16 KiB.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['request-timeout', 'The request did not arrive in time.'],
};

/** Fastify's `clientErrorHandler`. */
export function answerBrokenConnection(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) {
    socket.destroy();
    return;
  }
  if (!socket.writable) {
    socket.destroy(error);
    return;
  }
  const [name, detail] = KINDS[error.code ?? ''] ?? ['invalid-request', 'The request is not valid HTTP.'];
  const problem = problemOf(new ProblemException(name, detail));
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? 'Error'}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
