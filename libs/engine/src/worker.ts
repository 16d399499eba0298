/** Where a thread of engines starts. */
import { parentPort, workerData } from 'node:worker_threads';
import { createBirpc } from 'birpc';
import type { EngineFunctions, EngineThreadSettings } from './protocol.js';
import { engineThread } from './thread.js';

const port = parentPort;
if (!port) throw new Error('this file runs only as a worker thread');
// The pool that starts this thread gives it its settings.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const settings = workerData as EngineThreadSettings;
createBirpc<object, EngineFunctions>(engineThread(settings), {
  post: (message) => port.postMessage(message),
  on: (take) => port.on('message', take),
});
