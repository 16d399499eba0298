import { Readable } from 'node:stream';
import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { RunDetail } from '@heapcast/database';
import type { WindowCurve } from '@heapcast/insight';
import type { Curve } from '@heapcast/replay';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Bearer } from '../access/index.js';
import { ApiProblems } from '../problems/index.js';
import { chooseMediaType } from '../problems/negotiation.js';
import { piecesThrough, stateThrough } from '../lens/lens.js';
import { CurveQueryDto, EventsQueryDto, HeapQueryDto, StatsQueryDto, StatsTextQueryDto } from './positions.dto.js';
import { CurveDto, EventPageDto, HeapDto, StatsDto, WindowCurveDto } from './run-views.dto.js';
import { parseDebugMallocStats } from './debug-malloc-stats.js';
import { RunViews } from './run-views.service.js';
import { RunsService } from './runs.service.js';

const ID = { name: 'id', description: 'Id of a run.', example: '0b9a4c1e-5d2f-4c6b-8a7e-3f1d2c4b5a69' };
const NDJSON = 'application/x-ndjson';
const TEXT = 'text/plain';
const JSON_TYPE = 'application/json';

@ApiTags('Runs')
@ApiBearerAuth('session')
@ApiExtraModels(EventPageDto, CurveDto, WindowCurveDto)
@ApiParam(ID)
@ApiProblems(
  'invalid-request',
  'invalid-position',
  'missing-token',
  'invalid-token',
  'not-found',
  'run-not-finished',
  'model-version-changed',
  'too-many-requests',
  'unavailable',
)
@Controller('v1/runs/:id')
export class RunViewsController {
  constructor(
    private readonly runs: RunsService,
    private readonly views: RunViews,
  ) {}

  @Get('heap')
  @ApiOperation({
    operationId: 'getRunHeap',
    summary: 'The exact heap at any event',
    description: 'Arenas, pools, blocks in address order, as deep as `detail` says, a page at a time.',
  })
  @ApiOkResponse({ type: HeapDto })
  async heap(
    @Param('id') id: string,
    @Query() query: HeapQueryDto,
    @Bearer() bearer: string | undefined,
  ): Promise<HeapDto> {
    return this.views.heap(await this.runs.getFinished(id, bearer), query);
  }

  @Get('stats')
  @ApiOperation({
    operationId: 'getRunStats',
    summary: "Totals, ledger, fragmentation and the model's own statistics at any event",
  })
  @ApiOkResponse({ type: StatsDto })
  async stats(
    @Param('id') id: string,
    @Query() { at, lens }: StatsQueryDto,
    @Bearer() bearer: string | undefined,
  ): Promise<StatsDto> {
    return stateThrough(lens, await this.views.stats(await this.runs.getFinished(id, bearer), at));
  }

  @Get('events')
  @ApiOperation({ operationId: 'getRunEvents', summary: 'Requests with what became of them, as JSON or one a line' })
  @ApiOkResponse({
    description: 'A page of events.',
    content: {
      [JSON_TYPE]: { schema: { $ref: '#/components/schemas/EventPageDto' } },
      [NDJSON]: {
        schema: { type: 'string' },
        example:
          '{"seq":1,"op":"malloc","outcome":"placed","block":1,"size":24,"address":140000000000048,"arena":0,"pool":0,"index":0,"blockSize":32}\n',
      },
    },
  })
  async events(
    @Param('id') id: string,
    @Query() { from = 0, limit = 1000, format, lens }: EventsQueryDto,
    @Bearer() bearer: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EventPageDto | Readable> {
    const run = await this.runs.getFinished(id, bearer);
    const type =
      format === undefined ? chooseMediaType(request, [JSON_TYPE, NDJSON]) : format === 'json' ? JSON_TYPE : NDJSON;
    const pieces = piecesThrough(lens, this.views.events(run, from, limit));
    // What is refused is refused before the first byte of an answer.
    const first = await pieces.next();
    void reply.header('vary', 'Accept');
    if (type === NDJSON) {
      void reply.type(`${NDJSON}; charset=utf-8`);
      return Readable.from(lines(first, pieces), { objectMode: false });
    }
    const events = first.done === true ? [] : first.value;
    for await (const piece of pieces) events.push(...piece);
    const end = from + events.length;
    return { events, next: end < run.trace.events ? end : null };
  }

  @Get('debugmallocstats')
  @ApiOperation({
    operationId: 'getRunDebugMallocStats',
    summary: 'What sys._debugmallocstats() would print at any event',
    description: 'Byte for byte as text; the same as JSON by Accept or `format`. Only pymalloc has it.',
  })
  @ApiOkResponse({
    description: 'The text, or its content as JSON.',
    content: {
      [TEXT]: {
        schema: { type: 'string' },
        example: 'Small block threshold = 512, in 32 size classes.\n\nclass   size   num pools ...\n',
      },
      [JSON_TYPE]: {
        schema: { type: 'object', additionalProperties: true },
        example: { smallBlockThreshold: 512, sizeClasses: 32 },
      },
    },
  })
  @ApiProblems('not-offered-by-model')
  async debugMallocStats(
    @Param('id') id: string,
    @Query() { at, format }: StatsTextQueryDto,
    @Bearer() bearer: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | object> {
    const run: RunDetail = await this.runs.getFinished(id, bearer);
    const wanted =
      format === undefined ? chooseMediaType(request, [TEXT, JSON_TYPE]) : format === 'json' ? JSON_TYPE : TEXT;
    const text = await this.views.debugMallocStats(run, at);
    void reply.header('vary', 'Accept');
    if (wanted === JSON_TYPE) return parseDebugMallocStats(text);
    void reply.type('text/plain; charset=utf-8');
    return text;
  }

  @Get('curve')
  @ApiOperation({
    operationId: 'getRunCurve',
    summary: 'Bytes and blocks over the run, or between any two of its positions',
    description:
      'The whole run in buckets of equally many requests, as it was stored; with `from`, `to` or `buckets` any window of it, exact, with the edges of its buckets.',
  })
  @ApiOkResponse({
    description: 'The curve of the whole run, or of a window.',
    content: {
      [JSON_TYPE]: { schema: { oneOf: [{ $ref: getSchemaPath(CurveDto) }, { $ref: getSchemaPath(WindowCurveDto) }] } },
    },
  })
  async curve(
    @Param('id') id: string,
    @Query() query: CurveQueryDto,
    @Bearer() bearer: string | undefined,
  ): Promise<Curve | WindowCurve> {
    const run = await this.runs.getFinished(id, bearer);
    const { points, from, to, buckets } = query;
    const isWhole = from === undefined && to === undefined && buckets === undefined;
    return isWhole ? this.views.curve(run, points) : this.views.window(run, query);
  }
}

async function* lines(
  first: IteratorResult<object[], unknown>,
  rest: AsyncGenerator<object[]>,
): AsyncGenerator<Buffer> {
  if (first.done !== true) yield asLines(first.value);
  for await (const piece of rest) yield asLines(piece);
}

function asLines(events: readonly object[]): Buffer {
  return Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
}
