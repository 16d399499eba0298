/** Snippets from the order to the answer: admitted, run, kept, looked up, ended, deleted. */
import { type Page, type SnippetDetail, type SnippetRecord, SnippetStore, UUIDS } from '@heapcast/database';
import type { SnippetLanguage, SnippetRequest } from '@heapcast/sandbox';
import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { AccessService } from '../access/index.js';
import { Configuration } from '../configuration/configuration.js';
import { Metrics } from '../operations/metrics.js';
import { invalid, notFound, ProblemException } from '../problems/index.js';
import { ReferenceService } from '../reference/reference.service.js';
import { SessionHost } from '../sessions/session-host.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { CreateSnippetDto, SnippetListQueryDto } from './snippet.dto.js';
import { type JobEnd, SnippetJob } from './snippet-job.js';
import { SnippetSandbox } from './snippet-sandbox.js';

/** A snippet that was taken. */
export interface OrderedSnippet {
  readonly id: string;
  readonly ownerToken: string;
  /** Resolves when everything that came of it is stored. */
  readonly ended: Promise<void>;
}

interface Running {
  readonly job: SnippetJob;
  readonly ended: Promise<void>;
}

/** What somebody who is told to come back may wait for a place, in seconds. */
const COME_BACK = 5;
const CPYTHON_32 = { model: 'pymalloc', profile: 'cpython-3.14-32bit' };
const USUAL_ALLOCATORS: Readonly<Record<SnippetLanguage, { readonly model: string; readonly profile: string }>> = {
  python: CPYTHON_32,
  c: { model: 'freelist', profile: 'give-back' },
  cpp: { model: 'freelist', profile: 'give-back' },
};
const LANGUAGES: Readonly<Record<CreateSnippetDto['language'], SnippetLanguage>> = {
  python: 'python',
  c: 'c',
  'c++': 'cpp',
};
const FILES: Readonly<Record<SnippetLanguage, string>> = { python: 'snippet.py', c: 'snippet.c', cpp: 'snippet.cc' };
const INTERRUPTED = {
  outcome: 'interrupted',
  detail: 'The service ended while it ran; what it had asked until then is kept.',
};

