/**
 * The commands of the documents, run as written: every `sh` block of a page that begins with `B=http://localhost:3000`, in
 * order, in one shell, beside the built service (its address put in the place of that one).
 */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Service } from '../support/service.js';

const ADDRESS = 'http://localhost:3000';
/** Milliseconds for a page: each command is a process, and the machine may be busy. */
const PATIENCE = 180_000;
const run = promisify(execFile);

/** The blocks of a page from the one on that names the service. */
function commandsOf(page: string): string {
  const blocks = [...readFileSync(page, 'utf8').matchAll(/^```sh\n([^]*?)^```/gm)].map(([, block]) => block);
  return blocks.slice(blocks.findIndex((block) => block.startsWith(`B=${ADDRESS}\n`))).join('\n');
}

const pages = ['README.md', ...readdirSync('docs').map((name) => `docs/${name}`)].filter(
  (page) => page.endsWith('.md') && readFileSync(page, 'utf8').includes(`\`\`\`sh\nB=${ADDRESS}\n`),
);

let service: Service;
beforeAll(async () => {
  service = await Service.start();
});
afterAll(() => Service.stopAll());

describe('the commands of', () => {
  it.each(pages)(
    '%s end well, one after the other',
    async (page) => {
      const commands = commandsOf(page).replaceAll(ADDRESS, service.url);
      // A failed command ends the shell, and so does a variable that no earlier block has set.
      const { stdout } = await run('bash', ['-eu', '-o', 'pipefail', '-c', commands], {
        env: { ...process.env, NODE_OPTIONS: '' },
        maxBuffer: 64 << 20,
        timeout: PATIENCE,
      });
      expect(stdout).not.toMatch(/"type":"[^"]*\/problems\//);
      expect(stdout).not.toMatch(/\bundefined\b/);
    },
    1.2 * PATIENCE,
  );
});
