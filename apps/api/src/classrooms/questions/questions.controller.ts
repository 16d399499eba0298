import {
  Body,
  Controller,
  Delete,
  Get,
  Header,
  HttpCode,
  HttpStatus,
  Param,
  Patch,
  Post,
  UseGuards,
} from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiCreatedResponse,
  ApiExtraModels,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { ClassroomQuestion, ClassroomResults, GivenAnswer, QuestionList } from '@heapcast/contracts';
import { Bearer } from '../../access/index.js';
import { ApiProblems } from '../../problems/index.js';
import { CLASSROOM_ID } from '../classroom-examples.js';
import { Member, MemberGuard } from '../member.js';
import type { Membership } from '../membership.js';
import { AnswerDto, ChangeQuestionDto, MakeQuestionDto } from './question.dto.js';
import { ASKED_EXAMPLE, CSV_EXAMPLE, DRAFT_EXAMPLE, QUESTION_ID, RESULTS_EXAMPLE } from './question-examples.js';
import { QuestionsService } from './questions.service.js';
import { resultsCsv } from './results-csv.js';

const REPLY = { type: 'object' as const, additionalProperties: true };
const COMMON = [
  'missing-token',
  'invalid-token',
  'forbidden',
  'not-found',
  'too-many-requests',
  'unavailable',
] as const;

const QUESTION = { name: 'question', format: 'uuid', description: 'Id of the question.', example: QUESTION_ID };

@ApiTags('Classrooms')
@ApiBearerAuth('classroom')
@ApiParam({ name: 'id', format: 'uuid', description: 'Id of the classroom.', example: CLASSROOM_ID })
@ApiExtraModels(MakeQuestionDto)
@UseGuards(MemberGuard)
@Controller('v1/classrooms/:id')
export class QuestionsController {
  constructor(private readonly questions: QuestionsService) {}

  @Get('questions')
  @ApiOperation({
    operationId: 'classroomQuestions',
    summary: 'The questions, in the order of making',
    description:
      'Teachers see drafts, what is right and what was answered; everybody else sees what was asked, and of that only after the reveal what is right, why, and the histogram.',
  })
  @ApiOkResponse({ schema: { ...REPLY, example: { items: [DRAFT_EXAMPLE] } } })
  @ApiProblems(...COMMON)
  async list(@Member() member: Membership): Promise<QuestionList> {
    return { items: await this.questions.list(member) };
  }

  @Post('questions')
  @ApiOperation({
    operationId: 'makeQuestion',
    summary: 'Make a question (teacher): the service makes it from what really comes next, or the teacher writes it',
    description:
      'The real next event decides what is right, or, where nothing comes any more (and where `options` say what to suppose), a request that is carried out on a copy of the model. Where the next event is of another kind, the problem `cannot-be-asked` tells in `nextEvent` the event at which this kind could be asked. It stays a draft, which only teachers see, until it is asked.',
  })
  @ApiBody({
    type: MakeQuestionDto,
    examples: {
      next: { summary: 'Which block is handed out next?', value: { kind: 'next-block', event: 1200 } },
      supposed: {
        summary: 'The same of a request that is supposed',
        value: { kind: 'next-block', options: { size: 48 } },
      },
      free: { summary: 'Does this free give an arena back?', value: { kind: 'arena-returned', event: 1201 } },
      arena: { summary: 'Which arena does the next pool come from?', value: { kind: 'next-arena', event: 1210 } },
      leak: { summary: 'Is this object leaked?', value: { kind: 'leaked', options: { object: 3 } } },
      size: {
        summary: 'What does sys.getsizeof say?',
        value: { kind: 'sizeof', options: { expression: '[1, 2, 3]', version: '3.11', asNumber: true } },
      },
      party: {
        summary: "What is the party's bill?",
        value: { kind: 'party-bill', options: { party: { strategy: 'keep-one' } } },
      },
      own: {
        summary: "A teacher's own",
        value: {
          kind: 'own',
          prompt: 'Who frees a dict that nobody refers to any more?',
          choices: ['Its reference count', 'The cycle collector', 'Nobody'],
          right: 'Its reference count',
          explanation: 'The count reaches zero, and that frees it at once.',
        },
      },
    },
  })
  @ApiCreatedResponse({ schema: { ...REPLY, example: DRAFT_EXAMPLE } })
  @ApiProblems(
    'invalid-request',
    'malformed-json',
    'invalid-position',
    'conflict',
    'cannot-be-asked',
    'limit-reached',
    'run-not-finished',
    'model-version-changed',
    'program-version-changed',
    ...COMMON,
  )
  make(
    @Member() member: Membership,
    @Bearer() bearer: string | undefined,
    @Body() body: MakeQuestionDto,
  ): Promise<ClassroomQuestion> {
    return this.questions.make(member, bearer, body);
  }

