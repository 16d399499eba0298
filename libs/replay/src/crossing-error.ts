/** Errors on their way between threads: taken apart on one side, the same type again on the other. */
import { TraceFormatError } from '@heapcast/trace';
import { ReplayError, type ReplayErrorCode } from './replay-error.js';

export type PlainError =
  | { readonly kind: 'replay'; readonly code: ReplayErrorCode; readonly message: string }
  | { readonly kind: 'format'; readonly fault: ReturnType<TraceFormatError['toJSON']> }
  /** An error of the other side that only passed through here. */
  | { readonly kind: 'relayed'; readonly ticket: number }
  | { readonly kind: 'other'; readonly message: string; readonly stack: string };

/** An error that the main thread threw and keeps: a worker has only its ticket, and gives it back. */
export class RelayedError extends Error {
  override readonly name = 'RelayedError';

  constructor(readonly ticket: number) {
    super(`an error of the main thread (${ticket})`);
  }
}

export function takeApart(error: unknown): PlainError {
  if (error instanceof ReplayError) return { kind: 'replay', code: error.code, message: error.message };
  if (error instanceof TraceFormatError) return { kind: 'format', fault: error.toJSON() };
  if (error instanceof RelayedError) return { kind: 'relayed', ticket: error.ticket };
  if (error instanceof Error) return { kind: 'other', message: error.message, stack: error.stack ?? '' };
  return { kind: 'other', message: String(error), stack: '' };
}

/** `relayed` gives the error that belongs to a ticket. */
export function putTogether(plain: PlainError, relayed: (ticket: number) => unknown): Error {
  switch (plain.kind) {
    case 'replay':
      return new ReplayError(plain.code, plain.message);
    case 'format':
      return TraceFormatError.fromJSON(plain.fault);
    case 'relayed': {
      const error = relayed(plain.ticket);
      return error instanceof Error ? error : new ReplayError('internal', String(error));
    }
    case 'other': {
      const error = new ReplayError('internal', plain.message);
      error.stack = plain.stack;
      return error;
    }
    default:
      return new ReplayError('internal', 'an unknown error came from another thread');
  }
}
