/** The kinds of requests that a C program makes, as the trace numbers them. */
import type { Op as TraceOp } from '@heapcast/trace';

export const Op = {
  malloc: 1,
  calloc: 2,
  realloc: 3,
  free: 4,
  reallocNull: 5,
  staleFree: 8,
  staleRealloc: 9,
} as const satisfies Partial<typeof TraceOp>;

export type OpCode = (typeof Op)[keyof typeof Op];
