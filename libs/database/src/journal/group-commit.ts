/**
 * Many callers, one commit. While a commit is on its way, entries gather; when it is done, all that gathered (up to a
 * bound) go in the next one, in the order in which they came. So a commit's price (a flush to disk) is shared by everybody
 * who waits for one, and nobody waits for more than two.
 *
 * Invariant: entries of one session are written in the order of `append`, and none after one that failed: an entry that
 * does not follow on what is stored fails, and so does every one behind it.
 */
import type { Pool } from 'pg';
import {
  IdempotencyConflictError,
  JournalUnavailableError,
  SequenceConflictError,
  SessionNotOpenError,
  sqlState,
} from '../errors.js';
import type { JournalEntry } from './journal-entry.js';

/** Bounds of one commit. */
const MOST_ENTRIES = 1024;
const MOST_BYTES = 8 << 20;

/**
 * Writes entries of open sessions whose journal ends just before the session's first entry in this commit; answers with
 * the sessions that were written. All packed chunks travel as one binary value: an array of them would be text.
 */
const WRITE = `
WITH entry AS (
  SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::int[], $4::int[], $5::int[], $6::bigint[])
    AS t(session_id, first_seq, count, place, bytes, begin)
), writable AS (
  SELECT s.id FROM (SELECT DISTINCT session_id, begin FROM entry) e
    JOIN sessions s ON s.id = e.session_id AND s.status = 'open'
   WHERE e.begin = coalesce((SELECT j.first_seq + j.count FROM session_journal j
                              WHERE j.session_id = e.session_id ORDER BY j.first_seq DESC LIMIT 1), 1)
), written AS (
  INSERT INTO session_journal (session_id, first_seq, count, data)
  SELECT e.session_id, e.first_seq, e.count, substring($7::bytea FROM e.place FOR e.bytes)
    FROM entry e JOIN writable w ON w.id = e.session_id
), kept AS (
  INSERT INTO session_keys (session_id, key, first_seq, count, body_hash)
  SELECT k.session_id, k.key, k.first_seq, k.count, k.body_hash
    FROM unnest($8::uuid[], $9::text[], $10::bigint[], $11::int[], $12::bytea[])
      AS k(session_id, key, first_seq, count, body_hash) JOIN writable w ON w.id = k.session_id
)
SELECT id FROM writable`;

interface Waiting {
  readonly entry: JournalEntry;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Entries of one session in one commit; each follows on the one before. */
type Sequence = [Waiting, ...Waiting[]];

export class GroupCommit {
  #waiting: Waiting[] = [];
  #busy = false;
  #idle: (() => void)[] = [];
  #commits = 0;
  #entries = 0;

  /** Told how many seconds each commit took. */
  onCommit: (seconds: number) => void = () => {};

  constructor(private readonly pool: Pool) {}

