/**
 * The heap page in a real browser: how long its frames take while a session gets 100,000 events a second, and while a heap of five
 * hundred arenas is zoomed; how soon the first view is there; how much JavaScript is sent.
 *
 * The browser shares the machine with the service. Where no graphics card draws, the browser says so, and the note does too: the
 * figures are then those of drawing by software.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../browser.js';
import { BuiltService, openSession, type OpenedSession } from './built-service.js';
import { atMost, type Benchmark, type Figure } from './figure.js';
import { KeepAlive } from './keep-alive.js';
import { median, percentile } from './statistics.js';

const ASSETS = 'dist/apps/dashboard/assets';
const ARENAS = 500;
/** Of CPython 3.9: 256 KiB arenas, of whose 64 pools one may be lost, seven blocks of 512 bytes each. */
const BLOCKS = ARENAS * 63 * 7;
const PACE = 100_000;
/** Requests in one message, as a tracer gathers them that looks at none of the answers. */
const BATCH = 5000;
/** Milliseconds between two frames at 60 a second; one that takes half as long again is a dropped one. */
const FRAME = 1000 / 60;

export const frames: Benchmark = {
  name: 'frames',
  title: 'the heap page in a browser: frames, first view, JavaScript',
  async run({ quick, scratch, tell }) {
    // Without children that are started ahead for snippets: for their first seconds they take the core that draws.
    const idle = { SNIPPETS_WARM: '0', SNIPPETS_WARM_COMPILERS: '0' };
    const service = await BuiltService.start(path.join(scratch, 'frames'), idle);
    const browser = await openBrowser();
    try {
      tell('frames: recording a heap of 500 arenas');
      const run = await record(service);
      const figures = [...(await firstView(browser, service, run)), ...scripts()];
      tell('frames: a session of 100,000 events/s');
      figures.push(...(await liveFrames(browser, service, quick ? 2000 : 10_000)));
      tell('frames: zooming 500 arenas');
      figures.push(...(await zoomFrames(browser, service, run, quick ? 2000 : 8000)));
      tell('frames: playing at 100,000 events/s');
      figures.push(...(await playedFrames(browser, service, run, quick ? 1500 : 2000)));
      return figures;
    } finally {
      await browser.close();
      await service.stop();
    }
  },
};

async function record(service: BuiltService): Promise<string> {
  const lines = Array.from({ length: BLOCKS }, (_, i) => `{"op":"malloc","id":${i + 1},"size":${512 - (i % 7)}}`);
  // Every third block goes again, so that pools are as full as they are in life.
  for (let id = 1; id <= BLOCKS; id += 3) lines.push(`{"op":"free","id":${id}}`);
  const sent = await fetch(`${service.url}/v1/traces?name=frames`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines.join('\n'),
  });
  const { id: trace }: { id: string } = JSON.parse(await sent.text());
  const allocator = { model: 'pymalloc', profile: 'cpython-3.9' };
  const { id } = await service.call<{ id: string }>('POST', '/v1/runs', { trace, allocator });
  // The stream ends when the run does.
  await (await fetch(`${service.url}/v1/runs/${id}/progress`)).text();
  return id;
}

async function openPage(browser: Browser, address: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.addInitScript(`
    globalThis.firstView = new Promise((viewed) => {
      new MutationObserver((_, watcher) => {
        if (!document.querySelector('[data-ready]')) return;
        watcher.disconnect();
        requestAnimationFrame(() => requestAnimationFrame(() => viewed(performance.now())));
      }).observe(document, { subtree: true, childList: true, attributes: true });
    });
  `);
  await page.goto(address);
  await page.evaluate('globalThis.firstView');
  return page;
}

/** Milliseconds from one frame to the next, while `script` is called in each of them. */
async function frameTimes(page: Page, milliseconds: number, script = ''): Promise<number[]> {
  return page.evaluate<number[]>(`new Promise((done) => {
    const times = [];
    const start = performance.now();
    let last = start;
    requestAnimationFrame(function frame(now) {
      if (now > start) times.push(now - last);
      last = now;
      const passed = now - start;
      ${script};
      if (passed < ${milliseconds}) requestAnimationFrame(frame);
      else done(times.slice(1));
    });
  })`);
}

/** Who draws: a card, or software. */
async function drawnBy(page: Page): Promise<string> {
  return page.evaluate<string>(`(() => {
    const context = document.createElement('canvas').getContext('webgl');
    const about = context?.getExtension('WEBGL_debug_renderer_info');
    const name = about ? String(context.getParameter(about.UNMASKED_RENDERER_WEBGL)) : '';
    return name === '' || /swiftshader|llvmpipe|software/i.test(name) ? 'drawn by software' : 'drawn by ' + name;
  })()`);
}

