/** Which rooms the service has. */
import { type DynamicModule, Module } from '@nestjs/common';
import type { Logger } from 'pino';
import { AccessModule } from './access/access.module.js';
import type { Configuration } from './configuration/configuration.js';
import { ConfigurationModule } from './configuration/configuration.module.js';
import { DocumentsModule } from './documents/documents.module.js';
import { OperationsModule } from './operations/operations.module.js';
import { ProblemsModule } from './problems/problems.module.js';
import { ReferenceModule } from './reference/reference.module.js';

@Module({})
export class ApplicationModule {
  static with(configuration: Configuration, log: Logger): DynamicModule {
    return {
      module: ApplicationModule,
      imports: [
        ConfigurationModule.with(configuration),
        OperationsModule.with(log),
        AccessModule,
        ProblemsModule,
        DocumentsModule,
        ReferenceModule,
      ],
    };
  }
}
