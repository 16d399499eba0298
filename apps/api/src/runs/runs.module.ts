/** Runs: made, executed in the background, watched, looked into. `RunsService.begin` takes what a session became. */
import { Module } from '@nestjs/common';
import { ReferenceModule } from '../reference/reference.module.js';
import { TracesModule } from '../traces/traces.module.js';
import { RunExecutor } from './run-executor.js';
import { RunProgressBoard } from './run-progress.js';
import { RunTimelines } from './run-timelines.js';
import { RunViewsController } from './run-views.controller.js';
import { RunViews } from './run-views.service.js';
import { RunsController } from './runs.controller.js';
import { RunsService } from './runs.service.js';

@Module({
  imports: [TracesModule, ReferenceModule],
  controllers: [RunsController, RunViewsController],
  providers: [RunsService, RunExecutor, RunProgressBoard, RunTimelines, RunViews],
  exports: [RunsService, RunTimelines, RunViews],
})
export class RunsModule {}
