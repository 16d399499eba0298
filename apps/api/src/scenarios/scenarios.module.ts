/** The talk's examples, its best practices, and the toy party. */
import { Module } from '@nestjs/common';
import { ProgramsModule } from '../programs/programs.module.js';
import { ReferenceModule } from '../reference/reference.module.js';
import { RunsModule } from '../runs/runs.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { TracesModule } from '../traces/traces.module.js';
import { PartyController } from './party.controller.js';
import { MadeTraces } from './made-traces.js';
import { ScenarioRuns } from './scenario-runs.service.js';
import { ScenarioSessions } from './scenario-sessions.service.js';
import { ScenariosController } from './scenarios.controller.js';
import { StepsController } from './steps.controller.js';

@Module({
  imports: [ProgramsModule, ReferenceModule, RunsModule, SessionsModule, TracesModule],
  controllers: [ScenariosController, StepsController, PartyController],
  providers: [MadeTraces, ScenarioRuns, ScenarioSessions],
  exports: [ScenarioRuns, ScenarioSessions],
})
export class ScenariosModule {}
