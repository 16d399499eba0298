/**
 * The program of a session that is open in this process. The way of a batch of commands, from top to bottom:
 *
 *     key      came before? Then the first answer again
 *     load     the engine's thread has the program as it is stored, or is brought there
 *     apply    the engine carries the commands out, on top of what may not be stored yet
 *     append   marks and requests take their place in the session; from here the next batch may come
 *     answer   when they are durable and placed
 *
 * The engine is a cache of the journal that may run ahead of it. When a batch was not stored, or nobody knows, what the
 * engine holds is dropped and read again; a batch that rests on it is refused, because the session's next number is not
 * the one that the engine counted on.
 */
import type { CommandAnswer, ResolvedProgramChoice, ProgramCommand } from '@heapcast/contracts';
import type { SessionJournal } from '@heapcast/database';
import {
  type AppliedCommands,
  EngineError,
  type EnginePool,
  type ProgramQuery,
  type ProgramReply,
} from '@heapcast/engine';
import type { KeyedBody } from '../sessions/idempotency.js';
import type { LiveSession } from '../sessions/live-session.js';
import { tooMuchToDo } from '../sessions/session-problems.js';
import { answerOf, LISTED, retell } from './command-answers.js';
import { programProblem } from './program-problems.js';

/** Commands that may wait in one program. */
const MOST_WAITING = 10_000;

export class LiveProgram {
  readonly #key: string;
  /** The last batch on its way to its place. */
  #writing: Promise<unknown> = Promise.resolve();
  /** The last look. */
  #looking: Promise<unknown> = Promise.resolve();
  #loaded: Promise<void> | null = null;
  #waiting = 0;
  #looks = 0;
  /** Estimated bytes in its thread. */
  weight = 0;
  /** Milliseconds since 1970. */
  lastUsed = Date.now();

  constructor(
    readonly id: string,
    private readonly choice: ResolvedProgramChoice,
    private readonly pool: EnginePool,
    private readonly journal: SessionJournal,
  ) {
    this.#key = `program:${id}`;
  }

  /** Does nobody wait for it? */
  get idle(): boolean {
    return this.#waiting === 0 && this.#looks === 0;
  }

  get resident(): boolean {
    return this.#loaded !== null;
  }

  /** Carries out commands, all or none; answers when they are durable. Calls are served in order. */
  async execute(session: LiveSession, commands: readonly ProgramCommand[], keyed?: KeyedBody): Promise<CommandAnswer> {
    if (this.#waiting > 0 && this.#waiting + commands.length > MOST_WAITING) throw tooMuchToDo(this.#waiting);
    session.requireRoom(commands.length);
    this.#waiting += commands.length;
    try {
      const begun = this.#writing.then(async () => this.#begin(session, commands, keyed));
      this.#writing = begun.catch(() => undefined);
      const { answer } = await begun;
      return await answer;
    } finally {
      this.#waiting -= commands.length;
      this.lastUsed = Date.now();
    }
  }

  /** The program after the last command whose mark is at most `at`, which the session must have told. */
  async look<Q extends ProgramQuery>(session: LiveSession, at: number, query: Q): Promise<ProgramReply<Q>> {
    this.#looks += 1;
    try {
      const looked = this.#looking.then(async () => this.#look(session, at, query));
      this.#looking = looked.catch(() => undefined);
      return await looked;
    } finally {
      this.#looks -= 1;
      this.lastUsed = Date.now();
    }
  }

  /** Gives back the engine's memory. Only while nobody waits. */
  async unload(): Promise<void> {
    this.#loaded = null;
    this.weight = 0;
    await this.pool.close(this.#key).catch(() => undefined);
  }

  /** Resolves when the batch has its place; its answer comes later. */
  async #begin(
    session: LiveSession,
    commands: readonly ProgramCommand[],
    keyed: KeyedBody | undefined,
  ): Promise<{ readonly answer: Promise<CommandAnswer> }> {
    const kept = keyed && (await session.keptUnder(keyed));
    if (kept) return { answer: retell(session, kept.firstSeq, kept.count) };
    const applied = await this.#apply(session, commands);
    const loaded = this.#loaded;
    const { firstSeq, chunk, growth } = applied;
    const appended = session.append(chunk, { firstSeq, ...(growth ? { sites: growth } : {}) }, keyed, LISTED);
    const answer = appended.then(
      (placed) => answerOf(applied, placed.results),
      async (error: unknown) => {
        // The engine is ahead of what is stored, unless it was read again already.
        if (this.#loaded === loaded) await this.unload();
        throw error;
      },
    );
    // The caller gets to it in a moment; until then a failure is not one that nobody handles.
    answer.catch(() => undefined);
    return { answer };
  }

  async #apply(session: LiveSession, commands: readonly ProgramCommand[]): Promise<AppliedCommands> {
    try {
      await this.#load(session);
      const applied = await this.pool.apply(this.#key, commands);
      this.weight = applied.weight;
      return applied;
    } catch (error) {
      // Some of the commands may have been carried out.
      await this.unload();
      throw programProblem(error, session.record);
    }
  }

  async #look<Q extends ProgramQuery>(session: LiveSession, at: number, query: Q): Promise<ProgramReply<Q>> {
    try {
      await this.#load(session);
      return await this.pool.look(this.#key, at, query, this.#read);
    } catch (error) {
      if (!(error instanceof EngineError) || error.fault !== 'not-open') throw programProblem(error, session.record);
    }
    // Its thread ended since it was used last, or a batch that failed took it along.
    try {
      await this.unload();
      await this.#load(session);
      return await this.pool.look(this.#key, at, query, this.#read);
    } catch (error) {
      throw programProblem(error, session.record);
    }
  }

  /** Brings the engine up to what is stored, unless it is there. */
  async #load(session: LiveSession): Promise<void> {
    if (this.#loaded && !this.pool.has(this.#key)) this.#loaded = null;
    const loading = (this.#loaded ??= this.#open(session));
    try {
      await loading;
    } catch (error) {
      if (this.#loaded === loading) this.#loaded = null;
      throw error;
    }
  }

  async #open(session: LiveSession): Promise<void> {
    // What is on its way to the journal either gets there, or is lost for good.
    await session.settled();
    await this.pool.open(this.#key, this.choice);
    const { weight } = await this.pool.load(this.#key, this.#read);
    this.weight = weight;
  }

  readonly #read = async (from: number) => this.journal.read(this.id, from);
}
