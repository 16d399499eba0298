/**
 * Which rooms the service has. The order is that of starting; they stop in the opposite one, so the database, which
 * everybody needs to the last, comes first.
 */
import { DatabaseModule, PrismaService, SessionJournal } from '@heapcast/database';
import { type DynamicModule, Module } from '@nestjs/common';
import type { Logger } from 'pino';
import { AccessModule } from './access/access.module.js';
import { ClassroomsModule } from './classrooms/classrooms.module.js';
import { QuestionsModule } from './classrooms/questions/questions.module.js';
import { ComparisonsModule } from './comparisons/comparisons.module.js';
import { Configuration } from './configuration/configuration.js';
import { ConfigurationModule } from './configuration/configuration.module.js';
import { DashboardModule } from './dashboard/dashboard.module.js';
import { DemoModule } from './demo/demo.module.js';
import { DocumentsModule } from './documents/documents.module.js';
import { MapsModule } from './maps/maps.module.js';
import { SearchModule } from './search/search.module.js';
import { Metrics } from './operations/metrics.js';
import { OperationsModule } from './operations/operations.module.js';
import { Readiness } from './operations/readiness.js';
import type { AllowedMethods } from './problems/allowed-methods.js';
import { ProblemsModule } from './problems/problems.module.js';
import { ProfilingModule } from './profiling/profiling.module.js';
import { ProgramsModule } from './programs/programs.module.js';
import { ReferenceModule } from './reference/reference.module.js';
import { ReplayModule } from './replay/replay.module.js';
import { RunsModule } from './runs/runs.module.js';
import { ScenariosModule } from './scenarios/scenarios.module.js';
import { SessionsModule } from './sessions/sessions.module.js';
import { SnippetsModule } from './snippets/snippets.module.js';
import { SizeofModule } from './sizeof/sizeof.module.js';
import { StreamingModule } from './streaming/streaming.module.js';
import { TracesModule } from './traces/traces.module.js';

@Module({})
export class ApplicationModule {
  constructor(prisma: PrismaService, journal: SessionJournal, readiness: Readiness, metrics: Metrics) {
    journal.watchCommits((seconds) => metrics.journalCommit.observe(seconds));
    const { kind, version } = prisma.description;
    readiness.register('database', async () => {
      const begin = performance.now();
      await prisma.check();
      return `${version} (${kind}) answered in ${Math.ceil(performance.now() - begin)} ms`;
    });
  }

  static with(configuration: Configuration, log: Logger, methods: AllowedMethods): DynamicModule {
    return {
      module: ApplicationModule,
      imports: [
        DatabaseModule.forRootAsync({
          inject: [Configuration],
          useFactory: ({ databaseUrl, dataDir, databaseConnections }: Configuration) => ({
            url: databaseUrl,
            directory: dataDir,
            connections: databaseConnections,
            notice: (line) => log.info(line),
          }),
        }),
        ConfigurationModule.with(configuration),
        OperationsModule.with(log),
        ReplayModule,
        AccessModule,
        ProblemsModule.with(methods),
        DocumentsModule,
        DashboardModule,
        ReferenceModule,
        SizeofModule,
        TracesModule,
        RunsModule,
        SessionsModule,
        ProgramsModule,
        ComparisonsModule,
        ScenariosModule,
        ProfilingModule,
        MapsModule,
        SearchModule,
        SnippetsModule,
        ClassroomsModule,
        QuestionsModule,
        StreamingModule,
        DemoModule,
      ],
    };
  }
}
