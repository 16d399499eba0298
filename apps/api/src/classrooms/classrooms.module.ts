/** Classes around a session: rooms, people, who leads, copies, codes. `questions/` joins by the `QuestionPort`. */
import { Module } from '@nestjs/common';
import { ProgramsModule } from '../programs/programs.module.js';
import { RunsModule } from '../runs/runs.module.js';
import { ScenariosModule } from '../scenarios/scenarios.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { StreamingModule } from '../streaming/streaming.module.js';
import { Audience } from './audience.js';
import { ClassroomHost } from './classroom-host.js';
import { ClassroomsController } from './classrooms.controller.js';
import { ClassroomsGateway } from './classrooms.gateway.js';
import { ClassroomsService } from './classrooms.service.js';
import { Codes } from './codes.service.js';
import { CopiesService } from './copies.service.js';
import { CopyRetention } from './copy-retention.js';
import { Door } from './door.js';
import { Greeting } from './greeting.js';
import { LeadService } from './lead.service.js';
import { MemberGuard } from './member.js';
import { PeopleController } from './people.controller.js';
import { PeopleService } from './people.service.js';
import { QuestionPort } from './question-port.js';
import { Subjects } from './subjects.js';
import { Wall } from './wall.js';

@Module({
  imports: [SessionsModule, ProgramsModule, RunsModule, ScenariosModule, StreamingModule],
  controllers: [ClassroomsController, PeopleController],
  providers: [
    ClassroomHost,
    Audience,
    QuestionPort,
    MemberGuard,
    Codes,
    Door,
    Subjects,
    LeadService,
    Greeting,
    Wall,
    PeopleService,
    CopiesService,
    CopyRetention,
    ClassroomsService,
    ClassroomsGateway,
  ],
  exports: [ClassroomHost, Audience, QuestionPort, MemberGuard, Subjects],
})
export class ClassroomsModule {}
