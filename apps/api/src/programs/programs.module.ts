import { Module } from '@nestjs/common';
import { SessionsModule } from '../sessions/sessions.module.js';
import { EnginesModule } from './engines.module.js';
import { ProgramDesk } from './program-desk.js';
import { ProgramMovesView } from './program-moves.js';
import { ProgramHost } from './program-host.js';
import { ProgramsController } from './programs.controller.js';
import { ProgramViews } from './program-views.js';

@Module({
  imports: [SessionsModule, EnginesModule],
  controllers: [ProgramsController],
  providers: [ProgramHost, ProgramDesk, ProgramViews, ProgramMovesView],
  exports: [ProgramHost, ProgramDesk, ProgramViews],
})
export class ProgramsModule {}
