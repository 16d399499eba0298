import { Readable } from 'node:stream';
import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiParam, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { EventPage, SessionEvent } from '@heapcast/contracts';
import type { HeapReply, StatsReply } from '@heapcast/replay';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AccessService, Bearer } from '../access/index.js';
import { ApiProblems } from '../problems/index.js';
import { chooseMediaType } from '../problems/negotiation.js';
import { piecesThrough, stateThrough } from '../lens/lens.js';
import { EventsQueryDto, HeapQueryDto, StatsQueryDto, StatsTextQueryDto } from '../runs/positions.dto.js';
import type { LiveSession } from './live-session.js';
import { SESSION_ID } from './session.dto.js';
import { EventPageDto } from './session-event.dto.js';
import { SessionHost } from './session-host.js';
import { SessionViews } from './session-views.js';

const ID = { name: 'id', format: 'uuid', description: 'Id of a session.', example: SESSION_ID };
const JSON_TYPE = 'application/json';
const NDJSON_TYPE = 'application/x-ndjson';
const TEXT_TYPE = 'text/plain';
const REPLY = { type: 'object' as const, additionalProperties: true };
const READ_PROBLEMS = [
  'invalid-request',
  'invalid-position',
  'missing-token',
  'invalid-token',
  'not-found',
  'too-many-requests',
  'unavailable',
] as const;

@ApiTags('Sessions')
@ApiBearerAuth('session')
@Controller('v1/sessions/:id')
@ApiParam(ID)
export class SessionViewsController {
  constructor(
    private readonly host: SessionHost,
    private readonly access: AccessService,
    private readonly views: SessionViews,
  ) {}

  @Get('events')
  @ApiOperation({
    operationId: 'sessionEvents',
    summary: 'What happened in a session',
    description: 'A page of JSON, or NDJSON with an event a line. `from` is the last `seq` that is known already.',
  })
  @ApiOkResponse({
    description: 'Events in order.',
    content: {
      [JSON_TYPE]: { schema: { $ref: getSchemaPath(EventPageDto) } },
      [NDJSON_TYPE]: {
        schema: { type: 'string' },
        example:
          '{"seq":1,"op":"malloc","outcome":"placed","block":1,"size":24,"address":140000000016432,"arena":0,"pool":0,"index":0,"blockSize":32,"name":"a"}\n',
      },
    },
  })
  @ApiProblems(...READ_PROBLEMS, 'not-acceptable')
  async events(
    @Param('id') id: string,
    @Query() { from = 0, limit = 1000, format, lens }: EventsQueryDto,
    @Bearer() token: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EventPage | Readable> {
    const type = format
      ? { json: JSON_TYPE, ndjson: NDJSON_TYPE }[format]
      : chooseMediaType(request, [JSON_TYPE, NDJSON_TYPE]);
    return this.#read(id, token, async (session) => {
      const pieces = piecesThrough(lens, this.views.events(session, from, limit));
      // The first piece is read before the answer begins, so that a refusal can still be told.
      const first = await pieces.next();
      if (type === NDJSON_TYPE) {
        void reply.type(`${NDJSON_TYPE}; charset=utf-8`);
        return Readable.from(lines(first, pieces));
      }
      const events: SessionEvent[] = first.done ? [] : [...first.value];
      for await (const piece of pieces) for (const event of piece) events.push(event);
      const end = from + events.length;
      return { events, next: end < session.seq ? end : null };
    });
  }

  @Get('heap')
  @ApiOperation({
    operationId: 'sessionHeap',
    summary: 'The heap after any event: arenas, pools, blocks',
    description: '`detail` keeps the answer small; `limit` and `offset` page through what is long.',
  })
  @ApiOkResponse({ schema: { ...REPLY, example: { at: 42, totals: { events: 42 }, heap: { arenas: [] } } } })
  @ApiProblems(...READ_PROBLEMS)
  async heap(
    @Param('id') id: string,
    @Query() query: HeapQueryDto,
    @Bearer() token: string | undefined,
  ): Promise<HeapReply> {
    return this.#read(id, token, (session) => this.views.heap(session, query));
  }

  @Get('stats')
  @ApiOperation({ operationId: 'sessionStats', summary: 'Statistics and ledger after any event' })
  @ApiOkResponse({ schema: { ...REPLY, example: { at: 42, blocks: 20, totals: {}, ledger: {}, statistics: {} } } })
  @ApiProblems(...READ_PROBLEMS)
  async stats(
    @Param('id') id: string,
    @Query() { at, lens }: StatsQueryDto,
    @Bearer() token: string | undefined,
  ): Promise<StatsReply> {
    return this.#read(id, token, async (session) => stateThrough(lens, await this.views.stats(session, at)));
  }

  @Get('debugmallocstats')
  @ApiOperation({
    operationId: 'sessionDebugMallocStats',
    summary: 'What sys._debugmallocstats() would print after any event, or the same as JSON',
  })
  @ApiOkResponse({
    description: 'The text, byte for byte; or its numbers.',
    content: {
      [TEXT_TYPE]: { schema: { type: 'string' }, example: 'Small block threshold = 512, in 32 size classes.\n' },
      [JSON_TYPE]: { schema: REPLY, example: { at: 42, statistics: {} } },
    },
  })
  @ApiProblems(...READ_PROBLEMS, 'not-acceptable', 'not-offered-by-model')
  async debugMallocStats(
    @Param('id') id: string,
    @Query() { at, format }: StatsTextQueryDto,
    @Bearer() token: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | StatsReply> {
    const type = format
      ? { text: TEXT_TYPE, json: JSON_TYPE }[format]
      : chooseMediaType(request, [TEXT_TYPE, JSON_TYPE]);
    return this.#read(id, token, async (session) => {
      if (type === JSON_TYPE) return this.views.stats(session, at);
      const text = await this.views.debugMallocStats(session, at);
      void reply.type(`${TEXT_TYPE}; charset=utf-8`);
      return text;
    });
  }

  #read<T>(id: string, token: string | undefined, work: (session: LiveSession) => Promise<T>): Promise<T> {
    return this.host.use(id, async (session) => {
      await this.access.requireRead(session.record, token);
      return work(session);
    });
  }
}

async function* lines(
  first: IteratorResult<readonly SessionEvent[]>,
  rest: AsyncIterable<readonly SessionEvent[]>,
): AsyncGenerator<string> {
  if (!first.done) yield linesOf(first.value);
  for await (const piece of rest) yield linesOf(piece);
}

function linesOf(events: readonly SessionEvent[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join('');
}
