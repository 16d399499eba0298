/**
 * `npm run pictures [FOLDER]`: pictures of every page in both themes, as the README shows them (docs/pictures), made beside a
 * service of their own with the bundled recording.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BuiltService } from './bench/built-service.js';
import { openBrowser } from './browser.js';

const RECORDING = 'apps/api/assets/listdict20k.trace.gz';
/** The list was cleared: one arena is held by 49 blocks. */
const MOMENT = 265_000;

interface Shot {
  readonly name: string;
  readonly path: string;
  readonly ready: string;
  readonly phone?: boolean;
}

async function record(service: BuiltService): Promise<string> {
  const sent = await fetch(`${service.url}/v1/traces?name=listdict`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.heapcast.pmtrace1', 'content-encoding': 'gzip' },
    body: readFileSync(RECORDING),
  });
  const { id: trace }: { id: string } = JSON.parse(await sent.text());
  const allocator = { model: 'pymalloc', profile: 'cpython-3.11' };
  const { id } = await service.call<{ id: string }>('POST', '/v1/runs', { trace, allocator, name: 'A list of dicts' });
  // The stream ends when the run does.
  await (await fetch(`${service.url}/v1/runs/${id}/progress`)).text();
  return id;
}

const folder = path.resolve(process.argv[2] ?? 'docs/pictures');
const scratch = mkdtempSync(path.join(tmpdir(), 'heapcast-pictures-'));
const service = await BuiltService.start(scratch);
const browser = await openBrowser();
try {
  const run = await record(service);
  const heap = `/r/${run}?e=${MOMENT}`;
  const shots: readonly Shot[] = [
    { name: 'home', path: '/', ready: '.example figcaption:not(:empty)' },
    { name: 'heap', path: heap, ready: '.pins' },
    { name: 'heap-phone', path: heap, ready: '.pins', phone: true },
  ];
  for (const theme of ['light', 'dark'] as const) {
    for (const { name, path: address, ready, phone = false } of shots) {
      const viewport = phone ? { width: 390, height: 844 } : { width: 1440, height: 900 };
      const page = await browser.newPage({ viewport, colorScheme: theme, reducedMotion: 'reduce' });
      await page.goto(`${service.url}${address}`);
      await page.locator(ready).first().waitFor();
      // Two frames later everything that is drawn is drawn.
      await page.evaluate(
        'document.fonts.ready.then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))',
      );
      const file = path.join(folder, `${name}-${theme}.png`);
      await page.screenshot({ path: file });
      process.stdout.write(`${path.relative(process.cwd(), file)}\n`);
      await page.close();
    }
  }
} finally {
  await browser.close();
  await service.stop();
  rmSync(scratch, { recursive: true, force: true });
}
