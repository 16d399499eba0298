import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Param, Post, Query, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBearerAuth,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { RunRecord } from '@heapcast/database';
import type { FastifyReply } from 'fastify';
import { Bearer, mintToken } from '../access/index.js';
import { ApiProblems } from '../problems/index.js';
import { describeRun, describeRuns } from './run-answers.js';
import { CreatedRunDto, CreateRunDto, RunDetailDto, RunDto, RunListQueryDto, RunPageDto } from './run.dto.js';
import { RunViews } from './run-views.service.js';
import { RunsService } from './runs.service.js';
import { streamProgress } from './progress-stream.js';

const ID = { name: 'id', description: 'Id of a run.', example: '0b9a4c1e-5d2f-4c6b-8a7e-3f1d2c4b5a69' };
const WHO =
  'With the owner token of its creation; of a run that came from a session, with a token of that session (editor). A service with API keys asks for one of those instead.';
const LOCATION = { Location: { schema: { type: 'string' as const }, description: 'Path of the run.' } };

@ApiTags('Runs')
@ApiBearerAuth('session')
@Controller('v1/runs')
export class RunsController {
  constructor(
    private readonly runs: RunsService,
    private readonly views: RunViews,
  ) {}

  @Post()
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiOperation({
    operationId: 'createRun',
    summary: 'Replay a trace on an allocator',
    description: 'The run is executed in the background: follow /progress, then look at it.',
  })
  @ApiAcceptedResponse({
    type: CreatedRunDto,
    description: 'Stored; it is executed when its turn comes.',
    headers: LOCATION,
  })
  @ApiProblems(
    'invalid-request',
    'malformed-json',
    'invalid-configuration',
    'missing-token',
    'invalid-token',
    'not-found',
    'payload-too-large',
    'unsupported-media-type',
    'too-many-requests',
    'unavailable',
  )
  async create(
    @Body() body: CreateRunDto,
    @Bearer() bearer: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedRunDto> {
    const { hash, token } = mintToken();
    return accepted(reply, await this.runs.create(body, bearer, hash), token);
  }

  @Get()
  @ApiOperation({ operationId: 'listRuns', summary: 'Public runs, newest first' })
  @ApiOkResponse({ type: RunPageDto })
  @ApiProblems('invalid-request', 'missing-token', 'invalid-token', 'too-many-requests')
  async list(@Query() query: RunListQueryDto): Promise<RunPageDto> {
    const { trace, createdFrom, createdTo, limit, cursor, model, profile, status, name } = query;
    const page = await this.runs.list({
      limit,
      cursor,
      model,
      profile,
      status,
      name,
      traceId: trace,
      createdFrom: createdFrom === undefined ? undefined : new Date(createdFrom),
      createdTo: createdTo === undefined ? undefined : new Date(createdTo),
    });
    return describeRuns(page);
  }

  @Get(':id')
  @ApiParam(ID)
  @ApiOperation({ operationId: 'getRun', summary: 'A run with its summary' })
  @ApiOkResponse({ type: RunDetailDto })
  @ApiProblems('missing-token', 'invalid-token', 'not-found', 'too-many-requests')
  async get(@Param('id') id: string, @Bearer() bearer: string | undefined): Promise<RunDetailDto> {
    const run = await this.runs.get(id, bearer);
    return Object.assign(describeRun(run), { summary: this.views.summary(run) });
  }

  @Delete(':id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiParam(ID)
  @ApiOperation({
    operationId: 'deleteRun',
    summary: 'Delete a run; one that is on its way is cancelled first (owner)',
    description: WHO,
  })
  @ApiNoContentResponse({ description: 'Deleted.' })
  @ApiProblems('missing-token', 'invalid-token', 'forbidden', 'not-found', 'conflict', 'too-many-requests')
  async delete(@Param('id') id: string, @Bearer() bearer: string | undefined): Promise<void> {
    await this.runs.delete(id, bearer);
  }

  @Post(':id/cancel')
  @HttpCode(HttpStatus.OK)
  @ApiParam(ID)
  @ApiOperation({
    operationId: 'cancelRun',
    summary: 'Stop a run that waits or is being executed (owner)',
    description: WHO,
  })
  @ApiOkResponse({ type: RunDto })
  @ApiProblems('missing-token', 'invalid-token', 'forbidden', 'not-found', 'conflict', 'too-many-requests')
  async cancel(@Param('id') id: string, @Bearer() bearer: string | undefined): Promise<RunDto> {
    return describeRun(await this.runs.cancel(id, bearer));
  }

  @Post(':id/rerun')
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiParam(ID)
  @ApiOperation({ operationId: 'rerun', summary: 'The same trace and options again, with the model as it is now' })
  @ApiAcceptedResponse({ type: CreatedRunDto, headers: LOCATION })
  @ApiProblems(
    'invalid-configuration',
    'missing-token',
    'invalid-token',
    'not-found',
    'too-many-requests',
    'unavailable',
  )
  async rerun(
    @Param('id') id: string,
    @Bearer() bearer: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedRunDto> {
    const { hash, token } = mintToken();
    return accepted(reply, await this.runs.rerun(id, bearer, hash), token);
  }

  @Get(':id/progress')
  @ApiParam(ID)
  @ApiOperation({
    operationId: 'watchRun',
    summary: 'Follow a run by Server-Sent Events',
    description:
      'Messages named `progress`: the present state at once, then every change; the stream ends with the run.',
  })
  @ApiOkResponse({
    description: 'A stream of RunProgressDto.',
    content: {
      'text/event-stream': {
        schema: { type: 'string' },
        example:
          'event: progress\ndata: {"runId":"0b9a4c1e-5d2f-4c6b-8a7e-3f1d2c4b5a69","status":"running","events":262144,"total":420305}\n\n',
      },
    },
  })
  @ApiProblems('missing-token', 'invalid-token', 'not-found', 'too-many-requests')
  async progress(
    @Param('id') id: string,
    @Bearer() bearer: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    streamProgress(reply, this.runs.watch(await this.runs.get(id, bearer)));
  }
}

function accepted(reply: FastifyReply, run: RunRecord, token: string): CreatedRunDto {
  void reply.header('location', `/v1/runs/${run.id}`).header('cache-control', 'no-store');
  return Object.assign(describeRun(run), { ownerToken: run.ownerHash ? token : null });
}
