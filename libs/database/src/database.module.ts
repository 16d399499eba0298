/**
 * The stores, for Nest. `DatabaseModule.forRootAsync({ inject: [...], useFactory: (...) => options })` opens the database
 * before anything that wants a store is made, and closes it last: in `onApplicationShutdown`, so everybody else has until
 * `beforeApplicationShutdown` to write what is left.
 */
import {
  ConfigurableModuleBuilder,
  Global,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { ClassroomCopiesStore } from './classroom-copies.store.js';
import { ClassroomPeopleStore } from './classroom-people.store.js';
import { ClassroomStore } from './classroom.store.js';
import { ClassroomQuestionsStore } from './classroom-questions.store.js';
import { ComparisonStore } from './comparison.store.js';
import { SessionJournal } from './journal/session-journal.js';
import { SessionSites } from './journal/session-sites.js';
import { type DatabaseOptions, PrismaService } from './prisma.service.js';
import { RunStore } from './run.store.js';
import { SessionStore } from './session.store.js';
import { SnippetStore } from './snippet.store.js';
import { TokenStore } from './token.store.js';
import { TraceStore } from './trace.store.js';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<DatabaseOptions>()
  .setClassMethodName('forRoot')
  .build();

/** Idempotency keys are good for a day; once an hour those that are older are forgotten. */
const KEYS_LAST = 24 * 3_600_000;
const KEYS_CHECKED = 3_600_000;

@Global()
@Module({
  providers: [
    {
      provide: PrismaService,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: (options: DatabaseOptions) => PrismaService.open(options),
    },
    SessionJournal,
    SessionSites,
    TraceStore,
    RunStore,
    SessionStore,
    SnippetStore,
    TokenStore,
    ComparisonStore,
    ClassroomStore,
    ClassroomPeopleStore,
    ClassroomCopiesStore,
    ClassroomQuestionsStore,
  ],
  exports: [
    PrismaService,
    SessionJournal,
    SessionSites,
    TraceStore,
    RunStore,
    SessionStore,
    SnippetStore,
    TokenStore,
    ComparisonStore,
    ClassroomStore,
    ClassroomPeopleStore,
    ClassroomCopiesStore,
    ClassroomQuestionsStore,
  ],
})
export class DatabaseModule extends ConfigurableModuleClass implements OnApplicationBootstrap, OnApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly prisma: PrismaService,
    private readonly journal: SessionJournal,
  ) {
    super();
  }

  onApplicationBootstrap(): void {
    const forget = (): void => {
      // While the database is away, nothing is forgotten; the next hour will do.
      this.journal.forgetKeys(new Date(Date.now() - KEYS_LAST)).catch(() => undefined);
    };
    forget();
    this.#timer = setInterval(forget, KEYS_CHECKED).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.journal.drained();
    await this.prisma.close();
  }
}
