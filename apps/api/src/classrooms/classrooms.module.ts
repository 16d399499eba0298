/** Classes around a session: rooms, people, who leads, copies, codes. `questions/` joins by the `QuestionPort`. */
import { Module } from '@nestjs/common';
import { Audience } from './audience.js';
import { ClassroomHost } from './classroom-host.js';
import { MemberGuard } from './member.js';
import { QuestionPort } from './question-port.js';

@Module({
  providers: [ClassroomHost, Audience, QuestionPort, MemberGuard],
  exports: [ClassroomHost, Audience, QuestionPort, MemberGuard],
})
export class ClassroomsModule {}
