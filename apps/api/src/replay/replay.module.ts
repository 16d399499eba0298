/** The worker threads that replay, parse and write: one pool for the whole service. */
import { ReplayPool } from '@heapcast/replay';
import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Configuration } from '../configuration/configuration.js';
import { Readiness } from '../operations/readiness.js';
import { StoredEvents } from './stored-events.js';

function createPool(configuration: Configuration, events: StoredEvents): ReplayPool {
  return new ReplayPool({
    read: events.read,
    threads: configuration.replayThreads === 0 ? undefined : configuration.replayThreads,
    checkpointBytes: configuration.checkpointBytes,
    chunkCacheBytes: configuration.chunkCacheBytes,
  });
}

@Global()
@Module({
  providers: [StoredEvents, { provide: ReplayPool, useFactory: createPool, inject: [Configuration, StoredEvents] }],
  exports: [StoredEvents, ReplayPool],
})
export class ReplayModule implements OnApplicationShutdown {
  constructor(
    private readonly pool: ReplayPool,
    readiness: Readiness,
  ) {
    readiness.register('workers', async () => {
      const begin = performance.now();
      await pool.ping();
      return `answered in ${Math.ceil(performance.now() - begin)} ms`;
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.shutdown();
  }
}
