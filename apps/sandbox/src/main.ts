/**
 * The child: loads a language, says what it found of its walls, waits for one snippet, runs it, ends.
 * `main.js LANGUAGE ahead|now FOLDER...`; the folders are those that it may read beside its own files.
 */
import { constants, setPriority } from 'node:os';
import { readRequest } from './inbox.js';
import { Outbox } from './outbox.js';
import type { LoadRuntime } from './runtime.js';

// The service comes first: a snippet gets what is left of the machine.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

const [, , language = '', when = '', ...folders] = process.argv;
const exit = process.exit.bind(process);
const now = performance.now.bind(performance);

const LANGUAGES: Record<string, () => Promise<{ readonly load: LoadRuntime }>> = {
  python: () => import('./python/load.js'),
  c: () => import('./cpp/load.js'),
  cpp: () => import('./cpp/load.js'),
};

const outbox = new Outbox();
const nothing = { events: 0, blocks: 0, exitStatus: null };
const entry = LANGUAGES[language];
if (entry === undefined) {
  outbox.finish({ outcome: 'refused', detail: `There is no language "${language}".`, ...nothing });
} else {
  const { load } = await entry();
  const runtime = await load(outbox, folders, when === 'ahead');
  const { title, layers } = runtime;
  outbox.say({ kind: 'ready', runtime: title, layers, startMs: Math.round(now()) });
  const missing = layers.filter((layer) => !layer.inForce);
  if (missing.length > 0) {
    const detail = missing.map((layer) => `${layer.layer}: ${layer.detail}`).join('; ');
    outbox.finish({ outcome: 'refused', detail: `A layer of the sandbox is not in force: ${detail}`, ...nothing });
  }
  const request = await readRequest();
  if (request === null) exit(0);
  else outbox.finish(await runtime.run(request));
}
