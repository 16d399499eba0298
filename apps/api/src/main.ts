/** The process: reads the environment, starts the service, says where to look, and stops without losing anything. */
import 'reflect-metadata';
import { DatabaseError } from '@heapcast/database';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { createApp } from './application.js';
import type { Configuration } from './configuration/configuration.js';
import { ConfigurationError, readConfiguration } from './configuration/environment.js';
import { createLog } from './operations/logging.js';
import { stopOnSignals } from './shutdown.js';
import { welcome } from './welcome.js';

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** A sentence for failures that a person can mend; `undefined` = show the error itself. */
function startFailure(error: unknown, { host, port }: Configuration): string | undefined {
  if (error instanceof DatabaseError) return error.message;
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is taken by another program. Stop it, or choose another port: PORT=${port + 1} npm start`;
    case 'EACCES':
      return `Port ${port} may not be used by this user. Choose one above 1023: PORT=3000 npm start`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `HOST=${host} is not an address of this machine.`;
    default:
      return undefined;
  }
}

async function start(configuration: Configuration, log: Logger): Promise<void> {
  const started = performance.now();
  let app: NestFastifyApplication | undefined;
  try {
    app = await createApp(configuration, log);
    const stopping = stopOnSignals(app, configuration, log);
    await app.listen(configuration.port, configuration.host);
    const url = await app.getUrl();
    log.info({ url, ms: Math.round(performance.now() - started) }, 'ready');
    if (!stopping()) process.stdout.write(welcome(url));
  } catch (error) {
    await app?.close();
    const sentence = startFailure(error, configuration);
    if (sentence === undefined) throw error;
    process.stderr.write(`${sentence}\n`);
    process.exitCode = 1;
  }
}

try {
  const configuration = readConfiguration(process.env);
  const log = createLog(configuration.logLevel);
  // One forgotten promise must not end everybody's sessions; it is a defect all the same, and is logged as one.
  process.on('unhandledRejection', (reason) => log.error({ err: reason }, 'unhandled rejection'));
  await start(configuration, log);
} catch (error) {
  if (error instanceof ConfigurationError) process.stderr.write(`${error.message}\n`);
  else
    process.stderr.write(
      `The service could not start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
  process.exitCode = 1;
}
