/**
 * Traces: immutable, named by their content, stored once. One comes as an upload (chunks under a number of its own) and
 * becomes a trace when all of it is there and its content id is known; if that content is stored already, the upload is
 * dropped in its favour.
 */
import { CHUNK_EVENTS, type TraceHeader } from '@heapcast/trace';
import { Injectable } from '@nestjs/common';
import { namedLike, NUMBERS, type Page, pageOf, type PageQuery, toPage } from './cursor.js';
import { TraceInUseError } from './errors.js';
import { Prisma, type Visibility } from './generated/client.js';
import { PrismaService } from './prisma.service.js';
import { readOrigin, readSites, writeOrigin, writeSites } from './stored-json.js';

export interface TraceRecord {
  /** The database's own number for it: what chunks and runs refer to. */
  readonly key: number;
  /** Content id: sha256 (hex). */
  readonly id: string;
  readonly name: string;
  readonly events: number;
  readonly blocks: number;
  readonly slots: number;
  readonly sites: number;
  readonly hasSites: boolean;
  readonly hasTimes: boolean;
  readonly hasNames: boolean;
  /** Bytes of its packed chunks. */
  readonly storedBytes: number;
  /** `private`: for holders of a token of one of `sessionsOf` only. */
  readonly visibility: Visibility;
  /** SHA-256 of its owner's secret; `null`: nobody's. */
  readonly ownerHash: Uint8Array | null;
  readonly createdAt: Date;
}

/** What is said of an upload beside its content. */
export interface UploadTerms {
  readonly name?: string;
  readonly visibility?: Visibility;
  /** Of whoever is the first to bring this content. */
  readonly ownerHash?: Uint8Array | undefined;
}

export interface CompletedUpload {
  readonly trace: TraceRecord;
  /** `false`: this content was stored before. */
  readonly created: boolean;
}

export interface TraceFilter {
  /** Part of the name, in any case. */
  readonly name?: string | undefined;
  /** Default: only public ones. */
  readonly visibility?: Visibility | 'any' | undefined;
}

const RECORD = {
  id: true,
  contentId: true,
  name: true,
  events: true,
  blocks: true,
  slots: true,
  siteCount: true,
  hasSites: true,
  hasTimes: true,
  hasNames: true,
  storedBytes: true,
  visibility: true,
  ownerHash: true,
  createdAt: true,
} satisfies Prisma.TraceSelect;

type Row = Prisma.TraceGetPayload<{ select: typeof RECORD }>;
type Client = Prisma.TransactionClient;

@Injectable()
export class TraceStore {
  constructor(private readonly prisma: PrismaService) {}

  /** Begins an upload. Returns its key. */
  async begin(client: Client = this.prisma.client): Promise<number> {
    const { id } = await client.trace.create({ data: {}, select: { id: true } });
    return id;
  }