function figuresOf(name: string, times: readonly number[], note: string): Figure[] {
  const dropped = times.filter((time) => time > 1.5 * FRAME).length;
  return [
    { name: `frames.${name}.median`, value: median(times), unit: 'ms', target: atMost(FRAME + 0.5), note },
    { name: `frames.${name}.p95`, value: percentile(times, 0.95), unit: 'ms', target: atMost(1.5 * FRAME), note },
    { name: `frames.${name}.dropped`, value: (100 * dropped) / Math.max(1, times.length), unit: '% of frames', note },
  ];
}

async function liveFrames(browser: Browser, service: BuiltService, milliseconds: number): Promise<Figure[]> {
  const session = await openSession(service);
  const writer = await KeepAlive.open(service.port);
  await write(writer, session, 0);
  const page = await openPage(browser, `${service.url}/s/${session.id}`);
  const over = new AbortController();
  let sent = 0;
  const start = performance.now();
  const writing = (async () => {
    while (!over.signal.aborted) {
      await write(writer, session, (sent += BATCH));
      const ahead = (1000 * sent) / PACE - (performance.now() - start);
      if (ahead > 1) await delay(ahead);
    }
  })();
  try {
    // The page has seen the first of it, and its code is warm.
    await delay(500);
    const times = await frameTimes(page, milliseconds);
    const pace = (1000 * sent) / (performance.now() - start);
    const came = `${Math.round(pace / 1000)}k events/s came, ${BATCH} in a message, none answered one by one`;
    return figuresOf('live', times, `${came}; ${await drawnBy(page)}`);
  } finally {
    over.abort();
    await writing;
    writer.close();
    await page.close();
  }
}

async function write(writer: KeepAlive, { id, token }: OpenedSession, from: number): Promise<void> {
  // Every tenth block stays, so the heap grows; the others come and go.
  const requests = Array.from({ length: BATCH / 2 }, (_, i) => {
    const malloc = { op: 'malloc', size: 16 + ((from + i) % 480) };
    return i % 10 === 0
      ? [malloc, { op: 'mark' }]
      : [
          { ...malloc, id: 'a' },
          { op: 'free', id: 'a' },
        ];
  }).flat();
  const json = JSON.stringify({ requests });
  const { status, body } = await writer.post(`/v1/sessions/${id}/requests`, json, token, 'prefer: return=minimal\r\n');
  if (status !== 200) throw new Error(`${status} ${body.slice(0, 300)}`);
}

async function zoomFrames(
  browser: Browser,
  service: BuiltService,
  run: string,
  milliseconds: number,
): Promise<Figure[]> {
  const page = await openPage(browser, `${service.url}/r/${run}`);
  try {
    await page.evaluate(`globalThis.map = document.querySelector('.overview').getBoundingClientRect()`);
    // In and out again, every two seconds, from the whole heap to the blocks of one arena.
    const times = await frameTimes(
      page,
      milliseconds,
      `document.querySelector('.overview').dispatchEvent(new WheelEvent('wheel', {
        bubbles: true, cancelable: true, deltaY: passed % 2000 < 1000 ? -40 : 40,
        clientX: map.left + map.width * 0.4, clientY: map.top + map.height * 0.4,
      }))`,
    );
    return figuresOf('zoom', times, `${ARENAS} arenas of 63 pools; ${await drawnBy(page)}`);
  } finally {
    await page.close();
  }
}

async function playedFrames(
  browser: Browser,
  service: BuiltService,
  run: string,
  milliseconds: number,
): Promise<Figure[]> {
  const page = await openPage(browser, `${service.url}/r/${run}?e=20000`);
  try {
    await page.getByRole('button', { name: '100k×' }).click();
    await page.getByRole('button', { name: 'Play' }).click();
    const times = await frameTimes(page, milliseconds);
    return figuresOf('play', times, await drawnBy(page));
  } finally {
    await page.close();
  }
}

async function firstView(browser: Browser, service: BuiltService, run: string): Promise<Figure[]> {
  const views: number[] = [];
  for (let i = 0; i < 3; i++) {
    // A context of its own: nothing is in the browser's cache.
    const page = await openPage(browser, `${service.url}/r/${run}`);
    views.push(await page.evaluate<number>('globalThis.firstView'));
    await page.close();
  }
  return [
    {
      name: 'frames.first-view',
      value: median(views),
      unit: 'ms',
      target: atMost(1000),
      note: `${ARENAS} arenas, from the address to the drawn map, nothing in the cache`,
    },
  ];
}

/** Everything that the pages may ever load, but the code editor. */
function scripts(): Figure[] {
  const files = readdirSync(ASSETS).filter((file) => file.endsWith('.js') && !file.includes('editor'));
  const bytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(path.join(ASSETS, file))).length, 0);
  return [
    {
      name: 'frames.javascript',
      value: bytes / 1000,
      unit: 'KB gzipped',
      target: atMost(150),
      note: `all pages together, ${files.length} files, without the code editor`,
    },
  ];
}
