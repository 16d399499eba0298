import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post, Query, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { CreatedSession } from '@heapcast/contracts';
import type { FastifyReply } from 'fastify';
import { Bearer } from '../access/index.js';
import { ApiProblems, invalid } from '../problems/index.js';
import { CreatedSessionDto } from '../sessions/session.dto.js';
import { requireScenario } from './chosen-scenario.js';
import { briefScenarios, type ScenarioBrief, type ScenarioView, viewScenario } from './scenario-answers.js';
import { CreateScenarioRunsDto, CreateScenarioSessionDto, ScenarioRunsQueryDto } from './scenario.dto.js';
import { COMPARISON_EXAMPLE, LIST_EXAMPLE, SCENARIO_EXAMPLE } from './scenario-examples.js';
import { type ComparisonView, ScenarioRuns } from './scenario-runs.service.js';
import { ScenarioSessions } from './scenario-sessions.service.js';

const NAME = { name: 'name', description: 'Name of a scenario.', example: 'cpp-leak' };
const REPLY = { type: 'object' as const, additionalProperties: true };
const MOST_RUNS = 8;

@ApiTags('Scenarios')
@Controller('v1/scenarios')
export class ScenariosController {
  constructor(
    private readonly sessions: ScenarioSessions,
    private readonly runs: ScenarioRuns,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'listScenarios',
    summary: "The talk's examples and best practices, each one call away",
    description:
      'Each can be played step by step in a live session, and measured as runs side by side. `lens` tells how any session or run is told in the words of the toy party.',
  })
  @ApiOkResponse({ schema: { ...REPLY, example: LIST_EXAMPLE } })
  @ApiProblems('too-many-requests')
  list(): { readonly items: readonly ScenarioBrief[]; readonly lens: Readonly<Record<string, string>> } {
    return { items: briefScenarios(), lens: { party: '?lens=party', words: '/v1/party/words', model: '/v1/party' } };
  }

  @Get(':name')
  @ApiParam(NAME)
  @ApiOperation({
    operationId: 'getScenario',
    summary: 'A scenario: source text, what to look for, parameters, steps of each side',
  })
  @ApiOkResponse({ schema: { ...REPLY, example: SCENARIO_EXAMPLE } })
  @ApiProblems('not-found', 'too-many-requests')
  get(@Param('name') name: string): ScenarioView {
    return viewScenario(requireScenario(name));
  }

  @Post(':name/sessions')
  @HttpCode(HttpStatus.CREATED)
  @ApiParam(NAME)
  @ApiOperation({
    operationId: 'createScenarioSession',
    summary: 'Open a live session that plays a scenario',
    description:
      'Nothing has happened in it yet: play on at POST /v1/sessions/:id/steps, with the owner token of the answer. Otherwise it is a session like any other.',
  })
  @ApiCreatedResponse({
    type: CreatedSessionDto,
    headers: { Location: { schema: { type: 'string' }, description: 'Path of the session.' } },
  })
  @ApiProblems(
    'invalid-request',
    'malformed-json',
    'invalid-configuration',
    'not-found',
    'limit-reached',
    'too-many-requests',
    'unavailable',
  )
  async open(
    @Param('name') name: string,
    @Body() body: CreateScenarioSessionDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedSession> {
    const created = await this.sessions.open(name, body);
    void reply.header('location', `/v1/sessions/${created.id}`).header('cache-control', 'no-store');
    return created;
  }

  @Post(':name/runs')
  @HttpCode(HttpStatus.OK)
  @ApiParam(NAME)
  @ApiOperation({
    operationId: 'runScenario',
    summary: 'Measure the sides of a scenario: a trace and a run of each, side by side',
    description:
      'Waits up to `wait` seconds for the runs. What takes longer goes on in the background (202): ask again at `self`. While traces are being generated, `making` tells how far each is; then there are runs, whose progress is at /v1/runs/:id/progress. Every number is measured by these runs. For list-of-dicts `phases` has the arenas at each phase.',
  })
  @ApiOkResponse({ description: 'All runs are done.', schema: { ...REPLY, example: COMPARISON_EXAMPLE } })
  @ApiResponse({
    status: 202,
    description: 'The runs are on their way.',
    headers: { Location: { schema: { type: 'string' }, description: 'Where to ask again.' } },
    schema: { ...REPLY, example: { ...COMPARISON_EXAMPLE, isDone: false, differences: null, claims: null } },
  })
  @ApiProblems(
    'invalid-request',
    'invalid-trace',
    'malformed-json',
    'invalid-configuration',
    'not-found',
    'too-many-requests',
    'unavailable',
  )
  async run(
    @Param('name') name: string,
    @Body() body: CreateScenarioRunsDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ComparisonView> {
    const comparison = await this.runs.start(name, body);
    void reply.header('location', comparison.self);
    if (!comparison.isDone) void reply.status(HttpStatus.ACCEPTED);
    return comparison;
  }

  @Get(':name/runs')
  @ApiBearerAuth('session')
  @ApiParam(NAME)
  @ApiOperation({
    operationId: 'compareScenarioRuns',
    summary: 'Runs that a scenario made or makes, side by side, as they are now',
  })
  @ApiOkResponse({ schema: { ...REPLY, example: COMPARISON_EXAMPLE } })
  @ApiProblems('invalid-request', 'missing-token', 'invalid-token', 'not-found', 'too-many-requests', 'unavailable')
  async compare(
    @Param('name') name: string,
    @Query() { runs, making }: ScenarioRunsQueryDto,
    @Bearer() bearer: string | undefined,
  ): Promise<ComparisonView> {
    if ((runs === undefined) === (making === undefined)) throw invalid('runs', 'or making must be given, not both');
    if (runs === undefined) return this.runs.follow(name, making ?? '');
    const ids = runs.split(',');
    if (ids.length > MOST_RUNS) throw invalid('runs', `must be at most ${MOST_RUNS} ids`);
    return this.runs.compare(name, ids, bearer);
  }
}
