/** Answers the replay's question "which stored chunk holds event N of this key?", whatever kind of thing the key names. */
import type { ChunkReader, StoredChunk } from '@heapcast/replay';
import { Injectable } from '@nestjs/common';

/** Reads the chunk with event `fromEvent` of the thing with this id. */
export type KindReader = (id: string, fromEvent: number) => ReturnType<ChunkReader>;

@Injectable()
export class StoredEvents {
  readonly #readers = new Map<string, KindReader>();

  /** From now on keys `kind:ID` are read by `reader`. */
  serve(kind: string, reader: KindReader): void {
    this.#readers.set(kind, reader);
  }

  readonly read: ChunkReader = async (key, fromEvent): Promise<StoredChunk | readonly StoredChunk[] | null> => {
    const colon = key.indexOf(':');
    const reader = this.#readers.get(key.slice(0, colon));
    if (!reader) throw new Error(`nobody reads the events of ${key}`);
    return reader(key.slice(colon + 1), fromEvent);
  };
}
