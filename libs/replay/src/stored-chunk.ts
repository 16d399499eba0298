/** How a replay gets at the events of a key: by asking for the packed chunk that holds a given event. */
import type { TraceChunk } from '@heapcast/trace';

/** A packed chunk (see `packChunk`) as it is stored: any number of events, the first of them is event `first`. */
export interface StoredChunk {
  /** 0-based index of the chunk's first event in the trace or session. */
  readonly first: number;
  readonly packed: Uint8Array;
}

/** A stored chunk that another thread has unpacked already. */
export interface DeliveredChunk extends StoredChunk {
  readonly open?: TraceChunk;
}

/**
 * Reads the stored chunk that contains event `fromEvent` (0-based) of `key`; `null` when there is no such event.
 * May answer with several consecutive chunks at once, the wanted one first: worth it where chunks are small (a
 * session's journal of one-request rows). Chunks are immutable: what was read once may be kept.
 */
export type ChunkReader = (key: string, fromEvent: number) => Promise<StoredChunk | readonly StoredChunk[] | null>;
