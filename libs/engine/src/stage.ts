/**
 * One program in a thread: the *head*, which goes on with new commands; the *cursor*, where somebody looks back; and
 * checkpoints between the two.
 */
import { setImmediate as breathe } from 'node:timers/promises';
import type {
  LeakReport,
  ResolvedProgramChoice,
  ProgramCommand,
  ProgramEvent,
  ProgramState,
} from '@heapcast/contracts';
import { type ClientRequest, RequestResolver, unpackChunk } from '@heapcast/trace';
import type { CheckpointShelf, CheckpointTrack } from './checkpoints.js';
import { Comparison } from './comparison.js';
import { LiveBytes } from './live-bytes.js';
import { commandOf, Playhead } from './playhead.js';
import type { AppliedCommands, Fed, Looked, PackedRows, ProgramQuery } from './protocol.js';

/** Milliseconds after which other programs of the thread have their turn. */
const TURN = 20;
/** Bytes of a program and its journal's names as long as nothing is known of it, and of a live block's entries. */
const SMALL = 64 * 1024;
const BYTES_PER_BLOCK = 200;

export class Stage {
  readonly #head: Playhead;
  readonly #names = new RequestResolver();
  readonly #liveBytes = new LiveBytes();
  readonly #comparison: Comparison;
  readonly #track: CheckpointTrack;
  #cursor: Playhead | null = null;
  #sites = 0;

  constructor(
    private readonly choice: ResolvedProgramChoice,
    private readonly shelf: CheckpointShelf,
  ) {
    this.#head = new Playhead(choice);
    this.#comparison = new Comparison(this.#head, this.#names);
    this.#track = shelf.track();
  }

  /** Requests of the last command that the journal has not told. */
  get missing(): number {
    return this.#comparison.missing;
  }

  close(): void {
    this.shelf.give(this.#track);
  }

  /** Replays journalled requests at the head. */
  async feed(rows: readonly PackedRows[]): Promise<Fed> {
    const turns = new Turns();
    for (const { first, packed } of rows) {
      const chunk = unpackChunk(packed);
      let at = Math.max(0, this.#head.seq - this.missing - first);
      while (at < chunk.length) {
        const next = this.#comparison.take(chunk, at);
        if (typeof next !== 'number') return { seq: this.#head.seq, weight: this.weight, diverged: next };
        at = next;
        if (this.missing === 0) this.#saveWhenDue(this.#head);
        await turns.pass();
      }
      this.#liveBytes.follow(chunk);
    }
    this.#sites = this.#head.program.siteCount;
    return { seq: this.#head.seq - this.missing, weight: this.weight };
  }

  /** Carries out commands at the head. */
  async apply(commands: readonly ProgramCommand[]): Promise<AppliedCommands> {
    const turns = new Turns();
    const firstSeq = this.#head.seq + 1;
    const events: ProgramEvent[] = [];
    const seqs: number[] = [];
    const requests: ClientRequest[] = [];
    for (const command of commands) {
      const step = this.#head.step(command);
      events.push(step.event);
      seqs.push(this.#head.mark);
      for (const request of step.requests) requests.push(request);
      this.#saveWhenDue(this.#head);
      await turns.pass();
    }
    const { chunk } = this.#names.resolve(requests);
    const liveBytes = this.#liveBytes.atMarks(chunk);
    return { firstSeq, events, seqs, chunk, growth: this.#growth(), liveBytes, weight: this.weight };
  }

  /** The program after event `at`, if head, cursor or a checkpoint has it. */
  look(at: number, query: ProgramQuery): Looked {
    const playhead = this.#head.isAt(at) ? this.#head : this.#cursorBefore(at);
    return playhead.isAt(at) ? { answer: answer(playhead, query) } : { needs: playhead.seq };
  }

  /** @returns the number of the last request that was taken in, whole commands only */
  async feedCursor(rows: readonly PackedRows[], at: number): Promise<number> {
    const cursor = this.#cursorBefore(at);
    const turns = new Turns();
    for (const { first, packed } of rows) {
      if (cursor.seq >= at) break;
      const chunk = unpackChunk(packed);
      // A command's requests follow its mark, maybe into the next row: `seq` is beyond them already.
      while (cursor.seq < at && cursor.seq - first < chunk.length) {
        cursor.step(commandOf(chunk.names?.get(cursor.seq - first)));
        this.#saveWhenDue(cursor);
        await turns.pass();
      }
    }
    return cursor.seq;
  }

  /** Estimated bytes: head, cursor and checkpoints. */
  get weight(): number {
    const one = SMALL + this.#track.weight * 4 + this.#names.liveBlocks * BYTES_PER_BLOCK;
    return one * (this.#cursor ? 2 : 1) + this.#track.byteLength;
  }

  #growth(): AppliedCommands['growth'] {
    const { program } = this.#head;
    const first = this.#sites + 1;
    this.#sites = program.siteCount;
    return this.#sites < first ? null : { first, sites: program.sites(first - 1) };
  }

  /** The cursor at the nearest moment at or before `at` that can be had without the journal. */
  #cursorBefore(at: number): Playhead {
    const checkpoint = this.#track.before(at);
    const cursor = (this.#cursor ??= new Playhead(this.choice));
    if (cursor.mark > at || cursor.mark < (checkpoint?.mark ?? 0)) cursor.restore(checkpoint);
    return cursor;
  }

  #saveWhenDue(playhead: Playhead): void {
    if (this.#track.due(playhead.commands)) this.#track.add(playhead.save());
  }
}

function answer({ program }: Playhead, query: ProgramQuery): ProgramState | LeakReport {
  return query.kind === 'leaks' ? program.leaks(query) : program.state(query);
}

/** Gives others their turn when it is time. */
class Turns {
  #since = performance.now();

  async pass(): Promise<void> {
    if (performance.now() - this.#since < TURN) return;
    await breathe();
    this.#since = performance.now();
  }
}