@Injectable()
export class SnippetsService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #running = new Map<string, Running>();
  /** Those that are being admitted. */
  #entering = 0;
  readonly #log = new Logger(SnippetsService.name);

  constructor(
    private readonly configuration: Configuration,
    private readonly store: SnippetStore,
    private readonly sandbox: SnippetSandbox,
    private readonly sessions: SessionsService,
    private readonly host: SessionHost,
    private readonly access: AccessService,
    private readonly reference: ReferenceService,
    metrics: Metrics,
  ) {
    metrics.gauge('heapcast_snippets', 'Snippets that run or wait.', () => this.#running.size);
  }

  /** What a service that ended left behind, nobody runs any more. */
  async onApplicationBootstrap(): Promise<void> {
    for (const id of await this.store.unfinished()) {
      await this.store.finish(id, INTERRUPTED.outcome, { detail: INTERRUPTED.detail });
      this.#finishSession(id).catch((error: unknown) =>
        this.#log.warn(`session ${id} was not finished: ${String(error)}`),
      );
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    for (const { job } of this.#running.values()) job.end('interrupted', 'The service stopped while it ran.');
    await Promise.all([...this.#running.values()].map(async ({ ended }) => ended));
  }

  /**
   * Takes a snippet and begins it, or has it wait for its turn.
   * @throws ProblemException `not-offered-here`, `payload-too-large`, `too-many-requests`, `invalid-configuration`, …
   */
  async order(order: CreateSnippetDto): Promise<OrderedSnippet> {
    const language = LANGUAGES[order.language];
    const { snippetsConcurrency, snippetsWaiting } = this.configuration;
    if (this.#running.size + this.#entering >= snippetsConcurrency + snippetsWaiting) {
      throw new ProblemException(
        'too-many-requests',
        `${snippetsConcurrency} snippets run and ${snippetsWaiting} wait already (SNIPPETS_CONCURRENCY, SNIPPETS_WAITING).`,
        { retryAfter: COME_BACK },
      );
    }
    this.#entering++;
    try {
      const request = this.#requestOf(order, language);
      await this.sandbox.require(language);
      return await this.#begin(order, request);
    } finally {
      this.#entering--;
    }
  }

  /** While it runs, with what it has printed by now. @throws ProblemException `not-found`, `missing-token` … */
  async get(id: string, bearer: string | undefined): Promise<SnippetDetail> {
    const snippet = await this.#find(id);
    await this.access.requireRead({ id, visibility: snippet.session.visibility }, bearer);
    const running = snippet.status === 'running' ? this.#running.get(id) : undefined;
    return running ? { ...snippet, result: { ...running.job.soFar } } : snippet;
  }

  /** As it is stored, for whoever ordered it. */
  async ordered(id: string): Promise<SnippetDetail> {
    return this.#find(id);
  }

  /** Only public ones, newest first. */
  async list({ language, ...query }: SnippetListQueryDto): Promise<Page<SnippetRecord>> {
    return this.store.list({ ...query, language: language && LANGUAGES[language] });
  }

  /** Ends a snippet that runs or waits; one that has ended stays as it is. (editor) */
  async cancel(id: string, bearer: string | undefined): Promise<SnippetDetail> {
    await this.#find(id);
    await this.access.require(id, 'editor', bearer);
    await this.#stop(id);
    return this.#find(id);
  }

  /** Ends it, if it runs, and deletes it with its session. (owner) */
  async delete(id: string, bearer: string | undefined): Promise<void> {
    await this.#find(id);
    await this.access.require(id, 'owner', bearer);
    await this.#stop(id);
    await this.sessions.delete(id);
  }

  async #stop(id: string): Promise<void> {
    const running = this.#running.get(id);
    running?.job.end('cancelled', 'Somebody with a token ended it.');
    await running?.ended;
  }

  async #find(id: string): Promise<SnippetDetail> {
    const snippet = UUIDS.pattern.test(id) ? await this.store.find(id) : null;
    if (!snippet) throw notFound('snippet', id);
    return snippet;
  }

  #requestOf(
    { source, file, args = [], record = 'requests', limits = {} }: CreateSnippetDto,
    language: SnippetLanguage,
  ): SnippetRequest {
    const { configuration } = this;
    const bytes = Buffer.byteLength(source);
    if (bytes > configuration.snippetSourceLimit) {
      throw new ProblemException(
        'payload-too-large',
        `The source has ${bytes} bytes; ${configuration.snippetSourceLimit} are allowed (SNIPPET_SOURCE_LIMIT).`,
      );
    }
    if (record !== 'requests' && language !== 'python')
      throw invalid('record', 'must be requests: lines and frames are recorded of Python only');
    return {
      language,
      file: file ?? FILES[language],
      source,
      args,
      record,
      limits: {
        timeMs: least(limits.timeMs, configuration.snippetSecondsLimit * 1000),
        memoryBytes: least(limits.memoryBytes, configuration.snippetMemoryLimit),
        events: Math.min(least(limits.events, configuration.snippetEventsLimit), configuration.sessionEventsLimit),
        lines: least(limits.lines, configuration.snippetLinesLimit),
        outputBytes: least(limits.outputBytes, configuration.snippetOutputLimit),
        sourceBytes: configuration.snippetSourceLimit,
      },
    };
  }

  async #begin(order: CreateSnippetDto, request: SnippetRequest): Promise<OrderedSnippet> {
    const { language, file, source, args, record, limits } = request;
    const { name, visibility, owner } = order;
    const config = this.reference.resolve(order.allocator ?? USUAL_ALLOCATORS[language], 'allocator');
    const settings = { language: order.language, file, record };
    const { id, ownerToken } = await this.sessions.open({
      name: name ?? file,
      visibility,
      owner,
      config,
      kind: 'snippet',
      settings,
    });
    await this.store.create({ id, language, file, source, settings: { args, record, limits } });
    const job = new SnippetJob(request, this.sandbox.runner, async () => this.store.start(id));
    const ended = this.host
      .use(id, async (session) => this.#keep(id, await job.run(session)))
      .catch((error: unknown) => this.#log.error(`snippet ${id} was not kept: ${String(error)}`))
      .finally(() => this.#running.delete(id));
    this.#running.set(id, { job, ended });
    return { id, ownerToken, ended };
  }

  async #keep(id: string, { outcome, result }: JobEnd): Promise<void> {
    // Its session may have been deleted while it ran, and it with that.
    await this.#finishSession(id).catch((error: unknown) => {
      if (!(error instanceof ProblemException && error.problem === 'not-found')) throw error;
    });
    await this.store.finish(id, outcome, result);
  }

  async #finishSession(id: string): Promise<void> {
    await this.host.use(id, async (session) => this.sessions.finish(session));
  }
}

function least(asked: number | undefined, limit: number): number {
  return Math.min(asked ?? limit, limit);
}