  /**
   * Stores chunk `index` (0-based) of an upload. Not flushed to disk each time: `complete` does that for all of them.
   * @param events 65,536 in every chunk but the last
   */
  async addChunk(key: number, index: number, events: number, packed: Uint8Array): Promise<void> {
    await this.prisma.pool.query({
      name: 'trace-chunk-add',
      text: `WITH later AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
             INSERT INTO trace_chunks (trace_id, idx, events, data) SELECT $1, $2, $3, $4 FROM later`,
      values: [key, index, events, Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength)],
    });
  }

  /** Turns an upload into a trace, or drops it in favour of the trace of the same content. */
  async complete(
    key: number,
    contentId: string,
    header: TraceHeader,
    terms: UploadTerms = {},
  ): Promise<CompletedUpload> {
    return this.prisma.client.$transaction((tx) => this.completeIn(tx, key, contentId, header, terms));
  }

  /** `complete` as a part of a larger transaction. */
  async completeIn(
    tx: Client,
    key: number,
    contentId: string,
    header: TraceHeader,
    { name = '', visibility = 'public', ownerHash }: UploadTerms,
  ): Promise<CompletedUpload> {
    // Two uploads of the same content may end at the same moment: one at a time.
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${contentId}, 0))`;
    const stored = await tx.trace.findUnique({ where: { contentId }, select: RECORD });
    if (stored) {
      await tx.trace.delete({ where: { id: key }, select: { id: true } });
      // What anybody could upload is no secret of a session's.
      const isPublished = stored.visibility === 'private' && visibility === 'public';
      if (!isPublished && (stored.name !== '' || name === '')) return { trace: toRecord(stored), created: false };
      const data = { visibility: isPublished ? visibility : stored.visibility, name: stored.name || name };
      const row = await tx.trace.update({ where: { id: stored.id }, data, select: RECORD });
      return { trace: toRecord(row), created: false };
    }
    const size = await tx.$queryRaw<{ bytes: bigint }[]>`
      SELECT coalesce(sum(octet_length(data)), 0)::bigint AS bytes FROM trace_chunks WHERE trace_id = ${key}`;
    const row = await tx.trace.update({
      where: { id: key },
      data: {
        contentId,
        name,
        visibility,
        ownerHash: ownerHash ? Buffer.from(ownerHash) : null,
        events: header.events,
        blocks: header.blocks,
        slots: header.slots,
        origin: writeOrigin(header.origin),
        sites: writeSites(header.sites),
        siteCount: header.sites.length,
        hasSites: header.hasSites,
        hasTimes: header.hasTimes,
        hasNames: header.hasNames,
        storedBytes: size[0]?.bytes ?? 0n,
        createdAt: new Date(),
      },
      select: RECORD,
    });
    return { trace: toRecord(row), created: true };
  }

  /** Forgets an upload and its chunks. Fine if it is gone already; never touches a trace that is complete. */
  async discard(key: number): Promise<void> {
    await this.prisma.client.trace.deleteMany({ where: { id: key, contentId: null } });
  }

  /** Forgets uploads that nobody will complete. Only at the start of the service, when none is on its way. */
  async purgeUploads(): Promise<number> {
    const { count } = await this.prisma.client.trace.deleteMany({ where: { contentId: null } });
    return count;
  }

  async find(contentId: string): Promise<TraceRecord | null> {
    const row = await this.prisma.client.trace.findUnique({ where: { contentId }, select: RECORD });
    return row && toRecord(row);
  }

  async findByKey(key: number): Promise<TraceRecord | null> {
    const row = await this.prisma.client.trace.findFirst({
      where: { id: key, contentId: { not: null } },
      select: RECORD,
    });
    return row && toRecord(row);
  }

  /** The trace without its events; its site table may be large. `null`: there is no such trace. */
  async header(key: number): Promise<TraceHeader | null> {
    const row = await this.prisma.client.trace.findFirst({ where: { id: key, contentId: { not: null } } });
    if (!row) return null;
    return {
      events: Number(row.events),
      blocks: Number(row.blocks),
      slots: row.slots,
      origin: readOrigin(row.origin),
      sites: readSites(row.sites),
      hasSites: row.hasSites,
      hasTimes: row.hasTimes,
      hasNames: row.hasNames,
    };
  }

  /** The packed chunk `index`; `null`: the trace has no such chunk. */
  async readChunk(key: number, index: number): Promise<Uint8Array | null> {
    const { rows } = await this.prisma.pool.query<{ data: Buffer }>({
      name: 'trace-chunk-read',
      text: 'SELECT data FROM trace_chunks WHERE trace_id = $1 AND idx = $2',
      values: [key, index],
    });
    return rows[0]?.data ?? null;
  }

  /** The stored chunk that holds event `fromEvent` (0-based), as a replay reads it. */
  async read(key: number, fromEvent: number): Promise<{ readonly first: number; readonly packed: Uint8Array } | null> {
    const index = Math.floor(fromEvent / CHUNK_EVENTS);
    const packed = await this.readChunk(key, index);
    return packed && { first: index * CHUNK_EVENTS, packed };
  }

  /** Newest first. @throws InvalidCursorError */
  async list(query: PageQuery & TraceFilter): Promise<Page<TraceRecord>> {
    const { limit, take, orderBy, where } = pageOf(query, NUMBERS);
    const { name, visibility = 'public' } = query;
    const rows = await this.prisma.client.trace.findMany({
      where: {
        ...where,
        contentId: { not: null },
        ...(visibility === 'any' ? {} : { visibility }),
        ...namedLike(name),
      },
      orderBy,
      take,
      select: RECORD,
    });
    return toPage(rows, limit, toRecord);
  }

  async count(): Promise<number> {
    return this.prisma.client.trace.count({ where: { contentId: { not: null } } });
  }

  /** Ids of the sessions whose runs replay the trace: their tokens open a private one. */
  async sessionsOf(key: number): Promise<string[]> {
    const rows = await this.prisma.client.run.findMany({
      where: { traceId: key, sessionId: { not: null } },
      select: { sessionId: true },
      distinct: ['sessionId'],
    });
    return rows.flatMap(({ sessionId }) => (sessionId === null ? [] : [sessionId]));
  }

  /** Returns whether there was such a trace. @throws TraceInUseError while runs replay it */
  async delete(contentId: string): Promise<boolean> {
    return this.prisma.client.$transaction(async (tx) => {
      // Holds off a run that is about to refer to it.
      const [row] = await tx.$queryRaw<
        { id: number }[]
      >`SELECT id FROM traces WHERE content_id = ${contentId} FOR UPDATE`;
      if (!row) return false;
      const runs = await tx.run.count({ where: { traceId: row.id } });
      if (runs > 0) throw new TraceInUseError(runs);
      await tx.trace.delete({ where: { id: row.id }, select: { id: true } });
      return true;
    });
  }
}

function toRecord(row: Row): TraceRecord {
  return {
    key: row.id,
    id: row.contentId ?? '',
    name: row.name,
    events: Number(row.events),
    blocks: Number(row.blocks),
    slots: row.slots,
    sites: row.siteCount,
    hasSites: row.hasSites,
    hasTimes: row.hasTimes,
    hasNames: row.hasNames,
    storedBytes: Number(row.storedBytes),
    visibility: row.visibility,
    ownerHash: row.ownerHash,
    createdAt: row.createdAt,
  };
}