  @Patch('questions/:question')
  @ApiParam(QUESTION)
  @ApiOperation({
    operationId: 'changeQuestion',
    summary: 'Ask it, close it, reveal it, put it away (teacher)',
    description:
      'Draft, asked, closed, revealed, and never back. `seconds` is counted by the clock of the service and survives a restart. Revealing closes, grades and scores once: the last answer of each person counts. At most one question is asked at a time.',
  })
  @ApiBody({
    type: ChangeQuestionDto,
    examples: {
      ask: { value: { status: 'asked', seconds: 60, attempts: 1, points: 1, names: false } },
      longer: { summary: 'Another half minute', value: { seconds: 30 } },
      close: { value: { status: 'closed' } },
      reveal: { value: { status: 'revealed' } },
      away: { value: { away: true } },
    },
  })
  @ApiOkResponse({ schema: { ...REPLY, example: ASKED_EXAMPLE } })
  @ApiProblems('invalid-request', 'malformed-json', 'conflict', ...COMMON)
  change(
    @Member() member: Membership,
    @Param('question') question: string,
    @Body() body: ChangeQuestionDto,
  ): Promise<ClassroomQuestion> {
    return this.questions.change(member, question, body);
  }

  @Delete('questions/:question')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiParam(QUESTION)
  @ApiOperation({
    operationId: 'dropQuestion',
    summary: 'Delete a draft; one that was asked is put away and stays in the results (teacher)',
  })
  @ApiNoContentResponse()
  @ApiProblems('conflict', ...COMMON)
  remove(@Member() member: Membership, @Param('question') question: string): Promise<void> {
    return this.questions.remove(member, question);
  }

  @Post('questions/:question/answers')
  @ApiParam(QUESTION)
  @ApiOperation({
    operationId: 'answerQuestion',
    summary: 'Answer (student)',
    description:
      'Answered when it is stored for good. The same answer once more is a retry and costs no attempt. Observers, teachers and those who are muted are refused; so is what comes too late.',
  })
  @ApiCreatedResponse({ schema: { ...REPLY, example: { mine: { answer: 'b', attempt: 1 } } } })
  @ApiProblems('invalid-request', 'malformed-json', 'conflict', ...COMMON)
  answer(
    @Member() member: Membership,
    @Param('question') question: string,
    @Body() { answer }: AnswerDto,
  ): Promise<{ readonly mine: GivenAnswer }> {
    return this.questions.answerTo(member, question, answer);
  }

  @Get('results')
  @ApiOperation({
    operationId: 'classroomResults',
    summary: 'Who answered what, and the scores (teacher)',
    description:
      'Of questions that were asked. Right and wrong are known after the reveal; people who were removed stay.',
  })
  @ApiOkResponse({ schema: { ...REPLY, example: RESULTS_EXAMPLE } })
  @ApiProblems(...COMMON)
  results(@Member() member: Membership): Promise<ClassroomResults> {
    return this.questions.results(member);
  }

  @Get('results.csv')
  @Header('content-type', 'text/csv; charset=utf-8; header=present')
  @Header('content-disposition', 'attachment; filename="results.csv"')
  @ApiOperation({
    operationId: 'classroomResultsCsv',
    summary: 'The same as a table for spreadsheets (teacher)',
    description: 'RFC 4180, UTF-8. Text that a spreadsheet would take for a formula has an apostrophe in front of it.',
  })
  @ApiOkResponse({ content: { 'text/csv': { schema: { type: 'string' }, example: CSV_EXAMPLE } } })
  @ApiProblems(...COMMON)
  async csv(@Member() member: Membership): Promise<string> {
    return resultsCsv(await this.questions.results(member));
  }
}
