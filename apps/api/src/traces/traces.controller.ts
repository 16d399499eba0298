import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { Controller, Delete, Get, Headers, HttpCode, HttpStatus, Param, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiConsumes,
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { formatByName, formatList, type TraceFormat } from '@heapcast/trace';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Bearer, mintToken } from '../access/index.js';
import { Configuration } from '../configuration/configuration.js';
import { ApiProblems, ProblemException } from '../problems/index.js';
import { chooseMediaType, wantsGzip } from '../problems/negotiation.js';
import {
  CreatedTraceDto,
  SitePageDto,
  SitesQueryDto,
  TraceDto,
  TraceListQueryDto,
  TracePageDto,
  TraceQueryDto,
  UploadQueryDto,
} from './trace.dto.js';
import { describeTrace, describeTraces, fileNameOf, headerText, sitesPage } from './trace-answers.js';
import { namedFormat } from './trace-formats.js';
import { TracesService, type TraceWithHeader } from './traces.service.js';
import { drain, uploadSource } from './upload-source.js';

const ID = {
  name: 'id',
  description: 'Id of a trace.',
  example: 'c6f1f3a0b5d94a0f5f0e2a8a3f2f1f55c7d0a2ddfcd07a1c3b4f5a6978812345',
};
const MEDIA_TYPES = formatList.map(({ contentTypes }) => contentTypes[0]);
const LOST = 'heapcast-lost';

@ApiTags('Traces')
@ApiBearerAuth('session')
@Controller('v1/traces')
export class TracesController {
  constructor(
    private readonly traces: TracesService,
    private readonly configuration: Configuration,
  ) {}

