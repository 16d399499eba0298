/**
 * The end of a session's journal: rows of any length become chunks of exactly 64 Ki requests under the key of an upload,
 * hashed on the way. Memory holds one chunk and a page of rows, however long the session was.
 */
import {
  CHUNK_EVENTS,
  concatChunks,
  Op,
  OP_MASK,
  packChunk,
  type Site,
  sliceChunk,
  type TraceChunk,
  TraceHasher,
  type TraceHeader,
  type TraceOrigin,
  unpackChunk,
} from '@heapcast/trace';
import type { Prisma } from '../generated/client.js';

const PAGE_ROWS = 4096;
const PAGE_BYTES = 4 << 20;

export interface MovedJournal {
  readonly contentId: string;
  readonly header: TraceHeader;
}

/** Empties the journal of `sessionId` into chunks of the upload `key`. */
export async function moveToTrace(
  tx: Prisma.TransactionClient,
  sessionId: string,
  key: number,
  { sites, origin }: { readonly sites: readonly Site[]; readonly origin: TraceOrigin },
): Promise<MovedJournal> {
  const tally = new Tally();
  let index = 0;
  let gathered: TraceChunk[] = [];
  let length = 0;
  const store = async (chunk: TraceChunk): Promise<void> => {
    tally.add(chunk);
    const data = Buffer.from(packChunk(chunk));
    await tx.traceChunk.createMany({ data: [{ traceId: key, index, events: chunk.length, data }] });
    index += 1;
  };

  for await (const rows of pages(tx, sessionId)) {
    for (const row of rows) {
      gathered.push(unpackChunk(row));
      length += gathered.at(-1)?.length ?? 0;
      if (length < CHUNK_EVENTS) continue;
      const joined = concatChunks(gathered);
      let from = 0;
      for (; length - from >= CHUNK_EVENTS; from += CHUNK_EVENTS) {
        await store(sliceChunk(joined, from, from + CHUNK_EVENTS));
      }
      gathered = from < length ? [sliceChunk(joined, from, length)] : [];
      length -= from;
    }
  }
  if (length > 0) await store(concatChunks(gathered));
  await tx.sessionJournal.deleteMany({ where: { sessionId } });

  const header = tally.header(sites, origin);
  return { contentId: tally.hasher.digest(header), header };
}

/** The packed rows of a journal in order, a few MiB at a time. */
async function* pages(tx: Prisma.TransactionClient, sessionId: string): AsyncGenerator<Uint8Array[]> {
  let from = 1n;
  for (;;) {
    const rows = await tx.$queryRaw<{ first_seq: bigint; count: number; data: Uint8Array }[]>`
      SELECT first_seq, count, data FROM (
        SELECT first_seq, count, data, sum(octet_length(data)) OVER (ORDER BY first_seq) - octet_length(data) AS before
          FROM (SELECT first_seq, count, data FROM session_journal
                 WHERE session_id = ${sessionId}::uuid AND first_seq >= ${from}
                 ORDER BY first_seq LIMIT ${PAGE_ROWS}) AS page
      ) AS measured WHERE before < ${PAGE_BYTES} ORDER BY first_seq`;
    const last = rows.at(-1);
    if (!last) return;
    yield rows.map(({ data }) => data);
    from = last.first_seq + BigInt(last.count);
  }
}

/** What a trace's header says of its requests. */
class Tally {
  readonly hasher = new TraceHasher();
  #events = 0;
  #blocks = 0;
  #slots = 0;
  #hasSites = false;
  #hasTimes = false;
  #hasNames = false;

  add(chunk: TraceChunk): void {
    this.hasher.add(chunk);
    this.#events += chunk.length;
    for (let at = 0; at < chunk.length; at += 1) {
      const op = (chunk.op[at] ?? 0) & OP_MASK;
      if (op !== Op.malloc && op !== Op.calloc && op !== Op.reallocNull && op !== Op.foreign) continue;
      this.#blocks += 1;
      this.#slots = Math.max(this.#slots, (chunk.slot[at] ?? 0) + 1);
    }
    this.#hasSites ||= chunk.site?.some((site) => site !== 0) ?? false;
    this.#hasTimes ||= chunk.time?.some((time) => time !== 0) ?? false;
    this.#hasNames ||= (chunk.names?.size ?? 0) > 0;
  }

  header(sites: readonly Site[], origin: TraceOrigin): TraceHeader {
    return {
      events: this.#events,
      blocks: this.#blocks,
      slots: this.#slots,
      origin,
      sites,
      hasSites: this.#hasSites,
      hasTimes: this.#hasTimes,
      hasNames: this.#hasNames,
    };
  }
}
