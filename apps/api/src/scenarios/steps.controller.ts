import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Bearer } from '../access/index.js';
import { ApiProblems } from '../problems/index.js';
import { SESSION_ID } from '../sessions/session.dto.js';
import { PlayStepsDto } from './scenario.dto.js';
import { PLAYED_EXAMPLE, STEPS_EXAMPLE } from './scenario-examples.js';
import { type PlayedView, ScenarioSessions, type StepsView } from './scenario-sessions.service.js';

const REPLY = { type: 'object' as const, additionalProperties: true };

@ApiTags('Scenarios')
@ApiBearerAuth('session')
@ApiParam({ name: 'id', format: 'uuid', description: 'Id of a session that plays a scenario.', example: SESSION_ID })
@Controller('v1/sessions/:id/steps')
export class StepsController {
  constructor(private readonly sessions: ScenarioSessions) {}

  @Get()
  @ApiOperation({
    operationId: 'scenarioSteps',
    summary: 'How far a session is in its scenario, and what comes next',
    description: "Follows from the session's own events: the same after a restart, and in a fork.",
  })
  @ApiOkResponse({ schema: { ...REPLY, example: STEPS_EXAMPLE } })
  @ApiProblems('missing-token', 'invalid-token', 'not-found', 'wrong-session-kind', 'too-many-requests', 'unavailable')
  look(@Param('id') id: string, @Bearer() token: string | undefined): Promise<StepsView> {
    return this.sessions.look(id, token);
  }

  @Post()
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    operationId: 'playSteps',
    summary: 'Play on: the next step, several, or all (editor)',
    description:
      'Answers when every step is durable and everyone who watches was told. Two clicks are two steps; `until` is safe to retry. At the end nothing more happens.',
  })
  @ApiOkResponse({ schema: { ...REPLY, example: PLAYED_EXAMPLE } })
  @ApiProblems(
    'invalid-request',
    'malformed-json',
    'missing-token',
    'invalid-token',
    'forbidden',
    'not-found',
    'conflict',
    'session-finished',
    'wrong-session-kind',
    'limit-reached',
    'too-many-requests',
    'unavailable',
  )
  play(@Param('id') id: string, @Body() body: PlayStepsDto, @Bearer() token: string | undefined): Promise<PlayedView> {
    return this.sessions.play(id, body, { token });
  }
}
