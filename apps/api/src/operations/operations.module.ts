/** Metrics, readiness and the log for everyone, and their addresses. */
import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { Logger } from 'pino';
import { Metrics } from './metrics.js';
import { OperationsController } from './operations.controller.js';
import { Readiness } from './readiness.js';

/** `@Inject(LOG) log: Logger` */
export const LOG = Symbol('log');

@Global()
@Module({})
export class OperationsModule {
  static with(log: Logger): DynamicModule {
    return {
      module: OperationsModule,
      controllers: [OperationsController],
      providers: [Metrics, Readiness, { provide: LOG, useValue: log }],
      exports: [Metrics, Readiness, LOG],
    };
  }
}
