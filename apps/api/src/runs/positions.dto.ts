/** Questions about a moment of a run. */
import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { type Lens, LensQuery } from '../lens/lens.js';
import { WholeNumber } from '../problems/whole-number.js';

const FAR = Number.MAX_SAFE_INTEGER;
export const HEAP_DETAILS = ['summary', 'regions', 'pools', 'blocks'] as const;

export class PositionQueryDto {
  @WholeNumber({
    minimum: 0,
    maximum: FAR,
    optional: true,
    example: 100000,
    description: 'The state after the first `at` requests; without it, after the last.',
  })
  readonly at?: number;
}

export class HeapQueryDto extends PositionQueryDto {
  @ApiProperty({
    required: false,
    enum: [...HEAP_DETAILS, 'arenas'],
    default: 'regions',
    description:
      'How deep: only numbers, arenas (`regions`), pools, or every block. `arenas` is another word for `regions`.',
    example: 'pools',
  })
  @IsOptional()
  @IsIn([...HEAP_DETAILS, 'arenas'], { message: `must be one of ${HEAP_DETAILS.join(', ')}` })
  readonly detail?: (typeof HEAP_DETAILS)[number] | 'arenas';

  @WholeNumber({
    minimum: 0,
    maximum: 0x7fff_ffff,
    optional: true,
    example: 0,
    description: 'Only this arena: its ordinal in the order of mapping.',
  })
  readonly arena?: number;

  @WholeNumber({
    minimum: 0,
    maximum: 0x7fff_ffff,
    optional: true,
    example: 3,
    description:
      'Only this pool of that arena. Then its `next` names every block that it can hand out, in order; otherwise at most 16.',
  })
  readonly pool?: number;

  @WholeNumber({
    minimum: 1,
    maximum: 1_000_000,
    default: 1000,
    example: 1000,
    description: 'Most arenas, pools or blocks of the answer.',
  })
  readonly limit?: number;

  @WholeNumber({
    minimum: 0,
    maximum: FAR,
    default: 0,
    example: 0,
    description: 'How many of them to skip, in address order.',
  })
  readonly offset?: number;
}

export class EventsQueryDto {
  @WholeNumber({
    minimum: 0,
    maximum: FAR,
    default: 0,
    example: 0,
    description: 'How many requests to skip: the answer begins with the one of index `from` (its `seq` is `from` + 1).',
  })
  readonly from?: number;

  @WholeNumber({
    minimum: 1,
    maximum: 10_000_000,
    default: 1000,
    example: 1000,
    description: 'Most events of the answer.',
  })
  readonly limit?: number;

  @ApiProperty({ required: false, enum: ['json', 'ndjson'], description: 'Stronger than Accept.', example: 'ndjson' })
  @IsOptional()
  @IsIn(['json', 'ndjson'], { message: 'must be json or ndjson' })
  readonly format?: 'json' | 'ndjson';

  @LensQuery()
  readonly lens?: Lens;
}

export class StatsQueryDto extends PositionQueryDto {
  @LensQuery()
  readonly lens?: Lens;
}

export class StatsTextQueryDto extends PositionQueryDto {
  @ApiProperty({ required: false, enum: ['text', 'json'], description: 'Stronger than Accept.', example: 'text' })
  @IsOptional()
  @IsIn(['text', 'json'], { message: 'must be text or json' })
  readonly format?: 'text' | 'json';
}

export class CurveQueryDto {
  @WholeNumber({
    minimum: 2,
    maximum: 100_000,
    optional: true,
    example: 200,
    description: 'At most so many points; without it all that are stored.',
  })
  readonly points?: number;

  @WholeNumber({
    minimum: 0,
    maximum: FAR,
    optional: true,
    example: 100000,
    description: 'First position of a window; with `from`, `to` or `buckets` the answer is of that window only.',
  })
  readonly from?: number;

  @WholeNumber({ minimum: 0, maximum: FAR, optional: true, example: 150000, description: 'Last position of it.' })
  readonly to?: number;

  @WholeNumber({
    minimum: 1,
    maximum: 10_000,
    optional: true,
    example: 400,
    description: 'About so many buckets in the window, 200 unless given: at most two more, never more than events.',
  })
  readonly buckets?: number;
}
