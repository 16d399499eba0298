/**
 * The sandbox as this service is configured: whether it may be used here at all is found out at the start, in the background,
 * told in the log and by `GET /health/ready`, and asked again by every snippet.
 */
import { SandboxHost, type SandboxReport, type SnippetLanguage, type SnippetRunner } from '@heapcast/sandbox';
import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Configuration } from '../configuration/configuration.js';
import { Readiness } from '../operations/readiness.js';
import { ProblemException } from '../problems/index.js';

@Injectable()
export class SnippetSandbox implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly runner: SnippetRunner;
  readonly #log = new Logger(SnippetSandbox.name);
  #report: SandboxReport | null = null;
  #closing = false;

  constructor(
    private readonly configuration: Configuration,
    readiness: Readiness,
  ) {
    this.runner = new SandboxHost({
      entry: childFile(),
      cacheFolder: path.resolve(configuration.dataDir, 'sandbox'),
      concurrency: configuration.snippetsConcurrency,
      // Who waits is counted by the service, which tells the others when to come back.
      waiting: configuration.snippetsWaiting + configuration.snippetsConcurrency,
      warm: configuration.snippetsWarm,
      warmCompilers: configuration.snippetsWarmCompilers,
      networkIsShutElsewhere: configuration.snippets === 'on',
    });
    readiness.register('snippets', async () => this.description);
  }

  onApplicationBootstrap(): void {
    if (this.#isOff) return;
    this.#begin().catch((error: unknown) => this.#log.error(`the sandbox could not be tried: ${String(error)}`));
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#closing = true;
    await this.runner.close();
  }

  /** In words, for the operator. */
  get description(): string {
    if (this.#isOff) return 'off: SNIPPETS=off';
    if (!this.#report) return 'the layers of the sandbox are being tried';
    const { inForce, layers } = this.#report;
    const missing = layers.filter((layer) => !layer.inForce).map(({ layer, detail }) => `${layer} (${detail})`);
    if (inForce && missing.length === 0) return 'on: every layer of the sandbox is in force';
    if (inForce) return `on by SNIPPETS=on, although a layer is missing: ${missing.join(', ')}`;
    return `off: a layer of the sandbox is not in force on this host: ${missing.join(', ')}`;
  }

  /** @throws ProblemException `not-offered-here`, `unavailable` */
  async require(language: SnippetLanguage): Promise<void> {
    if (this.#closing) throw new ProblemException('unavailable', 'The service is stopping.', { retryAfter: 5 });
    if (this.#isOff) throw new ProblemException('not-offered-here', 'Snippets are turned off here (SNIPPETS=off).');
    const offer = this.runner.available(language);
    if (!offer.available) throw new ProblemException('not-offered-here', offer.reason);
    this.#report = await this.runner.layers();
    if (!this.#report.inForce) throw new ProblemException('not-offered-here', `Snippets are ${this.description}.`);
  }

  get #isOff(): boolean {
    return this.configuration.snippets === 'off';
  }

  async #begin(): Promise<void> {
    this.#report = await this.runner.layers();
    if (this.#closing) return;
    if (this.#report.inForce) this.#log.log(`snippets are ${this.description}`);
    else this.#log.warn(`snippets are ${this.description}`);
    if (this.#report.inForce) await this.runner.warm(this.configuration.snippetsWarm);
  }
}

/** The built child. Sources that are run directly, as specs are, use the one that `npm run build` made, too. */
function childFile(): string {
  const here = new URL(import.meta.url);
  const built = here.pathname.endsWith('.ts')
    ? '../../../../dist/apps/sandbox/src/main.js'
    : '../../../sandbox/src/main.js';
  return fileURLToPath(new URL(built, here));
}
