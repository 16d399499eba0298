/** Profiles, lifetimes, pinned arenas and advice: what the events of a run or session mean. */
import { Module } from '@nestjs/common';
import { RunsModule } from '../runs/runs.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { Advisor } from './advisor.js';
import { HeapQuestions } from './heap-questions.js';
import { ProfileSource } from './profile-source.js';
import { Profiles } from './profiles.js';
import { RunProfilingController, SessionProfilingController } from './profiling.controller.js';
import { Recollection } from './recollection.js';
import { SessionCurveController } from './session-curve.controller.js';
import { Subjects } from './subjects.js';

@Module({
  imports: [RunsModule, SessionsModule],
  controllers: [RunProfilingController, SessionProfilingController, SessionCurveController],
  providers: [Subjects, Recollection, ProfileSource, Profiles, HeapQuestions, Advisor],
  exports: [Subjects, Recollection, ProfileSource, Profiles, HeapQuestions, Advisor],
})
export class ProfilingModule {}
