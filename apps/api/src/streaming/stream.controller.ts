/** The stream of a session for everything that reads HTTP: `curl -N`, `EventSource`, ten lines of Python. */
import { type BeforeApplicationShutdown, Controller, Get, Headers, Param, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AccessService, Bearer } from '../access/index.js';
import { ApiProblems, invalid } from '../problems/index.js';
import type { LiveSession } from '../sessions/live-session.js';
import { noSuchEvent } from '../sessions/session-problems.js';
import { snapshotOf } from '../sessions/session-answers.js';
import { SESSION_ID } from '../sessions/session.dto.js';
import { SessionHost } from '../sessions/session-host.js';
import { displayName } from './display-name.js';
import { Feeds } from './feeds.js';
import { ServerSentGroup, ServerSentOutlet } from './server-sent-outlet.js';
import { Subscription } from './subscription.js';
import { StreamQueryDto } from './stream.dto.js';

const HEARTBEAT_MILLISECONDS = 15_000;
/** Milliseconds after which a client that lost the stream comes again. */
const RETRY_MILLISECONDS = 1000;

@ApiTags('Sessions')
@ApiBearerAuth('session')
@Controller('v1/sessions')
export class StreamController implements BeforeApplicationShutdown {
  readonly #open = new Set<ServerSentOutlet>();

  constructor(
    private readonly host: SessionHost,
    private readonly access: AccessService,
    private readonly feeds: Feeds,
  ) {}

  @Get(':id/stream')
  @ApiParam({ name: 'id', format: 'uuid', description: 'Id of a session.', example: SESSION_ID })
  @ApiOperation({
    operationId: 'streamSession',
    summary: 'Watch a session: Server-Sent Events',
    description:
      'Unnamed messages are session events; their id is the `seq`, so that a client that was cut off goes on where it was, by `Last-Event-ID`. Named ones are `snapshot` (first, unless the client says what it knows), `presence`, `state` and `mode` (for a client that reads too slowly for events, or asked for states), `finished`, `deleted` and `problem` (the last ones). A comment every 15 seconds keeps the connection open.',
  })
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'The last `seq` that is known.', example: '41' })
  @ApiOkResponse({
    content: {
      'text/event-stream': {
        schema: { type: 'string' },
        example:
          'id: 42\ndata: {"seq":42,"op":"free","outcome":"freed","block":1,"size":0,"address":140000000016432,"arena":0,"pool":0,"index":0,"blockSize":32}\n\n',
      },
    },
  })
  @ApiProblems(
    'invalid-request',
    'invalid-position',
    'missing-token',
    'invalid-token',
    'not-found',
    'limit-reached',
    'too-many-requests',
    'unavailable',
  )
  async stream(
    @Param('id') id: string,
    @Query() query: StreamQueryDto,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Bearer() bearer: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const from = lastEventId === undefined || lastEventId === '' ? query.from : seqOf(lastEventId);
    await this.host.use(id, async (session) => {
      const { mode, name, lens, token = bearer } = query;
      await this.access.requireRead(session.record, token);
      if (from !== undefined && from > session.seq) throw noSuchEvent('from', from, session.seq);
      await this.#start(reply, session, { from, mode, name, lens, token });
    });
  }

  /** The server waits for open responses before it closes. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.host.settled();
    for (const outlet of this.#open) outlet.end();
  }

  async #start(
    reply: FastifyReply,
    session: LiveSession,
    { from, mode = 'events', name, lens, token }: StreamQueryDto,
  ) {
    const snapshot = from === undefined ? await snapshotOf(session, 'summary', 1) : undefined;
    const feed = this.feeds.of(session);
    // Those who look through the same lens read the same bytes.
    const group = feed.group(ServerSentGroup, `server-sent ${lens ?? ''}`, () => new ServerSentGroup(lens));
    const { raw } = reply;
    const outlet = new ServerSentOutlet(raw, group);
    const subscription = new Subscription(outlet, (snapshot?.seq ?? from ?? 0) + 1, displayName(name), token);
    feed.add(subscription);
    this.#open.add(outlet);

    // What the hooks put on the answer: security headers, what is left of a budget.
    for (const [header, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) raw.setHeader(header, value);
    reply.hijack();
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    outlet.write(Buffer.from(`retry: ${RETRY_MILLISECONDS}\n\n`));
    if (snapshot) outlet.snapshot(snapshot);

    const heartbeat = setInterval(() => outlet.heartbeat(), HEARTBEAT_MILLISECONDS);
    raw.once('close', () => {
      clearInterval(heartbeat);
      this.#open.delete(outlet);
      feed.remove(subscription);
    });
    feed.start(subscription, mode);
  }
}

function seqOf(lastEventId: string): number {
  if (/^\d{1,15}$/.test(lastEventId)) return Number(lastEventId);
  throw invalid('Last-Event-ID', 'must be the number of an event');
}