  /** Resolves after the commit that holds `entry`; rejects if it was not written, or nobody knows. */
  append(entry: JournalEntry): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entry, resolve, reject });
      if (this.#busy) return;
      this.#busy = true;
      // Not at once: others that arrived in the same turn of the event loop come along.
      setImmediate(() => void this.#work());
    });
  }

  /** Commits made so far, and entries in them: how well the price is shared. */
  get statistics(): { readonly commits: number; readonly entries: number } {
    return { commits: this.#commits, entries: this.#entries };
  }

  /** Resolves when nothing is waiting or on its way. */
  async drained(): Promise<void> {
    if (this.#busy) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0) {
      const taken = this.#take();
      await this.#commit(sequences(taken));
    }
    this.#busy = false;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #take(): Waiting[] {
    let bytes = 0;
    let end = 0;
    while (end < this.#waiting.length && end < MOST_ENTRIES && (end === 0 || bytes < MOST_BYTES)) {
      bytes += this.#waiting[end]?.entry.packed.length ?? 0;
      end += 1;
    }
    return this.#waiting.splice(0, end);
  }

  /** Settles every entry; never rejects. */
  async #commit(batch: readonly Sequence[]): Promise<void> {
    if (batch.length === 0) return;
    try {
      const begin = performance.now();
      const written = await this.#write(batch);
      this.onCommit((performance.now() - begin) / 1000);
      this.#commits += 1;
      for (const sequence of batch) {
        if (written.has(sequence[0].entry.sessionId)) {
          this.#entries += sequence.length;
          for (const { resolve } of sequence) resolve();
        } else {
          await this.#explain(sequence);
        }
      }
    } catch (error) {
      const state = sqlState(error);
      // Class 22 and 23: the data, of one session or another. Those that are not to blame are written after all.
      const isData = state !== undefined && /^2[23]/.test(state);
      if (isData && batch.length > 1) {
        for (const sequence of batch) await this.#commit([sequence]);
        return;
      }
      for (const sequence of batch) {
        if (isData) refuse(sequence, error);
        else fail(sequence, unavailable(error));
      }
    }
  }

  /** Returns the sessions whose entries are written. */
  async #write(batch: readonly Sequence[]): Promise<Set<string>> {
    const entries = batch.flatMap((sequence) =>
      sequence.map(({ entry }) => ({ entry, begin: sequence[0].entry.firstSeq })),
    );
    const places: number[] = [];
    let bytes = 0;
    for (const { entry } of entries) {
      places.push(bytes + 1);
      bytes += entry.packed.length;
    }
    const keyed = entries.flatMap(({ entry }) => (entry.idempotency ? [{ ...entry, ...entry.idempotency }] : []));
    const { rows } = await this.pool.query<{ id: string }>({
      name: 'journal-write',
      text: WRITE,
      values: [
        entries.map(({ entry }) => entry.sessionId),
        entries.map(({ entry }) => entry.firstSeq),
        entries.map(({ entry }) => entry.count),
        places,
        entries.map(({ entry }) => entry.packed.length),
        entries.map(({ begin }) => begin),
        Buffer.concat(
          entries.map(({ entry }) => entry.packed),
          bytes,
        ),
        keyed.map(({ sessionId }) => sessionId),
        keyed.map(({ key }) => key),
        keyed.map(({ firstSeq }) => firstSeq),
        keyed.map(({ count }) => count),
        keyed.map(({ bodyHash }) => Buffer.from(bodyHash)),
      ],
    });
    return new Set(rows.map(({ id }) => id));
  }

  /** Says why a session's entries were not written: it is not open, or its journal ends elsewhere. */
  async #explain(sequence: Sequence): Promise<void> {
    const { sessionId, firstSeq } = sequence[0].entry;
    try {
      const { rows } = await this.pool.query({
        name: 'session-is-open',
        text: `SELECT 1 FROM sessions WHERE id = $1 AND status = 'open'`,
        values: [sessionId],
      });
      const isOpen = rows.length > 0;
      fail(sequence, isOpen ? new SequenceConflictError(sessionId, firstSeq) : new SessionNotOpenError(sessionId));
    } catch (error) {
      fail(sequence, unavailable(error));
    }
  }
}

/** Sorts entries by session. One that does not follow on the one before in its session fails here. */
function sequences(taken: readonly Waiting[]): Sequence[] {
  const bySession = new Map<string, Sequence>();
  for (const waiting of taken) {
    const { sessionId, firstSeq } = waiting.entry;
    const sequence = bySession.get(sessionId);
    const last = sequence?.at(-1)?.entry;
    if (!sequence || !last) bySession.set(sessionId, [waiting]);
    else if (last.firstSeq + last.count === firstSeq) sequence.push(waiting);
    else waiting.reject(new SequenceConflictError(sessionId, firstSeq));
  }
  return [...bySession.values()];
}

function fail(sequence: Sequence, error: Error): void {
  for (const { reject } of sequence) reject(error);
}

/** Says what the database's own rules found wrong with a session's entries. */
function refuse(sequence: Sequence, error: unknown): void {
  const rule = typeof error === 'object' && error !== null && 'constraint' in error ? error.constraint : undefined;
  for (const { entry, reject } of sequence) {
    const { sessionId, firstSeq, idempotency } = entry;
    if (rule === 'session_keys_pkey' && idempotency) reject(new IdempotencyConflictError(sessionId, idempotency.key));
    else if (rule === 'session_keys_pkey' || rule === 'session_journal_pkey') {
      reject(new SequenceConflictError(sessionId, firstSeq));
    } else if (rule === 'session_journal_session_id_fkey') reject(new SessionNotOpenError(sessionId));
    else reject(error instanceof Error ? error : new Error(String(error)));
  }
}

function unavailable(cause: unknown): JournalUnavailableError {
  return new JournalUnavailableError(
    `The database could not be reached while the journal was written: ${String(cause)}. ` +
      'Whether the requests were written is not known until it can be read again.',
    { cause },
  );
}