  @Post()
  @HttpCode(HttpStatus.CREATED)
  @ApiOperation({
    operationId: 'uploadTrace',
    summary: 'Store a trace',
    description:
      'The body is the trace itself, streamed, gzip allowed (Content-Encoding, or simply a .gz file). The format is told by Content-Type, by `format`, or by the first bytes. The same content has the same id and is stored once.',
  })
  @ApiConsumes(...MEDIA_TYPES, 'application/octet-stream', 'application/gzip')
  @ApiBody({
    description: 'See docs/formats. For NDJSON: one request a line.',
    schema: { type: 'string', format: 'binary' },
    examples: {
      ndjson: { summary: 'NDJSON', value: '{"op":"malloc","id":1,"size":64}\n{"op":"free","id":1}\n' },
    },
  })
  @ApiHeader({ name: 'Content-Encoding', required: false, description: '`gzip`', example: 'gzip' })
  @ApiHeader({
    name: 'Content-Disposition',
    required: false,
    description: 'The file name becomes the name.',
    example: 'attachment; filename="my-app.ndjson"',
  })
  @ApiCreatedResponse({
    type: CreatedTraceDto,
    description: 'Stored.',
    headers: { Location: { schema: { type: 'string' }, description: 'Path of the trace.' } },
  })
  @ApiOkResponse({ type: TraceDto, description: 'This content was stored before; nothing was added.' })
  @ApiProblems(
    'invalid-request',
    'invalid-trace',
    'missing-token',
    'invalid-token',
    'request-timeout',
    'payload-too-large',
    'unsupported-media-type',
    'too-many-requests',
    'unavailable',
  )
  async upload(
    @Query() query: UploadQueryDto,
    @Headers('content-type') contentType: string | undefined,
    @Headers('content-disposition') disposition: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TraceDto | CreatedTraceDto> {
    try {
      const format = namedFormat(query.format, contentType);
      const bytes = await uploadSource(
        {
          stream: request.raw,
          encoding: request.headers['content-encoding'],
          length:
            request.headers['content-length'] === undefined ? undefined : Number(request.headers['content-length']),
        },
        {
          sent: this.configuration.uploadLimit,
          decompressed: this.configuration.traceBytesLimit,
          idleSeconds: this.configuration.uploadIdleSeconds,
        },
      );
      const { hash: ownerHash, token: ownerToken } = mintToken();
      const name = query.name ?? fileNameOf(disposition);
      const stored = await this.traces.receive({ bytes, format, name, ownerHash });
      void reply.header('location', `/v1/traces/${stored.record.id}`).header('etag', `"${stored.record.id}"`);
      if (stored.created) return Object.assign(describeTrace(stored), { ownerToken });
      void reply.status(HttpStatus.OK);
      return describeTrace(stored);
    } catch (error) {
      // A silent client has nothing to be drained.
      const silent = error instanceof ProblemException && error.problem === 'request-timeout';
      if (silent || !(await drain(request.raw))) void reply.header('connection', 'close');
      throw error;
    }
  }

  @Get()
  @ApiOperation({ operationId: 'listTraces', summary: 'Public traces, newest first' })
  @ApiOkResponse({ type: TracePageDto })
  @ApiProblems('invalid-request', 'missing-token', 'invalid-token', 'too-many-requests')
  async list(@Query() query: TraceListQueryDto): Promise<TracePageDto> {
    return describeTraces(await this.traces.list(query));
  }

  @Get(':id')
  @ApiParam(ID)
  @ApiOperation({
    operationId: 'getTrace',
    summary: 'What is known of a trace, or the trace itself in one of the formats',
    description:
      'JSON tells of the trace; any of the trace formats, by Accept or `format`, gives its requests. What a format cannot carry is told in the Heapcast-Lost header and under `formats` of the JSON.',
  })
  @ApiOkResponse({
    description: 'The trace.',
    headers: {
      ETag: { schema: { type: 'string' }, description: 'Id of the trace and its representation.' },
      'Heapcast-Lost': {
        schema: { type: 'string' },
        description: 'What this format could not carry; absent = nothing.',
      },
    },
    content: {
      'application/json': { schema: { $ref: '#/components/schemas/TraceDto' } },
      ...Object.fromEntries(
        formatList.map(({ contentTypes, title }) => [
          contentTypes[0],
          { schema: { type: 'string', format: 'binary', description: title } },
        ]),
      ),
    },
  })
  @ApiResponse({ status: 304, description: 'The client has it already (If-None-Match).' })
  @ApiProblems('invalid-request', 'missing-token', 'invalid-token', 'not-found', 'not-acceptable', 'too-many-requests')
  async get(
    @Param('id') id: string,
    @Query() { format }: TraceQueryDto,
    @Bearer() bearer: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TraceDto | Readable | undefined> {
    const trace = await this.traces.read(id, bearer);
    const wanted = wantedFormat(request, format);
    void reply.header('vary', 'Accept, Accept-Encoding, Authorization').header('cache-control', 'private, no-cache');
    const gzip = wanted !== undefined && wantsGzip(request);
    const etag = `"${[trace.record.id, wanted?.name, gzip ? 'gzip' : undefined].filter(Boolean).join('-')}"`;
    void reply.header('etag', etag);
    if (request.headers['if-none-match']?.split(',').some((known) => known.trim().replace(/^W\//, '') === etag)) {
      void reply.status(HttpStatus.NOT_MODIFIED);
      return undefined;
    }
    if (!wanted) return describeTrace(trace);
    return this.#body(trace, wanted, gzip, request, reply);
  }

  #body(
    trace: TraceWithHeader,
    format: TraceFormat,
    gzip: boolean,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Readable {
    const lost = format.losses(trace.header);
    const stem = headerText(trace.record.name).replace(/[^\w.-]+/g, '-') || trace.record.id.slice(0, 16);
    void reply
      .type(format.contentTypes[0])
      .header('content-disposition', `attachment; filename="${stem}.${format.extension}"`);
    if (lost.length > 0) void reply.header(LOST, headerText(lost.join('; ')));
    if (gzip) void reply.header('content-encoding', 'gzip');
    if (request.method === 'HEAD') return Readable.from([]);
    const stop = new AbortController();
    const body = Readable.from(this.traces.export(trace, format, stop.signal), { objectMode: false });
    reply.raw.once('close', () => {
      stop.abort();
      body.destroy();
    });
    if (!gzip) return body;
    const packed = createGzip({ level: 4 });
    body.once('error', (error) => packed.destroy(error));
    return body.pipe(packed);
  }

  @Get(':id/sites')
  @ApiParam(ID)
  @ApiOperation({ operationId: 'getTraceSites', summary: 'The call sites that the requests of a trace point to' })
  @ApiOkResponse({ type: SitePageDto })
  @ApiProblems('invalid-request', 'missing-token', 'invalid-token', 'not-found', 'too-many-requests')
  async sites(
    @Param('id') id: string,
    @Query() { from = 1, limit = 1000 }: SitesQueryDto,
    @Bearer() bearer: string | undefined,
  ): Promise<SitePageDto> {
    const { header } = await this.traces.read(id, bearer);
    return sitesPage(header.sites, from, limit);
  }

  @Delete(':id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiParam(ID)
  @ApiOperation({
    operationId: 'deleteTrace',
    summary: 'Delete a trace that no run uses (owner)',
    description:
      'With the owner token of whoever brought its content first; of a private one, with an owner token of a session that has it. A service with API keys asks for one of those instead.',
  })
  @ApiNoContentResponse({ description: 'Deleted.' })
  @ApiProblems('missing-token', 'invalid-token', 'forbidden', 'not-found', 'trace-in-use', 'too-many-requests')
  async delete(@Param('id') id: string, @Bearer() bearer: string | undefined): Promise<void> {
    await this.traces.delete(id, bearer);
  }
}

/** `undefined` = JSON about the trace. @throws ProblemException `not-acceptable` */
function wantedFormat(request: FastifyRequest, named: string | undefined): TraceFormat | undefined {
  if (named === 'json') return undefined;
  if (named !== undefined) {
    const format = formatByName(named);
    if (!format) throw new ProblemException('not-acceptable', `There is no format ${named}.`);
    return format;
  }
  const type = chooseMediaType(request, [
    'application/json',
    ...formatList.flatMap(({ contentTypes }) => [...contentTypes]),
  ]);
  return formatList.find(({ contentTypes }) => contentTypes.includes(type));
}
