/**
 * The same questions about a run and about a session: who holds memory, for how long, what keeps arenas, what became of a
 * block. A session may be live; everything is told as of the position that is asked for.
 */
import { Readable } from 'node:stream';
import { Get, Param, Query, Res, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiParam, getSchemaPath } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Bearer, Gone } from '../access/index.js';
import { invalid } from '../problems/index.js';
import { PositionQueryDto } from '../runs/positions.dto.js';
import { sitesPage } from '../traces/trace-answers.js';
import { SitePageDto, SitesQueryDto } from '../traces/trace.dto.js';
import { AdviceAnswerDto } from './advice.dto.js';
import { type AdviceAnswer, Advisor } from './advisor.js';
import { BlockStoryDto, PinsDto } from './heap-questions.dto.js';
import { HeapQuestions } from './heap-questions.js';
import { LifetimesDto, ProfileDifferenceDto, ProfileDto } from './profile.dto.js';
import {
  CollapsedQueryDto,
  LifetimesQueryDto,
  MeasureQueryDto,
  PinsQueryDto,
  ProfileQueryDto,
} from './profile-query.dto.js';
import { Profiles } from './profiles.js';
import type { Subject, SubjectKind } from './subject.js';
import { SubjectController } from './subject-controller.js';
import { Subjects } from './subjects.js';

const SPEEDSCOPE_EXAMPLE =
  '{"$schema":"https://www.speedscope.app/file-format-schema.json","shared":{"frames":[{"name":"load","file":"app.py","line":12}]},"profiles":[{"type":"sampled","name":"bytes","unit":"bytes","startValue":0,"endValue":64,"samples":[[0]],"weights":[64]}]}';

