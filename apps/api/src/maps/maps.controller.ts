/** The heap of a run or session as a picture, for pages that draw it many times a second. */
import { Get, Header, Param, Query, StreamableFile, type Type } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty } from '@nestjs/swagger';
import { encodeHeapMap, encodeMapTints, MAP_MEDIA_TYPE, TINTS_MEDIA_TYPE } from '@heapcast/contracts';
import { Bearer } from '../access/index.js';
import { WholeNumber } from '../problems/whole-number.js';
import { positionIn, type SubjectKind } from '../profiling/subject.js';
import { SubjectController } from '../profiling/subject-controller.js';
import { Subjects } from '../profiling/subjects.js';
import { PositionQueryDto } from '../runs/positions.dto.js';
import { mapOf } from './map-of.js';
import { tintsOf } from './tints.js';
import { ProfileSource } from '../profiling/profile-source.js';
import { IsIn } from 'class-validator';

export class MapQueryDto extends PositionQueryDto {
  @WholeNumber({
    minimum: 0,
    maximum: 0x7fff_ffff,
    optional: true,
    example: 0,
    description: 'Tells every block of this arena too: its ordinal in the order of mapping.',
  })
  readonly arena?: number;
}

export class TintsQueryDto extends MapQueryDto {
  @ApiProperty({
    enum: ['age', 'site'],
    description: 'How old the blocks are, or which lines asked for them.',
    example: 'site',
  })
  @IsIn(['age', 'site'], { message: 'must be age or site' })
  readonly by!: 'age' | 'site';
}

/** The controller of one kind of subject; both are the same but for their paths and names. */
function mapsController(kind: SubjectKind): Type<unknown> {
  @SubjectController(kind)
  class MapsController {
    constructor(
      private readonly subjects: Subjects,
      private readonly source: ProfileSource,
    ) {}

    @Get('map')
    @Header('cache-control', 'no-store')
    @ApiOperation({
      operationId: `${kind}Map`,
      summary: 'The whole heap as a picture: how full every pool is, in columns',
      description:
        'Binary, little-endian, the layout is in docs/formats/heap-map.md: eight bytes for each pool, so five hundred arenas are a quarter of a MiB. With `arena` one byte for each block of that arena comes along. Totals and ledger of the same moment are in it.',
    })
    @ApiOkResponse({
      description: 'The picture.',
      content: { [MAP_MEDIA_TYPE]: { schema: { type: 'string', format: 'binary' } } },
    })
    async map(
      @Param('id') id: string,
      @Query() { at, arena }: MapQueryDto,
      @Bearer() bearer: string | undefined,
    ): Promise<StreamableFile> {
      const bytes = await this.subjects.use(kind, id, bearer, async (subject) => {
        // A session that is being written to is shown as it is now: its last event is not waited for, nor gone back to.
        const position = at === undefined ? 'head' : positionIn(subject, 'at', at);
        const regions = arena === undefined ? [] : [arena];
        return encodeHeapMap(
          mapOf(await subject.inspect(position, { kind: 'picture', regions }), regions, arena ?? null),
        );
      });
      return new StreamableFile(bytes, { type: MAP_MEDIA_TYPE, length: bytes.length });
    }

    @Get('map/tints')
    @Header('cache-control', 'no-store')
    @ApiOperation({
      operationId: `${kind}MapTints`,
      summary: 'What the cells of the map are coloured by: the age of their blocks, or the lines that asked for them',
      description:
        'Binary, little-endian, in the order of the cells of `map` at the same position: docs/formats/heap-map.md. Costs a look at every live block.',
    })
    @ApiOkResponse({
      description: 'A column beside the map.',
      content: { [TINTS_MEDIA_TYPE]: { schema: { type: 'string', format: 'binary' } } },
    })
    async tints(
      @Param('id') id: string,
      @Query() { at, arena, by }: TintsQueryDto,
      @Bearer() bearer: string | undefined,
    ): Promise<StreamableFile> {
      const bytes = await this.subjects.use(kind, id, bearer, async (subject) =>
        encodeMapTints(await tintsOf(subject, this.source, { at: positionIn(subject, 'at', at), arena, by })),
      );
      return new StreamableFile(bytes, { type: TINTS_MEDIA_TYPE, length: bytes.length });
    }
  }
  return MapsController;
}

export const RunMapsController = mapsController('run');
export const SessionMapsController = mapsController('session');
