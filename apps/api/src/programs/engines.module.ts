/** The worker threads that run programs: started when the first program is. */
import { EnginePool } from '@heapcast/engine';
import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import os from 'node:os';
import { Configuration } from '../configuration/configuration.js';
import { Readiness } from '../operations/readiness.js';

const MOST_THREADS = 4;

function createPool({ engineThreads, programBytes }: Configuration): EnginePool {
  const usual = Math.min(MOST_THREADS, Math.max(1, os.availableParallelism() - 1));
  return new EnginePool({ threads: engineThreads === 0 ? usual : engineThreads, checkpointBytes: programBytes / 2 });
}

@Global()
@Module({
  providers: [{ provide: EnginePool, useFactory: createPool, inject: [Configuration] }],
  exports: [EnginePool],
})
export class EnginesModule implements OnApplicationShutdown {
  constructor(
    private readonly pool: EnginePool,
    readiness: Readiness,
  ) {
    readiness.register('engines', async () => {
      const begin = performance.now();
      await pool.ping();
      return `answered in ${Math.ceil(performance.now() - begin)} ms`;
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.shutdown();
  }
}
