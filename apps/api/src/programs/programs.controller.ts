import { Controller, Get, HttpCode, HttpStatus, Param, Post, Query, Req } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiExtraModels,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { CommandAnswer, LeakView, ProgramMoves, ProgramView } from '@heapcast/contracts';
import type { FastifyRequest } from 'fastify';
import { AccessService, Bearer } from '../access/index.js';
import { bearerOf } from '../access/bearer.js';
import { ApiProblems } from '../problems/index.js';
import type { LiveSession } from '../sessions/live-session.js';
import { SESSION_ID } from '../sessions/session.dto.js';
import { SessionHost } from '../sessions/session-host.js';
import { ProgramDesk } from './program-desk.js';
import { CommandAnswerDto, CommandBatchDto, ProgramChoiceDto, ProgramCommandDto } from './program.dto.js';
import { CommandsQueryDto, LeakQueryDto, ProgramQueryDto } from './program-query.dto.js';
import { ProgramMovesView } from './program-moves.js';
import { ProgramViews } from './program-views.js';
import { LEAKS_EXAMPLE, MOVES_EXAMPLE, PROGRAM_EXAMPLE } from './view-examples.js';

const REPLY = { type: 'object' as const, additionalProperties: true };
const READ_PROBLEMS = [
  'invalid-request',
  'invalid-position',
  'missing-token',
  'invalid-token',
  'not-found',
  'wrong-session-kind',
  'program-version-changed',
  'too-many-requests',
  'unavailable',
] as const;

@ApiTags('Programs')
@ApiBearerAuth('session')
@ApiExtraModels(ProgramCommandDto, CommandBatchDto, ProgramChoiceDto)
@ApiParam({ name: 'id', format: 'uuid', description: 'Id of a program session.', example: SESSION_ID })
@Controller('v1/sessions/:id')
export class ProgramsController {
  constructor(
    private readonly host: SessionHost,
    private readonly access: AccessService,
    private readonly desk: ProgramDesk,
    private readonly views: ProgramViews,
    private readonly moves: ProgramMovesView,
  ) {}

  @Post('commands')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    operationId: 'command',
    summary: 'Have the program of a session carry out commands (editor)',
    description:
      'One command, a list, or `{ "commands": [ … ] }`, at most 1,000; a list is carried out in order, all or none. Answered when it is stored for good. What the program does wrong (a double free, an unknown name, a return from nowhere) is an outcome, not an error. Each command becomes one `mark` in the session, whose label is its event as JSON, and then the requests that it made.',
  })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'A retry with the same key and the same commands is carried out once, and answered the same.',
    example: '5f1c2d3e',
  })
  @ApiBody({
    schema: {
      oneOf: [
        { $ref: getSchemaPath(ProgramCommandDto) },
        { $ref: getSchemaPath(CommandBatchDto) },
        { type: 'array', items: { $ref: getSchemaPath(ProgramCommandDto) } },
      ],
    },
    examples: {
      leak: {
        summary: 'An array that nobody deletes (a manual program)',
        value: {
          commands: [
            { op: 'call', function: 'Leak', line: 8 },
            { op: 'new', to: 'p', type: 'int[10]', kind: 'new[]', line: 3 },
            { op: 'return', line: 4 },
            { op: 'check' },
          ],
        },
      },
      cycle: {
        summary: 'A reference cycle (a cpython program)',
        value: [
          { op: 'new', to: 'a', type: 'dict' },
          { op: 'new', to: 'b', type: 'dict' },
          { op: 'assign', to: 'a.b', value: { ref: 'b' } },
          { op: 'assign', to: 'b.a', value: { ref: 'a' } },
          { op: 'unset', place: 'a' },
          { op: 'unset', place: 'b' },
          { op: 'collect' },
        ],
      },
      one: { summary: 'One command', value: { op: 'let', name: 'n', value: 3 } },
    },
  })
  @ApiOkResponse({ type: CommandAnswerDto })
  @ApiProblems(
    'invalid-request',
    'malformed-json',
    'missing-token',
    'invalid-token',
    'forbidden',
    'not-found',
    'session-finished',
    'wrong-session-kind',
    'program-version-changed',
    'idempotency-conflict',
    'limit-reached',
    'payload-too-large',
    'too-many-requests',
    'unavailable',
  )
  command(@Req() { params, body, headers }: FastifyRequest<{ Params: { id: string } }>): Promise<CommandAnswer> {
    const key = headers['idempotency-key'];
    return this.desk.take(params.id, body, {
      token: bearerOf(headers.authorization),
      key: typeof key === 'string' ? key : undefined,
      keyPath: 'Idempotency-Key',
    });
  }

  @Get('commands')
  @ApiOperation({
    operationId: 'sessionCommands',
    summary: 'What the program did, command by command, and what the heap held after each',
    description:
      '`heap` tells the bytes that a variable leads to and those that are lost; `null` where there are too many objects to look through after every command. `from` goes on, `to` looks back.',
  })
  @ApiOkResponse({ schema: { ...REPLY, example: MOVES_EXAMPLE } })
  @ApiProblems(...READ_PROBLEMS)
  async commands(
    @Param('id') id: string,
    @Query() query: CommandsQueryDto,
    @Bearer() token: string | undefined,
  ): Promise<ProgramMoves> {
    return this.#read(id, token, async (session) => this.moves.list(session, query));
  }

  @Get('program')
  @ApiOperation({
    operationId: 'sessionProgram',
    summary: 'The program after any event: stack, globals, objects and where they lie, resources, collector',
    description:
      'After event `at` means: after the last command whose mark is `at` or before it. `place` tells where the allocator put an object by then. A finished session answers as well.',
  })
  @ApiOkResponse({ schema: { ...REPLY, example: PROGRAM_EXAMPLE } })
  @ApiProblems(...READ_PROBLEMS)
  async program(
    @Param('id') id: string,
    @Query() query: ProgramQueryDto,
    @Bearer() token: string | undefined,
  ): Promise<ProgramView> {
    return this.#read(id, token, async (session) => this.views.program(session, query));
  }

  @Get('leaks')
  @ApiOperation({
    operationId: 'sessionLeaks',
    summary: 'What has leaked after any event: objects by place and call path, and resources that nobody closed',
    description:
      "Definitely, indirectly and possibly lost, and still reachable, as memcheck tells them for a `manual` program. Where that is not a graph theorist's answer, `differs` says so.",
  })
  @ApiOkResponse({ schema: { ...REPLY, example: LEAKS_EXAMPLE } })
  @ApiProblems(...READ_PROBLEMS)
  async leaks(
    @Param('id') id: string,
    @Query() query: LeakQueryDto,
    @Bearer() token: string | undefined,
  ): Promise<LeakView> {
    return this.#read(id, token, async (session) => this.views.leaks(session, query));
  }

  #read<T>(id: string, token: string | undefined, work: (session: LiveSession) => Promise<T>): Promise<T> {
    return this.host.use(id, async (session) => {
      await this.access.requireRead(session.record, token);
      return work(session);
    });
  }
}
