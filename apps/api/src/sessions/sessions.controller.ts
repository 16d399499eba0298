import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Param, Patch, Post, Query, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { CreatedSession, SessionDetail } from '@heapcast/contracts';
import type { FastifyReply } from 'fastify';
import { AccessService, Bearer } from '../access/index.js';
import { ApiProblems } from '../problems/index.js';
import {
  ChangeSessionDto,
  CreatedSessionDto,
  CreateSessionDto,
  ForkSessionDto,
  SESSION_ID,
  SessionDetailDto,
  SessionListQueryDto,
  SessionPageDto,
} from './session.dto.js';
import { describeLive } from './session-answers.js';
import { SessionHost } from './session-host.js';
import { SessionsService } from './sessions.service.js';

const ID = { name: 'id', format: 'uuid', description: 'Id of a session.', example: SESSION_ID };
const LOCATION = { Location: { schema: { type: 'string' as const }, description: 'Path of the session.' } };

@ApiTags('Sessions')
@ApiBearerAuth('session')
@Controller('v1/sessions')
export class SessionsController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly host: SessionHost,
    private readonly access: AccessService,
  ) {}

  @Post()
  @HttpCode(HttpStatus.CREATED)
  @ApiOperation({
    operationId: 'createSession',
    summary: 'Open a session',
    description:
      'Nobody needs a token for this. The answer holds the owner token, once: it opens the session for writing, for changing and for issuing tokens to others.',
  })
  @ApiCreatedResponse({ type: CreatedSessionDto, headers: LOCATION })
  @ApiProblems(
    'invalid-request',
    'malformed-json',
    'invalid-configuration',
    'missing-token',
    'invalid-token',
    'limit-reached',
    'too-many-requests',
    'unavailable',
  )
  async create(
    @Body() body: CreateSessionDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedSession> {
    const created = await this.sessions.create(body);
    void reply.header('location', `/v1/sessions/${created.id}`).header('cache-control', 'no-store');
    return created;
  }

  @Get()
  @ApiOperation({ operationId: 'listSessions', summary: 'Public sessions, newest first' })
  @ApiOkResponse({ type: SessionPageDto })
  @ApiProblems('invalid-request', 'missing-token', 'invalid-token', 'too-many-requests')
  async list(@Query() query: SessionListQueryDto): Promise<SessionPageDto> {
    return this.sessions.list(query);
  }

  @Get(':id')
  @ApiParam(ID)
  @ApiOperation({ operationId: 'getSession', summary: 'A session: configuration, state, totals, ledger, who is here' })
  @ApiOkResponse({ type: SessionDetailDto })
  @ApiProblems('missing-token', 'invalid-token', 'not-found', 'too-many-requests', 'unavailable')
  async get(@Param('id') id: string, @Bearer() token: string | undefined): Promise<SessionDetail> {
    return this.host.use(id, async (session) => {
      await this.access.requireRead(session.record, token);
      return describeLive(session);
    });
  }

  @Patch(':id')
  @ApiParam(ID)
  @ApiOperation({
    operationId: 'changeSession',
    summary: 'Rename, show or hide a session (owner)',
    description: 'Who watches a session that becomes private, and has no token, sees nothing more of it.',
  })
  @ApiOkResponse({ type: SessionDetailDto })
  @ApiProblems(
    'invalid-request',
    'malformed-json',
    'missing-token',
    'invalid-token',
    'forbidden',
    'not-found',
    'too-many-requests',
  )
  async change(
    @Param('id') id: string,
    @Body() body: ChangeSessionDto,
    @Bearer() token: string | undefined,
  ): Promise<SessionDetail> {
    return this.host.use(id, async (session) => {
      await this.access.require(id, 'owner', token);
      return this.sessions.change(session, body);
    });
  }

  @Delete(':id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiParam(ID)
  @ApiOperation({
    operationId: 'deleteSession',
    summary: 'Delete a session (owner)',
    description: 'The run that a public session became stays; that of a private one goes with it.',
  })
  @ApiNoContentResponse()
  @ApiProblems('missing-token', 'invalid-token', 'forbidden', 'not-found', 'too-many-requests')
  async delete(@Param('id') id: string, @Bearer() token: string | undefined): Promise<void> {
    await this.host.use(id, async () => this.access.require(id, 'owner', token));
    await this.sessions.delete(id);
  }

  @Post(':id/finish')
  @HttpCode(HttpStatus.OK)
  @ApiParam(ID)
  @ApiOperation({
    operationId: 'finishSession',
    summary: 'Finish a session: it becomes a run (editor)',
    description:
      'Takes no more requests; `runId` names the run, whose summary follows. Finishing a finished session changes nothing.',
  })
  @ApiOkResponse({ type: SessionDetailDto })
  @ApiProblems('missing-token', 'invalid-token', 'forbidden', 'not-found', 'too-many-requests', 'unavailable')
  async finish(@Param('id') id: string, @Bearer() token: string | undefined): Promise<SessionDetail> {
    return this.host.use(id, async (session) => {
      await this.access.require(id, 'editor', token);
      return this.sessions.finish(session);
    });
  }

  @Post(':id/fork')
  @HttpCode(HttpStatus.CREATED)
  @ApiParam(ID)
  @ApiOperation({
    operationId: 'forkSession',
    summary: 'Go on from any event of a session, in a session of your own',
    description: 'Whoever may read a session may fork it. The fork has an owner token of its own.',
  })
  @ApiCreatedResponse({ type: CreatedSessionDto, headers: LOCATION })
  @ApiProblems(
    'invalid-request',
    'malformed-json',
    'invalid-position',
    'missing-token',
    'invalid-token',
    'not-found',
    'limit-reached',
    'too-many-requests',
    'unavailable',
  )
  async fork(
    @Param('id') id: string,
    @Body() body: ForkSessionDto,
    @Bearer() token: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedSession> {
    const fork = await this.host.use(id, async (session) => {
      await this.access.requireRead(session.record, token);
      return this.sessions.fork(session, body);
    });
    void reply.header('location', `/v1/sessions/${fork.id}`).header('cache-control', 'no-store');
    return fork;
  }
}
