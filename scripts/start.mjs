/**
 * `npm start`: prepares what is missing, then becomes the service. In this same process: a second one would only cost time
 * and have signals passed on to it.
 */
import './node-version.mjs';
import * as nodeModule from 'node:module';
import path from 'node:path';

const { prepareOrExit, root } = await import('./prepare.mjs');
await prepareOrExit();
// From Node 22 on: keeps compiled code for the next start.
nodeModule.enableCompileCache?.(path.join(root, '.stamps', 'compiled'));
await import('../dist/apps/api/src/main.js');
