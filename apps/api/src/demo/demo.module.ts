import { Module } from '@nestjs/common';
import { RunsModule } from '../runs/runs.module.js';
import { ScenariosModule } from '../scenarios/scenarios.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { TracesModule } from '../traces/traces.module.js';
import { DemoService } from './demo.service.js';
import { DemoSession } from './demo-session.js';

@Module({ imports: [TracesModule, RunsModule, ScenariosModule, SessionsModule], providers: [DemoService, DemoSession] })
export class DemoModule {}
