import { Module } from '@nestjs/common';
import { RunsModule } from '../runs/runs.module.js';
import { ProgramsModule } from '../programs/programs.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { Feeds } from './feeds.js';
import { SessionsGateway } from './sessions.gateway.js';
import { SocketGate } from './socket-gate.js';
import { StreamController } from './stream.controller.js';

@Module({
  imports: [SessionsModule, ProgramsModule, RunsModule],
  controllers: [StreamController],
  providers: [Feeds, SocketGate, SessionsGateway],
  exports: [Feeds, SocketGate],
})
export class StreamingModule {}
