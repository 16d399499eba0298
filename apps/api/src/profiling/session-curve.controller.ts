import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { WindowCurve } from '@heapcast/insight';
import { Bearer, Gone } from '../access/index.js';
import { ApiProblems } from '../problems/index.js';
import { WindowCurveDto } from '../runs/run-views.dto.js';
import { HeapQuestions } from './heap-questions.js';
import { WindowQueryDto } from './profile-query.dto.js';
import { Subjects } from './subjects.js';

@ApiTags('Sessions')
@ApiBearerAuth('session')
@Controller('v1/sessions/:id')
export class SessionCurveController {
  constructor(
    private readonly subjects: Subjects,
    private readonly questions: HeapQuestions,
  ) {}

  @Get('curve')
  @ApiParam({
    name: 'id',
    format: 'uuid',
    description: 'Id of a session.',
    example: '5f0c7a52-3d1e-4b7a-9a55-0c9d8e7f6a5b',
  })
  @ApiOperation({
    operationId: 'sessionCurve',
    summary: 'Bytes and blocks between any two positions, lowest and highest of each bucket',
  })
  @ApiOkResponse({ type: WindowCurveDto })
  @ApiProblems(
    'invalid-request',
    'invalid-position',
    'missing-token',
    'invalid-token',
    'not-found',
    'model-version-changed',
    'too-many-requests',
    'unavailable',
  )
  curve(
    @Param('id') id: string,
    @Query() query: WindowQueryDto,
    @Bearer() bearer: string | undefined,
    @Gone() gone: AbortSignal,
  ): Promise<WindowCurve> {
    return this.subjects.use('session', id, bearer, (subject) => this.questions.window(subject, query), gone);
  }
}
