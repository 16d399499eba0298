/** Questions about profiles, pinned arenas, blocks and curves. */
import { GROUPINGS, type Grouping, type Measure, MEASURES } from '@heapcast/insight';
import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional, IsUUID } from 'class-validator';
import { WholeNumber } from '../problems/whole-number.js';
import { PositionQueryDto } from '../runs/positions.dto.js';
import { CHURN_WITHIN, type PeakOf, PEAKS } from './profile-source.js';

const FAR = Number.MAX_SAFE_INTEGER;
const BY = [...GROUPINGS, 'type'] as const;

export class MeasureQueryDto extends PositionQueryDto {
  @ApiProperty({
    required: false,
    enum: MEASURES,
    default: 'live',
    description:
      '`live`: blocks alive at `at`; `peak`: alive where the run was at its peak; `total`: everything asked for up to ' +
      '`at`; `churn`: of that, what was freed again within a few requests.',
    example: 'live',
  })
  @IsOptional()
  @IsIn(MEASURES, { message: `must be one of ${MEASURES.join(', ')}` })
  readonly measure?: Measure;

  @ApiProperty({
    required: false,
    enum: PEAKS,
    default: 'requested',
    description: 'Which peak; only for measure=peak.',
    example: 'mapped',
  })
  @IsOptional()
  @IsIn(PEAKS, { message: `must be one of ${PEAKS.join(', ')}` })
  readonly peak?: PeakOf;

  @WholeNumber({
    minimum: 0,
    maximum: FAR,
    optional: true,
    example: CHURN_WITHIN,
    description: `A block freed at most so many requests after it was asked for is churn; ${CHURN_WITHIN} unless given. Only for measure=churn.`,
  })
  readonly within?: number;
}

export class CollapsedQueryDto extends MeasureQueryDto {
  @ApiProperty({
    required: false,
    enum: ['bytes', 'blocks'],
    default: 'bytes',
    description: 'What the numbers count.',
    example: 'bytes',
  })
  @IsOptional()
  @IsIn(['bytes', 'blocks'], { message: 'must be bytes or blocks' })
  readonly weight?: 'bytes' | 'blocks';
}

export class ProfileQueryDto extends MeasureQueryDto {
  @ApiProperty({
    required: false,
    enum: BY,
    default: 'line',
    description: 'What makes a row: a line, function, file, call path, or the type in the names of blocks (`dict#7`).',
    example: 'line',
  })
  @IsOptional()
  @IsIn(BY, { message: `must be one of ${BY.join(', ')}` })
  readonly by?: Grouping | 'type';

  @WholeNumber({
    minimum: 1,
    maximum: 10_000,
    default: 100,
    example: 20,
    description: 'Most rows; the others are in `rest`.',
  })
  readonly limit?: number;

  @WholeNumber({
    minimum: 0,
    maximum: FAR,
    optional: true,
    example: 1000,
    description: 'An earlier position: the answer is what changed from there to `at`.',
  })
  readonly from?: number;

  @ApiProperty({
    required: false,
    format: 'uuid',
    description: 'Id of another run: the answer is what this one has more (or less) than that one.',
    example: '7c1f3a0e-9f0b-4c0e-8a53-2f6f0c9d1e22',
  })
  @IsOptional()
  @IsUUID(undefined, { message: 'must be the id of a run' })
  readonly against?: string;

  @WholeNumber({
    minimum: 0,
    maximum: FAR,
    optional: true,
    example: 100000,
    description: 'Position in the other run; without it, its last one.',
  })
  readonly againstAt?: number;
}

export class LifetimesQueryDto extends PositionQueryDto {
  @ApiProperty({ required: false, enum: GROUPINGS, default: 'line', description: 'What makes a row.', example: 'line' })
  @IsOptional()
  @IsIn(GROUPINGS, { message: `must be one of ${GROUPINGS.join(', ')}` })
  readonly by?: Grouping;

  @WholeNumber({
    minimum: 1,
    maximum: 1000,
    default: 20,
    example: 20,
    description: 'Most rows: those that asked for most blocks. The others are in `rest`.',
  })
  readonly limit?: number;
}

export class PinsQueryDto extends PositionQueryDto {
  @WholeNumber({
    minimum: 0,
    maximum: 100,
    default: 25,
    example: 25,
    description: 'An arena is nearly empty when it holds at most so many per cent of the bytes that it once held.',
  })
  readonly below?: number;

  @WholeNumber({
    minimum: 0,
    maximum: 100,
    default: 30,
    example: 30,
    description:
      'An arena was full when at least so many per cent of it were asked for. (Rounding and headers take a part.)',
  })
  readonly full?: number;

  @WholeNumber({ minimum: 1, maximum: 200, default: 20, example: 20, description: 'Most arenas of the answer.' })
  readonly limit?: number;

  @WholeNumber({
    minimum: 0,
    maximum: 10_000,
    default: 50,
    example: 50,
    description: 'Most blocks told of each arena.',
  })
  readonly blocks?: number;

  @WholeNumber({ minimum: 0, maximum: 200, default: 20, example: 20, description: 'Most sites of the ranking.' })
  readonly sites?: number;
}

export class WindowQueryDto {
  @WholeNumber({ minimum: 0, maximum: FAR, default: 0, example: 100000, description: 'First position.' })
  readonly from?: number;

  @WholeNumber({
    minimum: 0,
    maximum: FAR,
    optional: true,
    example: 150000,
    description: 'Last position; without it, after the last event.',
  })
  readonly to?: number;

  @WholeNumber({
    minimum: 1,
    maximum: 10_000,
    default: 200,
    example: 400,
    description: 'About so many buckets: at most two more, and never more than there are events.',
  })
  readonly buckets?: number;
}
