/**
 * One snippet on its way: the child's messages become requests of its session while it runs. A message is taken when the one
 * before is stored and placed, so a journal that is busy slows the child down, and nothing piles up here.
 */
import type {
  FinishedMessage,
  FrameRecord,
  LinesMessage,
  SitesMessage,
  SnippetMessage,
  SnippetRequest,
  SnippetRunner,
} from '@heapcast/sandbox';
import { EMPTY_CHUNK, sliceChunk, type TraceChunk } from '@heapcast/trace';
import { ProblemException } from '../problems/index.js';
import type { LiveSession } from '../sessions/live-session.js';
import { CanonicalRequests, ImpossibleRequestError, withMarks } from './canonical-requests.js';
import { ResultDraft, type SnippetResult } from './snippet-result.js';

/** `interrupted`: the service ended while it ran. `cancelled`: somebody with a token ended it. */
export type SnippetEnd = FinishedMessage['outcome'] | 'interrupted' | 'cancelled';

export interface JobEnd {
  readonly outcome: SnippetEnd;
  readonly result: SnippetResult;
}

type Last = Pick<FinishedMessage, 'outcome' | 'detail' | 'ms' | 'exitStatus'>;

/** Requests that are stored at once: others get their turn in between. */
const PIECE = 16_384;

export class SnippetJob {
  readonly #abort = new AbortController();
  readonly #requests = new CanonicalRequests();
  readonly #draft: ResultDraft;
  #endedFor: { readonly outcome: SnippetEnd; readonly detail: string } | null = null;
  /** Sites that the session does not have yet. */
  #untold: SitesMessage[] = [];
  /** A chunk that waits for the lines that were recorded among it. */
  #held: { readonly chunk: TraceChunk; readonly firstEvent: number } | null = null;
  #lines: LinesMessage[] = [];
  #frames: FrameRecord[] = [];
  #sitesStored = 0;

  #session: Pick<LiveSession, 'append'> | null = null;

  constructor(
    private readonly request: SnippetRequest,
    private readonly runner: SnippetRunner,
    /** Called when it has its turn. */
    private readonly started: () => Promise<unknown>,
  ) {
    this.#draft = new ResultDraft(request.limits.outputBytes);
  }

  /** Ends it. The first reason counts. */
  end(outcome: 'interrupted' | 'cancelled', detail: string): void {
    this.#endedFor ??= { outcome, detail };
    this.#abort.abort();
  }

  /** What came of it until now. */
  get soFar(): SnippetResult {
    return this.#draft.result({ detail: '', ms: 0, exitStatus: null });
  }

  /** Never throws. @param session takes its requests */
  async run(session: Pick<LiveSession, 'append'>): Promise<JobEnd> {
    this.#session = session;
    let last: Last = { outcome: 'killed', detail: 'It ended without a word.', ms: 0, exitStatus: null };
    try {
      for await (const message of this.runner.run(this.request, this.#abort.signal)) {
        if (message.kind === 'finished') last = message;
        await this.#take(message);
      }
    } catch (error) {
      last = { ...last, ...this.#failure(error) };
    }
    const { outcome, detail } = last;
    if (this.#endedFor && (outcome === 'killed' || outcome === 'refused')) {
      return {
        outcome: this.#endedFor.outcome,
        result: this.#draft.result({ ...last, detail: this.#endedFor.detail }),
      };
    }
    return { outcome, result: this.#draft.result({ ...last, detail }) };
  }

  async #take(message: SnippetMessage): Promise<void> {
    switch (message.kind) {
      case 'started':
        await this.started();
        break;
      case 'sites':
        this.#draft.sites.push(...message.sites);
        this.#untold.push(message);
        return;
      case 'chunk':
        await this.#release();
        this.#held = { chunk: this.#requests.chunk(message), firstEvent: message.firstEvent };
        if (this.request.record === 'requests') await this.#release();
        return;
      // They come right behind the chunk that they belong to: it is whole now, and the next may be long in coming.
      case 'lines':
        this.#lines.push(message);
        await this.#release();
        return;
      case 'frames':
        this.#frames.push(...message.records);
        await this.#release();
        return;
      default:
        break;
    }
    if (message.kind !== 'output') await this.#release();
    this.#draft.take(message);
  }

  /** Stores what is held. */
  async #release(): Promise<void> {
    const held = this.#held ?? { chunk: EMPTY_CHUNK, firstEvent: this.#draft.events };
    const [lines, frames] = [this.#lines, this.#frames];
    this.#held = null;
    this.#lines = [];
    this.#frames = [];
    const chunk = withMarks(held.chunk, held.firstEvent, { lines, frames });
    this.#draft.events += held.chunk.length;
    this.#draft.blocks = this.#requests.blocks;
    this.#draft.lines += chunk.length - held.chunk.length;
    for (let from = 0; from < chunk.length; from += PIECE) {
      await this.#session?.append(sliceChunk(chunk, from, Math.min(from + PIECE, chunk.length)), this.#newSites());
    }
  }

  #newSites(): { readonly sites?: { readonly first: number; readonly sites: SitesMessage['sites'] } } {
    const untold = this.#untold;
    if (untold.length === 0) return {};
    this.#untold = [];
    const sites = untold.flatMap((message) => message.sites);
    const first = this.#sitesStored + 1;
    this.#sitesStored += sites.length;
    return { sites: { first, sites } };
  }

  /** What kept its requests from being stored ends the snippet. */
  #failure(error: unknown): Pick<Last, 'outcome' | 'detail'> {
    if (error instanceof ImpossibleRequestError) {
      return { outcome: 'killed', detail: `Its process said what cannot be: ${error.message}.` };
    }
    if (error instanceof ProblemException && error.problem === 'limit-reached') {
      return { outcome: 'eventLimit', detail: error.detail };
    }
    if (error instanceof ProblemException && (error.problem === 'session-finished' || error.problem === 'not-found')) {
      this.#endedFor ??= { outcome: 'cancelled', detail: 'Its session was ended while it ran.' };
      return { outcome: 'killed', detail: error.detail };
    }
    this.#endedFor ??= { outcome: 'interrupted', detail: 'Its requests could not be stored.' };
    return { outcome: 'killed', detail: error instanceof Error ? error.message : String(error) };
  }
}
