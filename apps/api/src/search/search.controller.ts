/** Finding events and marks of a run or session. */
import { Get, Param, Query, type Type } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { Bearer } from '../access/index.js';
import type { SubjectKind } from '../profiling/subject.js';
import { SubjectController } from '../profiling/subject-controller.js';
import { Subjects } from '../profiling/subjects.js';
import { EventSearch } from './event-search.js';
import { RequestPace } from './request-pace.js';
import { FoundEventsDto, GrowthDto, LifeMapDto, MarksDto, RatesDto } from './search.dto.js';
import { GrowthQueryDto, LifeMapQueryDto, MarksQueryDto, RatesQueryDto, SearchQueryDto } from './search-query.dto.js';
import { MemoryOverTime } from './memory-over-time.js';

/** The controller of one kind of subject; both are the same but for their paths and names. */
function searchController(kind: SubjectKind): Type<unknown> {
  @SubjectController(kind)
  class SearchController {
    constructor(
      private readonly subjects: Subjects,
      private readonly search: EventSearch,
      private readonly overTime: MemoryOverTime,
      private readonly pace: RequestPace,
    ) {}

    @Get('events/search')
    @ApiOperation({
      operationId: `${kind}EventSearch`,
      summary: 'Events by what was asked for and by what became of them',
      description:
        'All that is given must hold. One call looks at a bounded number of events and says in `next` where to go on, so the first page comes at once however long the recording is. The previous and the next event of a block or an arena are `before=SEQ-1&limit=1` and `from=SEQ&limit=1` with `block` or `arena`.',
    })
    @ApiOkResponse({ type: FoundEventsDto })
    events(
      @Param('id') id: string,
      @Query() query: SearchQueryDto,
      @Bearer() bearer: string | undefined,
    ): Promise<FoundEventsDto> {
      return this.subjects.use(kind, id, bearer, (subject) => this.search.find(subject, query));
    }

    @Get('marks')
    @ApiOperation({
      operationId: `${kind}Marks`,
      summary: 'The moments that the program named: phases of the recording',
      description: "A program session's own events are marks as well; they are not told here.",
    })
    @ApiOkResponse({ type: MarksDto })
    marks(
      @Param('id') id: string,
      @Query() query: MarksQueryDto,
      @Bearer() bearer: string | undefined,
    ): Promise<MarksDto> {
      return this.subjects.use(kind, id, bearer, (subject) => this.search.marks(subject, query));
    }

    @Get('lifetimes/map')
    @ApiOperation({
      operationId: `${kind}LifeMap`,
      summary: 'When blocks were asked for, against how long they lived',
      description: 'Counted in a grid: columns over the positions up to `at`, rows by powers of two.',
    })
    @ApiOkResponse({ type: LifeMapDto })
    lifeMap(
      @Param('id') id: string,
      @Query() query: LifeMapQueryDto,
      @Bearer() bearer: string | undefined,
    ): Promise<LifeMapDto> {
      return this.subjects.use(kind, id, bearer, (subject) => this.overTime.lifeMap(subject, query));
    }

    @Get('rates')
    @ApiOperation({
      operationId: `${kind}Rates`,
      summary: 'How fast memory was asked for in a window: requests and time, stretch by stretch',
    })
    @ApiOkResponse({ type: RatesDto })
    rates(
      @Param('id') id: string,
      @Query() query: RatesQueryDto,
      @Bearer() bearer: string | undefined,
    ): Promise<RatesDto> {
      return this.subjects.use(kind, id, bearer, (subject) => this.pace.rates(subject, query));
    }

    @Get('growth')
    @ApiOperation({
      operationId: `${kind}Growth`,
      summary: 'Which lines hold more and more memory: live bytes over time, by line',
    })
    @ApiOkResponse({ type: GrowthDto })
    growth(
      @Param('id') id: string,
      @Query() query: GrowthQueryDto,
      @Bearer() bearer: string | undefined,
    ): Promise<GrowthDto> {
      return this.subjects.use(kind, id, bearer, (subject) => this.overTime.growth(subject, query));
    }
  }
  return SearchController;
}

export const RunSearchController = searchController('run');
export const SessionSearchController = searchController('session');
