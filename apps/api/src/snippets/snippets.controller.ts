import { Body, Controller, Delete, Get, Headers, HttpCode, HttpStatus, Param, Post, Query, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBearerAuth,
  ApiBody,
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Bearer } from '../access/index.js';
import { ApiProblems } from '../problems/index.js';
import { CreatedSnippetDto, SnippetDetailDto } from './snippet-result.dto.js';
import { describeSnippetDetail, describeSnippets } from './snippet-answers.js';
import { CreateSnippetDto, LEAK_SOURCE, SNIPPET_ID, SnippetListQueryDto, SnippetPageDto } from './snippet.dto.js';
import { SnippetsService } from './snippets.service.js';

const ID = { name: 'id', format: 'uuid', description: 'Id of a snippet (and of its session).', example: SNIPPET_ID };
const LOCATION = { Location: { schema: { type: 'string' as const }, description: 'Path of the snippet.' } };

@ApiTags('Snippets')
@ApiBearerAuth('session')
@Controller('v1/snippets')
export class SnippetsController {
  constructor(private readonly snippets: SnippetsService) {}

  @Post()
  @HttpCode(HttpStatus.CREATED)
  @ApiOperation({
    operationId: 'createSnippet',
    summary: 'Run your own Python, C or C++ for real, every request for memory recorded',
    description:
      'The program runs in a sandboxed child process. Its requests are those of a session of kind `snippet`, which can be watched like any other while it runs and becomes a run when it ends. Answered when it has ended; with `Prefer: respond-async` at once. Whatever the program does (an exception, an endless loop, too much memory or output, source that does not compile) is an outcome, not an error of the request.',
  })
  @ApiHeader({
    name: 'Prefer',
    required: false,
    description: '`respond-async`: 202 at once; follow the session, or GET the snippet.',
    example: 'respond-async',
  })
  @ApiBody({
    type: CreateSnippetDto,
    examples: {
      leak: { summary: 'The leak of the talk', value: { language: 'c++', source: LEAK_SOURCE } },
      python: {
        summary: 'A default argument that grows, as printed in the talk',
        value: {
          language: 'python',
          source: 'def foo(a=[]):\n    a.append(time.time())\n    return a\n\nfor i in xrange(3):\n    print foo()\n',
        },
      },
      limits: {
        summary: 'An endless loop, stopped after a second',
        value: { language: 'c', source: 'int main(void) {\n  for (;;);\n}\n', limits: { timeMs: 1000 } },
      },
    },
  })
  @ApiCreatedResponse({ type: CreatedSnippetDto, headers: LOCATION })
  @ApiAcceptedResponse({ type: CreatedSnippetDto, headers: LOCATION, description: 'It runs, or waits for its turn.' })
  @ApiProblems(
    'invalid-request',
    'malformed-json',
    'invalid-configuration',
    'missing-token',
    'invalid-token',
    'limit-reached',
    'payload-too-large',
    'too-many-requests',
    'not-offered-here',
    'unavailable',
  )
  async create(
    @Body() body: CreateSnippetDto,
    @Headers('prefer') prefer: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedSnippetDto> {
    const { id, ownerToken, ended } = await this.snippets.order(body);
    void reply.header('location', `/v1/snippets/${id}`).header('cache-control', 'no-store');
    if (wantsNoWaiting(prefer)) {
      void reply.status(HttpStatus.ACCEPTED).header('preference-applied', 'respond-async');
    } else await ended;
    return Object.assign(describeSnippetDetail(await this.snippets.ordered(id)), { ownerToken });
  }

  @Get()
  @ApiOperation({ operationId: 'listSnippets', summary: 'Public snippets, newest first' })
  @ApiOkResponse({ type: SnippetPageDto })
  @ApiProblems('invalid-request', 'missing-token', 'invalid-token', 'too-many-requests')
  async list(@Query() query: SnippetListQueryDto): Promise<SnippetPageDto> {
    return describeSnippets(await this.snippets.list(query));
  }

  @Get(':id')
  @ApiParam(ID)
  @ApiOperation({ operationId: 'getSnippet', summary: 'A snippet: source, outcome, output, leaks' })
  @ApiOkResponse({ type: SnippetDetailDto })
  @ApiProblems('missing-token', 'invalid-token', 'not-found', 'too-many-requests')
  async get(@Param('id') id: string, @Bearer() bearer: string | undefined): Promise<SnippetDetailDto> {
    return describeSnippetDetail(await this.snippets.get(id, bearer));
  }

  @Post(':id/cancel')
  @HttpCode(HttpStatus.OK)
  @ApiParam(ID)
  @ApiOperation({
    operationId: 'cancelSnippet',
    summary: 'End a snippet that runs or waits (editor)',
    description: 'What it had asked until then stays. One that has ended stays as it is.',
  })
  @ApiOkResponse({ type: SnippetDetailDto })
  @ApiProblems('missing-token', 'invalid-token', 'forbidden', 'not-found', 'too-many-requests')
  async cancel(@Param('id') id: string, @Bearer() bearer: string | undefined): Promise<SnippetDetailDto> {
    return describeSnippetDetail(await this.snippets.cancel(id, bearer));
  }

  @Delete(':id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiParam(ID)
  @ApiOperation({
    operationId: 'deleteSnippet',
    summary: 'Delete a snippet with its session (owner)',
    description:
      'One that runs is ended first. The run that a public one became stays; that of a private one goes with it.',
  })
  @ApiNoContentResponse()
  @ApiProblems('missing-token', 'invalid-token', 'forbidden', 'not-found', 'too-many-requests')
  async delete(@Param('id') id: string, @Bearer() bearer: string | undefined): Promise<void> {
    await this.snippets.delete(id, bearer);
  }
}

/** RFC 7240. */
function wantsNoWaiting(prefer: string | undefined): boolean {
  return prefer?.split(',').some((preference) => preference.trim().toLowerCase() === 'respond-async') ?? false;
}
