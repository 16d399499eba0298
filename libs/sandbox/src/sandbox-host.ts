/**
 * Keeps the children that run snippets: finds out once whether the walls stand, keeps some children started ahead, lets so many
 * run at a time, and gives every snippet a child of its own.
 */
import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import PQueue from 'p-queue';
import { Child } from './child.js';
import { confine, findUnshare, HEAP_MEGABYTES, type LanguageNeeds } from './confinement.js';
import { probeLayers } from './layers.js';
import { prepareCompiler, preparePython, pyodideFolder } from './preparation.js';
import type { FinishedMessage, LayerFinding, SnippetMessage } from './protocol.js';
import type { SandboxOptions, SandboxReport, SnippetRunner } from './runner.js';
import type { SnippetLanguage, SnippetRequest } from './snippet.js';
import { WarmChildren } from './warm-children.js';

const COMPILER = '@yowasp/clang';
/** Compilers are kept started so long after somebody needed one, in milliseconds. */
const COMPILERS_KEPT = 600_000;

export class SandboxHost implements SnippetRunner {
  readonly #queue: PQueue;
  readonly #children = new Set<Child>();
  readonly #pythons = this.#warmChildren('python');
  /** For C and C++. */
  readonly #compilers = this.#warmChildren('cpp');
  #unshare: string | null | undefined;
  readonly #prepared = new Map<string, Promise<string>>();
  #report: Promise<SandboxReport> | null = null;
  #closed = false;

  constructor(private readonly options: SandboxOptions) {
    this.#queue = new PQueue({ concurrency: options.concurrency });
  }

  available(
    language: SnippetLanguage,
  ): { readonly available: true } | { readonly available: false; readonly reason: string } {
    if (language === 'python' || this.#packageFolder(COMPILER) !== null) return { available: true };
    return {
      available: false,
      reason: `The compiler is an optional package that is not installed here: npm install ${COMPILER}`,
    };
  }

  layers(): Promise<SandboxReport> {
    this.#report ??= this.#tryLayers();
    return this.#report;
  }

  async warm(count = this.options.warm, compilers = 0): Promise<void> {
    if (!(await this.layers()).inForce) return;
    await Promise.all([this.#pythons.keep(count), this.#compilers.keep(compilers)]);
  }

  async *run(request: SnippetRequest, signal?: AbortSignal): AsyncIterable<SnippetMessage> {
    const refusal = await this.#refusal(request);
    if (refusal !== null) {
      yield refused(refusal);
      return;
    }
    const turn = this.#takeTurn();
    let child: Child | null = null;
    const stopped = new Signal();
    const stop = (): void => {
      stopped.give();
      child?.kill('killed', 'It was told to stop.');
    };
    signal?.addEventListener('abort', stop);
    try {
      await Promise.race([turn.come, stopped.given]);
      if (signal?.aborted || this.#closed) {
        yield { ...refused('It was told to stop before it began.'), outcome: 'killed' };
        return;
      }
      const taken = await this.#take(request.language).catch((error: unknown) => String(error));
      if (typeof taken === 'string') {
        yield refused(taken);
        return;
      }
      child = taken;
      yield* this.#runIn(child, request);
    } finally {
      signal?.removeEventListener('abort', stop);
      if (child) await this.#discard(child);
      turn.over();
      // Only now: loading a compiler takes a core for seconds.
      if (child && request.language !== 'python' && !this.#closed) {
        this.#compilers.keepFor(this.options.warmCompilers, COMPILERS_KEPT);
      }
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#pythons.close();
    this.#compilers.close();
    await Promise.all([...this.#children].map((child) => child.close('The service closed.')));
    this.#children.clear();
  }

  async *#runIn(child: Child, request: SnippetRequest): AsyncGenerator<SnippetMessage> {
    try {
      const { layers } = await child.ready;
      const standing = layers.filter(({ inForce }) => inForce).map(({ layer }) => layer);
      if (!(standing.includes('realm') && standing.includes('interpreter'))) {
        yield refused('The child did not vouch for its inner walls.');
        return;
      }
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      yield { ...refused(detail), ...child.killedFor };
      return;
    }
    yield* child.run(request);
  }

  /** Why a snippet is not even started; null = it is. */
  async #refusal(request: SnippetRequest): Promise<string | null> {
    if (this.#closed) return 'The service is closing.';
    const bytes = Buffer.byteLength(request.source);
    if (bytes > request.limits.sourceBytes) {
      return `The source is ${bytes} bytes long; ${request.limits.sourceBytes} are allowed.`;
    }
    const language = this.available(request.language);
    if (!language.available) return language.reason;
    if (this.#queue.size >= this.options.waiting && this.#queue.pending >= this.options.concurrency) {
      return `${this.#queue.size} snippets are waiting already; try again later.`;
    }
    const report = await this.layers();
    if (report.inForce) return null;
    const gaps = report.layers.filter(({ inForce }) => !inForce);
    return `Snippets are off, the sandbox is not complete on this host: ${gaps.map(({ layer, detail }) => `${layer}: ${detail}`).join('; ')}`;
  }

  #takeTurn(): { readonly come: Promise<void>; readonly over: () => void } {
    const [begin, end] = [new Signal(), new Signal()];
    void this.#queue.add(() => {
      begin.give();
      return end.given;
    });
    return { come: begin.given, over: () => end.give() };
  }

  async #take(language: SnippetLanguage): Promise<Child> {
    if (language !== 'python') return this.#compilers.take();
    const child = await this.#pythons.take();
    this.#pythons.refill();
    return child;
  }

  #warmChildren(language: SnippetLanguage): WarmChildren {
    return new WarmChildren(
      (isAhead) => this.#start(language, isAhead),
      (child) => this.#discard(child),
    );
  }

