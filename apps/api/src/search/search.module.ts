import { Module } from '@nestjs/common';
import { ProfilingModule } from '../profiling/profiling.module.js';
import { EventSearch } from './event-search.js';
import { MemoryOverTime } from './memory-over-time.js';
import { RequestPace } from './request-pace.js';
import { RunSearchController, SessionSearchController } from './search.controller.js';

@Module({
  imports: [ProfilingModule],
  controllers: [RunSearchController, SessionSearchController],
  providers: [EventSearch, MemoryOverTime, RequestPace],
})
export class SearchModule {}
