import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Param, Post, Query, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { IssuedToken } from '@heapcast/contracts';
import type { FastifyReply } from 'fastify';
import { AccessService, Bearer } from '../access/index.js';
import { ApiProblems, invalid, ProblemException } from '../problems/index.js';
import { PageQueryDto } from '../problems/page.dto.js';
import { IssuedTokenDto, IssueTokenDto, SESSION_ID, TokenPageDto } from './session.dto.js';
import { SessionHost } from './session-host.js';

const OWNER_PROBLEMS = ['missing-token', 'invalid-token', 'forbidden', 'not-found', 'too-many-requests'] as const;

@ApiTags('Sessions')
@ApiBearerAuth('session')
@Controller('v1/sessions/:id/tokens')
@ApiParam({ name: 'id', format: 'uuid', description: 'Id of a session.', example: SESSION_ID })
export class SessionTokensController {
  constructor(
    private readonly host: SessionHost,
    private readonly access: AccessService,
  ) {}

  @Post()
  @HttpCode(HttpStatus.CREATED)
  @ApiOperation({
    operationId: 'issueToken',
    summary: 'Let somebody else in (owner)',
    description:
      'A viewer may read a private session, an editor may also write and finish, an owner may do everything.',
  })
  @ApiCreatedResponse({ type: IssuedTokenDto })
  @ApiProblems('invalid-request', 'malformed-json', ...OWNER_PROBLEMS)
  async issue(
    @Param('id') id: string,
    @Body() { role, label, expiresAt }: IssueTokenDto,
    @Bearer() token: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<IssuedToken> {
    await this.#requireOwner(id, token);
    const expiry = expiresAt === undefined ? undefined : new Date(expiresAt);
    if (expiry && expiry.getTime() <= Date.now()) throw invalid('expiresAt', 'must be in the future');
    void reply.header('cache-control', 'no-store');
    return this.access.issue(id, role, { label, expiresAt: expiry });
  }

  @Get()
  @ApiOperation({ operationId: 'listTokens', summary: 'Who was let in (owner)' })
  @ApiOkResponse({ type: TokenPageDto })
  @ApiProblems('invalid-request', ...OWNER_PROBLEMS)
  async list(
    @Param('id') id: string,
    @Query() query: PageQueryDto,
    @Bearer() token: string | undefined,
  ): Promise<TokenPageDto> {
    await this.#requireOwner(id, token);
    return this.access.list(id, query);
  }

  @Delete(':tokenId')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiParam({ name: 'tokenId', format: 'uuid', description: 'Id of a token.', example: SESSION_ID })
  @ApiOperation({
    operationId: 'revokeToken',
    summary: 'Take a token back (owner)',
    description: 'Whoever watches with it sees nothing more. The token that asks cannot take back itself.',
  })
  @ApiNoContentResponse()
  @ApiProblems('conflict', ...OWNER_PROBLEMS)
  async revoke(
    @Param('id') id: string,
    @Param('tokenId') tokenId: string,
    @Bearer() token: string | undefined,
  ): Promise<void> {
    const grant = await this.#requireOwner(id, token);
    if (grant.tokenId === tokenId) {
      throw new ProblemException(
        'conflict',
        'This is the token that you hold: issue another owner token first, and use that one.',
      );
    }
    await this.access.revoke(id, tokenId);
    await this.host.use(id, (session) => session.audience?.recheck());
  }

  #requireOwner(id: string, token: string | undefined) {
    return this.host.use(id, async () => this.access.require(id, 'owner', token));
  }
}
