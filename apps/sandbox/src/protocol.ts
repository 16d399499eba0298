/**
 * The child's side of the protocol (`libs/sandbox/src/protocol.ts` is its text). Types and constants only: nothing of the
 * service's side is loaded into a child.
 */
export type * from '@heapcast/sandbox';
