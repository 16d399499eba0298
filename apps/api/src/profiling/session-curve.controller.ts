import { Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { WindowCurve } from '@heapcast/insight';
import { Bearer, Gone } from '../access/index.js';
import { WindowCurveDto } from '../runs/run-views.dto.js';
import { HeapQuestions } from './heap-questions.js';
import { WindowQueryDto } from './profile-query.dto.js';
import { SubjectController } from './subject-controller.js';
import { Subjects } from './subjects.js';

@SubjectController('session')
export class SessionCurveController {
  constructor(
    private readonly subjects: Subjects,
    private readonly questions: HeapQuestions,
  ) {}

  @Get('curve')
  @ApiOperation({
    operationId: 'sessionCurve',
    summary: 'Bytes and blocks between any two positions, lowest and highest of each bucket',
  })
  @ApiOkResponse({ type: WindowCurveDto })
  curve(
    @Param('id') id: string,
    @Query() query: WindowQueryDto,
    @Bearer() bearer: string | undefined,
    @Gone() gone: AbortSignal,
  ): Promise<WindowCurve> {
    return this.subjects.use('session', id, bearer, (subject) => this.questions.window(subject, query), gone);
  }
}
