/** Questions to a class: made, asked, answered, revealed. Joins the classrooms by their `QuestionPort`. */
import { Module } from '@nestjs/common';
import { ProfilingModule } from '../../profiling/profiling.module.js';
import { ProgramsModule } from '../../programs/programs.module.js';
import { SessionsModule } from '../../sessions/sessions.module.js';
import { ClassroomsModule } from '../classrooms.module.js';
import { AnswerDesk } from './answer-desk.js';
import { Deadlines } from './deadlines.js';
import { QuestionBooks } from './question-books.js';
import { QuestionMaker } from './question-maker.js';
import { QuestionSource } from './question-source.js';
import { QuestionsController } from './questions.controller.js';
import { QuestionsService } from './questions.service.js';

@Module({
  imports: [ClassroomsModule, ProfilingModule, ProgramsModule, SessionsModule],
  controllers: [QuestionsController],
  providers: [QuestionsService, QuestionBooks, QuestionMaker, QuestionSource, AnswerDesk, Deadlines],
})
export class QuestionsModule {}
