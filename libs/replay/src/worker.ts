/** Where a worker thread starts: it connects the thread's port with a `ReplayWorker`. */
import { setImmediate as breathe } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { createModel } from '@heapcast/allocators';
import { formatByName } from '@heapcast/trace';
import type { ToWorker, WorkerSettings } from './protocol.js';
import { ReplayWorker } from './replay-worker.js';

const port = parentPort;
if (!port) throw new Error('this file runs only as a worker thread');
// The pool that starts this thread gives it its settings.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const settings = workerData as WorkerSettings;
const worker = new ReplayWorker((messages, transfer) => port.postMessage(messages, transfer), settings, {
  createModel,
  findFormat: formatByName,
  breathe: () => breathe(),
});
port.on('message', (messages: readonly ToWorker[]) => worker.receive(messages));
