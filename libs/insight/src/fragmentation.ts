/**
 * How much of the mapped memory is lost, and to what, in the field's words:
 *
 * - internal fragmentation: bytes inside live blocks beyond what was asked for (rounding to the size class);
 * - external fragmentation: bytes that are mapped and free, but held in pieces between what is live;
 * - overhead: what the allocator needs for itself.
 *
 * Requested, internal, external and overhead bytes sum to the mapped bytes.
 */
import type { Ledger } from '@heapcast/allocators';
import { purposeOf } from './ledger.js';

export interface Fragmentation {
  readonly mappedBytes: number;
  readonly requestedBytes: number;
  readonly internalBytes: number;
  readonly externalBytes: number;
  readonly overheadBytes: number;
  /** Of the mapped bytes, 0 … 1; all 0 when nothing is mapped. `utilisation` is the requested share. */
  readonly utilisation: number;
  readonly internal: number;
  readonly external: number;
  readonly overhead: number;
}

export function fragmentation({ mapped, entries }: Ledger): Fragmentation {
  const bytes = { requested: 0, internal: 0, external: 0, overhead: 0 };
  for (const [heading, amount] of Object.entries(entries)) bytes[purposeOf(heading)] += amount;
  const share = (amount: number): number => (mapped === 0 ? 0 : amount / mapped);
  return {
    mappedBytes: mapped,
    requestedBytes: bytes.requested,
    internalBytes: bytes.internal,
    externalBytes: bytes.external,
    overheadBytes: bytes.overhead,
    utilisation: share(bytes.requested),
    internal: share(bytes.internal),
    external: share(bytes.external),
    overhead: share(bytes.overhead),
  };
}
