/** Traces: taken in through a worker into the database, told, written out again, deleted. */
import {
  type Page,
  type PageQuery,
  type TraceFilter,
  type TraceRecord,
  TraceStore,
  type UploadTerms,
} from '@heapcast/database';
import { ReplayPool } from '@heapcast/replay';
import type { TraceFormat, TraceHeader } from '@heapcast/trace';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AccessService, type Grant } from '../access/index.js';
import { Configuration } from '../configuration/configuration.js';
import { Metrics } from '../operations/metrics.js';
import { notFound, ProblemException } from '../problems/index.js';
import { StoredEvents } from '../replay/stored-events.js';
import { formatOfBytes, TELLING_BYTES } from './trace-formats.js';
import { lookAhead } from './upload-source.js';

export interface TraceWithHeader {
  readonly record: TraceRecord;
  readonly header: TraceHeader;
}

/** What a reader may read, and by which session's token if it is not public. */
export interface ReadableTrace extends TraceWithHeader {
  readonly reader: Grant | undefined;
}

export interface Upload {
  readonly bytes: AsyncGenerator<Buffer>;
  /** Absent = told by the first bytes. */
  readonly format: TraceFormat | undefined;
  readonly name: string;
  /** Of whoever brings it; without one it is nobody's. */
  readonly ownerHash?: Uint8Array;
}

@Injectable()
export class TracesService implements OnModuleInit {
  #uploads = 0;

  constructor(
    private readonly store: TraceStore,
    private readonly pool: ReplayPool,
    private readonly access: AccessService,
    private readonly configuration: Configuration,
    private readonly metrics: Metrics,
    private readonly events: StoredEvents,
  ) {}

  async onModuleInit(): Promise<void> {
    this.events.serve('trace', (key, fromEvent) => this.store.read(Number(key), fromEvent));
    this.metrics.gauge('heapcast_uploads', 'Trace uploads that are being read.', () => this.#uploads);
    await this.store.purgeUploads();
  }

  /**
   * Reads a whole upload. Whatever goes wrong, nothing of it is kept.
   * @throws TraceFormatError, ProblemException
   */
  async receive({ bytes, format, ...terms }: Upload): Promise<TraceWithHeader & { readonly created: boolean }> {
    if (this.#uploads >= this.configuration.concurrentUploads) {
      throw new ProblemException('unavailable', 'Too many uploads are being read now.', { retryAfter: 2 });
    }
    this.#uploads++;
    try {
      const { head, whole } = await lookAhead(bytes, TELLING_BYTES);
      return await this.#ingest(whole, format ?? formatOfBytes(head), terms);
    } finally {
      this.#uploads--;
    }
  }

  async #ingest(
    bytes: AsyncGenerator<Buffer>,
    format: TraceFormat,
    terms: UploadTerms,
  ): Promise<TraceWithHeader & { readonly created: boolean }> {
    const { traceEventsLimit, traceSitesLimit, traceNamesLimit, traceLineLimit } = this.configuration;
    const key = await this.store.begin();
    const session = this.pool.ingest({
      format: format.name,
      limits: {
        maxEvents: traceEventsLimit,
        maxSites: traceSitesLimit,
        maxNames: traceNamesLimit,
        maxLineBytes: traceLineLimit,
      },
    });
    session.onChunk((index, packed, count) => this.store.addChunk(key, index, count, packed));
    try {
      for await (const piece of bytes) {
        this.metrics.ingestedBytes.inc(piece.length);
        await session.push(piece);
      }
      const { id, header } = await session.end();
      const { trace, created } = await this.store.complete(key, id, header, terms);
      this.metrics.ingestedEvents.inc(header.events);
      return { record: trace, header, created };
    } catch (error) {
      session.abort();
      await this.store.discard(key);
      throw error;
    }
  }

  /** @throws ProblemException `not-found`, and what access refuses */
  async read(id: string, bearer: string | undefined): Promise<ReadableTrace> {
    const record = /^[0-9a-f]{64}$/.test(id) ? await this.store.find(id) : null;
    const header = record && (await this.store.header(record.key));
    if (!record || !header) throw notFound('trace', id);
    if (record.visibility === 'public') return { record, header, reader: undefined };
    const sessions = await this.store.sessionsOf(record.key);
    return { record, header, reader: await this.access.requireAnyOf(sessions, 'viewer', bearer) };
  }

  /** The trace in one of the formats, written in a worker, as fast as the client reads. */
  export({ record, header }: TraceWithHeader, format: TraceFormat, signal: AbortSignal): AsyncIterable<Uint8Array> {
    return this.pool.exportTrace({ key: `trace:${record.key}`, format: format.name, header, signal });
  }

  /** Newest first, only public ones. @throws InvalidCursorError */
  list(query: PageQuery & TraceFilter): Promise<Page<TraceRecord>> {
    return this.store.list(query);
  }

  /** @throws TraceInUseError, ProblemException `not-found` */
  async delete(id: string, bearer: string | undefined): Promise<void> {
    const { record } = await this.read(id, bearer);
    const sessions = record.ownerHash ? [] : await this.store.sessionsOf(record.key);
    if (record.visibility === 'private' || sessions.length > 0) {
      await this.access.requireAnyOf(sessions, 'owner', bearer);
    } else this.access.requireOwner(record.ownerHash, bearer);
    if (!(await this.store.delete(record.id))) throw notFound('trace', id);
  }
}
