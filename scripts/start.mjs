/**
 * `npm start`: prepares what is missing, then becomes the service. In this same process: a second one would only cost time
 * and have signals passed on to it.
 */
import './node-version.mjs';

const { prepareOrExit } = await import('./prepare.mjs');
await prepareOrExit();
await import('../dist/apps/api/src/main.js');
