/**
 * One logger for the service, Nest and Fastify: JSON lines on standard error (standard output is for people). Requests
 * are not logged one by one above `debug`; failures are, with the request's id. Nothing that opens a door is written.
 */
import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from 'pino';

const SECRETS = ['headers.authorization', 'headers["x-api-key"]', 'headers.cookie', 'token', '*.token', '*.ownerToken'];

export function createLog(level: string, sink: DestinationStream = destination({ fd: 2, sync: true })): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRETS, censor: '…' },
    },
    sink,
  );
}

/** Nest's own words, by the same logger. Its start-up chatter is `debug`. */
export class NestLog implements LoggerService {
  constructor(private readonly sink: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.sink.debug({ context: contextOf(rest) }, String(message));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.sink.warn({ context: contextOf(rest) }, String(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    if (message instanceof Error) this.sink.error({ context: contextOf(rest), err: message }, message.message);
    else
      this.sink.error(
        { context: contextOf(rest), stack: rest.length > 1 ? String(rest[0]) : undefined },
        String(message),
      );
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.sink.debug({ context: contextOf(rest) }, String(message));
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.sink.trace({ context: contextOf(rest) }, String(message));
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.sink.fatal({ context: contextOf(rest) }, String(message));
  }
}

function contextOf(rest: readonly unknown[]): string | undefined {
  const last = rest.at(-1);
  return typeof last === 'string' ? last : undefined;
}