  async #discard(child: Child): Promise<void> {
    await child.close('It is not needed.');
    this.#children.delete(child);
  }

  async #start(language: SnippetLanguage, isAhead: boolean): Promise<Child> {
    const needs = await this.#needs(language);
    if (this.#unshare === undefined) this.#unshare = findUnshare();
    if (this.#closed) throw new Error('The service is closing.');
    const args = [language, isAhead ? 'ahead' : 'now', ...needs.folders];
    const child = new Child(confine(this.options.entry, args, needs, this.#unshare));
    this.#children.add(child);
    child.ready.catch(() => this.#children.delete(child));
    return child;
  }

  async #needs(language: SnippetLanguage): Promise<LanguageNeeds> {
    const { entry, cacheFolder } = this.options;
    const heapMegabytes = HEAP_MEGABYTES[language];
    if (language === 'python') {
      const prepared = await this.#once('python', () => preparePython(entry, cacheFolder));
      return { folders: [pyodideFolder(entry), prepared], heapMegabytes };
    }
    const folder = this.#packageFolder(COMPILER);
    if (folder === null) throw new Error(`${COMPILER} is not installed`);
    const prepared = await this.#once('compiler', () => prepareCompiler(entry, cacheFolder, folder));
    return { folders: [folder, prepared], heapMegabytes };
  }

  async #once(name: string, prepare: () => Promise<string>): Promise<string> {
    let prepared = this.#prepared.get(name);
    if (prepared === undefined) {
      prepared = prepare();
      this.#prepared.set(name, prepared);
      // Tried again by the next that needs it.
      prepared.catch(() => this.#prepared.delete(name));
    }
    return prepared;
  }

  #packageFolder(name: string): string | null {
    for (const place of createRequire(this.options.entry).resolve.paths(name) ?? []) {
      const file = path.join(place, name, 'package.json');
      // Where it really is: the child may read that folder, and links are followed before the check.
      if (existsSync(file)) return path.dirname(realpathSync(file));
    }
    return null;
  }

  async #tryLayers(): Promise<SandboxReport> {
    if (this.#unshare === undefined) this.#unshare = findUnshare();
    const outer = await probeLayers(this.options.entry, { folders: [], heapMegabytes: 64 }, this.#unshare);
    const layers = [...outer, ...(await this.#innerLayers(outer))];
    const inForce = layers.every(
      ({ layer, inForce: stands }) => stands || (layer === 'network' && this.options.networkIsShutElsewhere),
    );
    return { inForce, layers };
  }

  /** As a Python child finds them; it waits for a snippet afterwards. */
  async #innerLayers(outer: readonly LayerFinding[]): Promise<readonly LayerFinding[]> {
    if (!outer.some(({ layer, inForce }) => layer === 'process' && inForce)) return missing('not tried');
    try {
      const child = await this.#start('python', true);
      const { layers } = await child.ready;
      this.#pythons.add(child);
      return layers;
    } catch (error) {
      return missing(error instanceof Error ? error.message : String(error));
    }
  }
}

/** A promise that somebody keeps later. */
class Signal {
  readonly given: Promise<void>;
  #resolve: (() => void) | null = null;

  constructor() {
    this.given = new Promise((resolve) => (this.#resolve = resolve));
  }

  give(): void {
    this.#resolve?.();
  }
}

function missing(detail: string): LayerFinding[] {
  return [
    { layer: 'realm', inForce: false, detail },
    { layer: 'interpreter', inForce: false, detail },
  ];
}

function refused(detail: string): FinishedMessage {
  return {
    kind: 'finished',
    outcome: 'refused',
    detail,
    ms: 0,
    events: 0,
    blocks: 0,
    outputBytes: 0,
    exitStatus: null,
  };
}