/** The controller of one kind of subject; both are the same but for their paths and names. */
function profilingController(kind: SubjectKind): Type<unknown> {
  @SubjectController(kind)
  @ApiExtraModels(ProfileDto, ProfileDifferenceDto)
  class ProfilingController {
    constructor(
      private readonly subjects: Subjects,
      private readonly profiles: Profiles,
      private readonly questions: HeapQuestions,
      private readonly advisor: Advisor,
    ) {}

    @Get('profile')
    @ApiOperation({
      operationId: `${kind}Profile`,
      summary: 'Who holds or asked for memory: by line, function, file, call path or type',
      description:
        'Rows, the rest and what is unknown sum exactly to the total. With `from` or `against` the answer is a difference.',
    })
    @ApiOkResponse({
      description: 'A profile, or a difference of two.',
      content: {
        'application/json': {
          schema: { oneOf: [{ $ref: getSchemaPath(ProfileDto) }, { $ref: getSchemaPath(ProfileDifferenceDto) }] },
        },
      },
    })
    profile(
      @Param('id') id: string,
      @Query() query: ProfileQueryDto,
      @Bearer() bearer: string | undefined,
      @Gone() gone: AbortSignal,
    ): Promise<object> {
      const { against } = query;
      const ask = (subject: Subject): Promise<object> => {
        if (against === undefined) return this.profiles.profile(subject, query);
        return this.subjects.use('run', against, bearer, (other) => this.profiles.profile(subject, query, other), gone);
      };
      return this.subjects.use(kind, id, bearer, ask, gone);
    }

    @Get('profile.speedscope.json')
    @ApiOperation({
      operationId: `${kind}ProfileSpeedscope`,
      summary: 'A profile by call path for speedscope, in bytes and in blocks',
      description: 'Open it at speedscope.app, or with any tool that reads its format.',
    })
    @ApiOkResponse({
      description: 'A file of two sampled profiles.',
      content: {
        'application/json': {
          schema: { type: 'object', additionalProperties: true },
          example: JSON.parse(SPEEDSCOPE_EXAMPLE),
        },
      },
    })
    speedscope(
      @Param('id') id: string,
      @Query() query: MeasureQueryDto,
      @Bearer() bearer: string | undefined,
      @Gone() gone: AbortSignal,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<Readable> {
      const write = async (subject: Subject): Promise<Readable> => {
        const pieces = await this.profiles.speedscope(subject, query);
        void reply
          .type('application/json; charset=utf-8')
          .header('content-disposition', `attachment; filename="${id}.speedscope.json"`);
        return streamOf(pieces);
      };
      return this.subjects.use(kind, id, bearer, write, gone);
    }

    @Get('profile.collapsed.txt')
    @ApiOperation({
      operationId: `${kind}ProfileCollapsed`,
      summary: 'A profile as collapsed stacks, for flame graphs',
      description: 'One call path a line, outermost call first, and its weight.',
    })
    @ApiOkResponse({
      description: 'The input of flamegraph.pl, inferno, speedscope and others.',
      content: { 'text/plain': { schema: { type: 'string' }, example: 'main (app.py:30);load (app.py:12) 1280000\n' } },
    })
    collapsed(
      @Param('id') id: string,
      @Query() query: CollapsedQueryDto,
      @Bearer() bearer: string | undefined,
      @Gone() gone: AbortSignal,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<Readable> {
      const write = async (subject: Subject): Promise<Readable> => {
        const pieces = await this.profiles.collapsed(subject, query);
        void reply.type('text/plain; charset=utf-8');
        return streamOf(pieces);
      };
      return this.subjects.use(kind, id, bearer, write, gone);
    }

    @Get('sites')
    @ApiOperation({
      operationId: `${kind}Sites`,
      summary: `The call sites that the events of a ${kind} point to`,
      description:
        kind === 'session'
          ? 'The table grows while the session is open; what it held stays as it was.'
          : 'The same as those of its trace.',
    })
    @ApiOkResponse({ type: SitePageDto })
    sites(
      @Param('id') id: string,
      @Query() { from = 1, limit = 1000 }: SitesQueryDto,
      @Bearer() bearer: string | undefined,
    ): Promise<SitePageDto> {
      return this.subjects.use(kind, id, bearer, async (subject) => sitesPage(await subject.sites(), from, limit));
    }

    @Get('lifetimes')
    @ApiOperation({
      operationId: `${kind}Lifetimes`,
      summary: 'How long blocks live: histograms over all and by site',
      description: 'By powers of two, in requests and, where the trace has times, in nanoseconds.',
    })
    @ApiOkResponse({ type: LifetimesDto })
    lifetimes(
      @Param('id') id: string,
      @Query() query: LifetimesQueryDto,
      @Bearer() bearer: string | undefined,
      @Gone() gone: AbortSignal,
    ): Promise<object> {
      return this.subjects.use(kind, id, bearer, (subject) => this.profiles.lifetimes(subject, query), gone);
    }

    @Get('pins')
    @ApiOperation({
      operationId: `${kind}Pins`,
      summary: 'Arenas that are nearly empty after having been full, and what keeps them',
      description:
        'Which blocks keep each arena, from which sites, and what would come back if they died: freed on a copy of the heap, so the answer is exact for every release policy.',
    })
    @ApiOkResponse({ type: PinsDto })
    pins(
      @Param('id') id: string,
      @Query() query: PinsQueryDto,
      @Bearer() bearer: string | undefined,
      @Gone() gone: AbortSignal,
    ): Promise<object> {
      return this.subjects.use(kind, id, bearer, (subject) => this.questions.pins(subject, query), gone);
    }

    @Get('advice')
    @ApiOperation({
      operationId: `${kind}Advice`,
      summary: 'What could be done better, with the evidence',
      description:
        'Rules that tie to the best practices of the talk. Each piece names the rule, what it measured and where, and how sure it is; where nothing was found, nothing is said.',
    })
    @ApiOkResponse({ type: AdviceAnswerDto })
    advice(
      @Param('id') id: string,
      @Bearer() bearer: string | undefined,
      @Gone() gone: AbortSignal,
    ): Promise<AdviceAnswer> {
      return this.subjects.use(kind, id, bearer, (subject) => this.advisor.advise(subject), gone);
    }

    @Get('blocks/:number')
    @ApiParam({ name: 'number', description: 'Number of a block: 1 for the first that was asked for.', example: 4711 })
    @ApiOperation({
      operationId: `${kind}Block`,
      summary: 'The story of a block',
      description:
        'Who asked for it, when, where it lay, every move, how long it lived, and what lies beside it at `at`.',
    })
    @ApiOkResponse({ type: BlockStoryDto })
    block(
      @Param('id') id: string,
      @Param('number') number: string,
      @Query() { at }: PositionQueryDto,
      @Bearer() bearer: string | undefined,
      @Gone() gone: AbortSignal,
    ): Promise<object> {
      if (!/^[1-9]\d{0,9}$/.test(number)) throw invalid('number', 'must be the number of a block, from 1');
      return this.subjects.use(kind, id, bearer, (subject) => this.questions.story(subject, Number(number), at), gone);
    }
  }
  Object.defineProperty(ProfilingController, 'name', {
    value: `${kind === 'run' ? 'Run' : 'Session'}ProfilingController`,
  });
  return ProfilingController;
}

export const RunProfilingController = profilingController('run');
export const SessionProfilingController = profilingController('session');

/** Pieces of text in chunks of some size, as long as the client takes them. */
function streamOf(pieces: Generator<string>): Readable {
  return Readable.from(batches(pieces), { objectMode: false });
}

function* batches(pieces: Generator<string>): Generator<Buffer> {
  let waiting: string[] = [];
  let length = 0;
  for (const piece of pieces) {
    waiting.push(piece);
    length += piece.length;
    if (length < 1 << 16) continue;
    yield Buffer.from(waiting.join(''));
    waiting = [];
    length = 0;
  }
  if (length > 0) yield Buffer.from(waiting.join(''));
}
