/** An upload on its way through a worker: bytes in, packed chunks out, both with back-pressure. */
import type { TraceHeader } from '@heapcast/trace';

export interface IngestResult {
  /** Content id: sha256 (hex) over the canonical content; the same content in any format has the same id. */
  readonly id: string;
  readonly header: TraceHeader;
}

/** Takes chunk `index` (0-based, in order) of `count` events; the next one comes when the promise resolves. */
export type PackedChunkListener = (index: number, packed: Uint8Array, count: number) => Promise<void>;

export interface IngestSession {
  /**
   * Hands over bytes (copied: the caller may reuse them). Resolves when more may come.
   * @throws TraceFormatError as soon as the reader finds something wrong; nothing may be pushed after that.
   */
  push(bytes: Uint8Array): Promise<void>;
  /** Resolves when every chunk was taken by the listener. @throws TraceFormatError */
  end(): Promise<IngestResult>;
  /** Set before the first `push`. A listener that rejects fails the session with its error. */
  onChunk(listener: PackedChunkListener): void;
  /** Stops the work and frees what it holds. Pending calls reject with ReplayError `aborted`. Safe to call twice. */
  abort(): void;
}
