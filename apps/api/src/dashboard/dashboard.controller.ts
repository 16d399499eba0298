/** The way in: a page for people, JSON for programs. */
import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { VERSION } from '../operations/version.js';
import { chooseEncoding, chooseMediaType } from '../problems/negotiation.js';
import { PAGE_MODULES } from './page-files.js';
import { PAGE_POLICY, Pages } from './pages.js';

export class WelcomeDto {
  @ApiProperty({ example: 'heapcast' })
  readonly name!: string;

  @ApiProperty({ example: '0.1.0' })
  readonly version!: string;

  @ApiProperty({ example: 'Memory allocators that you can watch, rewind, share and trust.' })
  readonly description!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { documentation: '/docs', runs: '/v1/runs' },
    description: 'Where to go from here.',
  })
  readonly look!: Readonly<Record<string, string>>;
}

const WELCOME: WelcomeDto = {
  name: 'heapcast',
  version: VERSION,
  description: 'Memory allocators that you can watch, rewind, share and trust.',
  look: {
    dashboard: '/',
    documentation: '/docs',
    openapi: '/docs/openapi.json',
    asyncapi: '/docs/asyncapi.json',
    allocators: '/v1/allocators',
    traces: '/v1/traces',
    runs: '/v1/runs',
    sessions: '/v1/sessions',
    errors: '/problems',
    health: '/health/ready',
    metrics: '/metrics',
  },
};

/** Addresses for people; `/` is one as well. */
const PAGES = Object.keys(PAGE_MODULES).filter((address) => address !== '/');

@ApiTags('Operations')
@Controller()
export class DashboardController {
  constructor(private readonly pages: Pages) {}

  @Get()
  @ApiOperation({
    operationId: 'welcome',
    summary: 'Where to look',
    description: 'JSON; whoever prefers `text/html`, a browser, gets the dashboard.',
  })
  @ApiOkResponse({ type: WelcomeDto })
  welcome(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): WelcomeDto | string {
    void reply.header('vary', 'Accept');
    return chooseMediaType(request, ['application/json', 'text/html']) === 'text/html'
      ? this.page('/', reply)
      : WELCOME;
  }

  @Get(PAGES)
  @ApiExcludeEndpoint()
  view(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): string {
    return this.page(request.routeOptions.url ?? '', reply);
  }

  /** Their names change with what is in them, so they may be kept for ever. */
  @Get('assets/:file')
  @ApiExcludeEndpoint()
  async asset(
    @Param('file') file: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer> {
    const { type, encodings } = this.pages.describe(file);
    const encoding = chooseEncoding(request, encodings);
    void reply
      .type(type)
      .header('cache-control', 'public, max-age=31536000, immutable')
      .header('vary', 'Accept-Encoding');
    if (encoding !== 'identity') void reply.header('content-encoding', encoding);
    return this.pages.bytes(file, encoding);
  }

  private page(address: string, reply: FastifyReply): string {
    void reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', PAGE_POLICY)
      .header('cache-control', 'no-cache');
    return this.pages.page(address);
  }
}
