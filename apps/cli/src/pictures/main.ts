/**
 * `npm run pictures [FOLDER]`: pictures of every page in both themes, as the README shows them (docs/pictures), made beside a
 * service of their own.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Admission } from '@heapcast/contracts';
import type { Browser, BrowserContext } from 'playwright-core';
import { BuiltService } from '../bench/built-service.js';
import { openBrowser } from '../browser.js';
import { setStage, type Stage } from './stage.js';

/** The report was dropped, and a few blocks keep every arena that it filled. */
const MOMENT = 640_000;
const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
/** When the page that was asked for is there and its data is drawn. */
const READY = 'main[data-ready], .screen[data-ready]';

interface Shot {
  readonly name: string;
  readonly path: string;
  /** What is there when the page is complete. */
  readonly ready?: string;
  readonly isPhone?: boolean;
  /** Who looks at it. */
  readonly member?: Admission;
}

function pagesOf({ runs, leak, snippet, teacher, student }: Stage): readonly Shot[] {
  const [run = ''] = runs;
  const heap = `/r/${run}?e=${MOMENT}`;
  const live = `/j/${teacher.join?.code.replace(' ', '') ?? ''}`;
  const room = `/class/${teacher.classroom.id}`;
  return [
    { name: 'home', path: '/', ready: '.example figcaption:not(:empty)' },
    { name: 'heap', path: heap, ready: '.pins' },
    { name: 'heap-phone', path: heap, ready: '.pins', isPhone: true },
    { name: 'lifetimes', path: `/r/${run}/lifetimes` },
    { name: 'compare', path: `/compare?runs=${runs.join(',')}&e=${MOMENT}` },
    { name: 'party', path: `/r/${run}/party?e=${MOMENT}` },
    { name: 'program', path: `/s/${leak}/program?e=8` },
    { name: 'scenario', path: '/scenarios/pinned-arenas' },
    ...(snippet === null
      ? []
      : [
          { name: 'snippet', path: `/snippets/${snippet}` },
          { name: 'leaks', path: `/s/${snippet}/leaks` },
        ]),
    { name: 'teacher', path: room, member: teacher },
    { name: 'wall', path: `${room}/screen`, member: teacher },
    { name: 'join', path: live, isPhone: true, ready: '#app form' },
    { name: 'student', path: `${live}/live`, isPhone: true, member: student },
  ];
}

const folder = path.resolve(process.argv[2] ?? 'docs/pictures');
const scratch = mkdtempSync(path.join(tmpdir(), 'heapcast-pictures-'));
const service = await BuiltService.start(scratch);
const browser = await openBrowser();
try {
  const stage = await setStage(service);
  const pages = pagesOf(stage);
  for (const page of pages) await takeBoth(browser, page, '');
  await stage.reveal();
  for (const page of pages)
    if (page.name === 'student' || page.name === 'teacher') await takeBoth(browser, page, '-revealed');
  stage.leave();
} finally {
  await browser.close();
  await service.stop();
  rmSync(scratch, { recursive: true, force: true });
}

async function takeBoth(from: Browser, shot: Shot, moment: string): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    const viewport = shot.isPhone ? PHONE : DESK;
    const context = await from.newContext({ viewport, colorScheme: theme, reducedMotion: 'reduce' });
    await take(context, shot, path.join(folder, `${shot.name}${moment}-${theme}.png`));
    await context.close();
  }
}

async function take(
  context: BrowserContext,
  { path: address, ready = READY, member }: Shot,
  file: string,
): Promise<void> {
  if (member) await context.addInitScript(rememberedBy(member));
  const page = await context.newPage();
  await page.goto(`${service.url}${address}`);
  await page.locator(ready).first().waitFor();
  await page.waitForLoadState('networkidle');
  // Two frames later everything that is drawn is drawn.
  await page.evaluate(
    'document.fonts.ready.then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))',
  );
  await page.screenshot({ path: file });
  process.stdout.write(`${path.relative(process.cwd(), file)}\n`);
}

/** A script of the page: it holds what the browser of this person holds (apps/dashboard/src/service/memberships.ts). */
function rememberedBy({ classroom, personId, token, join }: Admission): string {
  const person = JSON.stringify({ classroomId: classroom.id, personId, token, name: '' });
  const kept = [
    [`heapcast.class.${classroom.id}`, person],
    [`heapcast.class.code.${join?.code.replace(' ', '') ?? ''}`, classroom.id],
  ];
  return kept
    .map(([key, value]) => `localStorage.setItem(${JSON.stringify(key)}, ${JSON.stringify(value)});`)
    .join('\n');
}
