/**
 * Somebody with a browser beside the built service: one page at a time, whose console must stay silent, and the accessibility
 * check of what it shows.
 *
 *     const visitor = await Visitor.arrive(await Service.start());
 *     const page = await visitor.open({ theme: 'dark' });
 *     await visitor.go('/compare?runs=…');
 *     expect(visitor.complaints).toEqual([]);
 *     await visitor.leave();
 */
import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openBrowser } from '../../apps/cli/src/browser.js';
import { violationsOf } from './accessibility.js';
import type { Service } from './service.js';

/** What the browser itself says of a service that is away. */
const NO_NETWORK = /net::ERR_(INTERNET_DISCONNECTED|CONNECTION_\w+|EMPTY_RESPONSE|FAILED)/;

interface Window {
  readonly width?: number;
  readonly height?: number;
  readonly theme?: 'light' | 'dark';
}

export class Visitor {
  /** What the page said to its console, and calls that failed. */
  complaints: string[] = [];
  #context: BrowserContext | null = null;
  #page: Page | null = null;

  private constructor(
    private readonly service: Service,
    private readonly browser: Browser,
  ) {}

  static async arrive(service: Service): Promise<Visitor> {
    return new Visitor(service, await openBrowser());
  }

  get page(): Page {
    if (!this.#page) throw new Error('no page is open');
    return this.#page;
  }

  async open({ width = 1440, height = 900, theme = 'light' }: Window = {}): Promise<Page> {
    await this.#context?.close();
    this.#context = await this.browser.newContext({
      viewport: { width, height },
      colorScheme: theme,
      reducedMotion: 'reduce',
    });
    this.complaints = [];
    this.#page = this.#listenTo(await this.#context.newPage());
    return this.#page;
  }

  #listenTo(page: Page): Page {
    page.on('console', (message) => {
      // Without a network a call cannot succeed: what the page makes of that is what counts.
      if (message.type() === 'error' && !NO_NETWORK.test(message.text())) this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
    return page;
  }

  /** A device beside that page, as somebody else has one: it stays until the visit ends. Its console must be silent, too. */
  async device({ width = 1440, height = 900, theme = 'light' }: Window = {}): Promise<Page> {
    const context = await this.browser.newContext({
      viewport: { width, height },
      colorScheme: theme,
      reducedMotion: 'reduce',
    });
    return this.tab(context);
  }

  /** Another tab of such a device. */
  async tab(context: BrowserContext): Promise<Page> {
    return this.#listenTo(await context.newPage());
  }

  /** Cuts the page off from the network, or lets it back. */
  async setOffline(isOffline: boolean): Promise<void> {
    await this.#context?.setOffline(isOffline);
  }

  /** Opens an address and waits until the page shows what it is about. */
  async go(path: string): Promise<void> {
    await this.page.goto(`${this.service.url}${path}`);
    await this.page.locator('[data-ready]').waitFor();
  }

  /** What axe finds wrong by the rules of WCAG A and AA. */
  violations(): Promise<string[]> {
    return violationsOf(this.page);
  }

  /** Pixels that the page is wider than its window. */
  overflow(): Promise<number> {
    return this.page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
  }

  /** JSON in, JSON out, as any client would. @throws Error on any status but a success */
  async call<T>(method: string, path: string, body?: object, token?: string): Promise<T> {
    const response = await fetch(`${this.service.url}${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text) as T;
  }

  /** Stores a recording and replays it on each profile of pymalloc. Answers with the runs. */
  async replay(recording: string, profiles: readonly string[]): Promise<string[]> {
    const sent = await fetch(`${this.service.url}/v1/traces?name=listdict`, {
      method: 'POST',
      headers: { 'content-type': 'application/vnd.heapcast.pmtrace1', 'content-encoding': 'gzip' },
      body: readFileSync(recording),
    });
    const { id: trace } = (await sent.json()) as { id: string };
    const runs: string[] = [];
    for (const profile of profiles) {
      const { id } = await this.call<{ id: string }>('POST', '/v1/runs', {
        trace,
        allocator: { model: 'pymalloc', profile },
      });
      runs.push(id);
    }
    // The stream ends when the run does.
    await Promise.all(runs.map(async (id) => (await fetch(`${this.service.url}/v1/runs/${id}/progress`)).text()));
    return runs;
  }

  async leave(): Promise<void> {
    await this.browser.close();
  }
}
