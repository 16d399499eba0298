/** What profiles, pinned arenas and stories of blocks look like, for the document. */
import { ApiExtraModels, ApiProperty } from '@nestjs/swagger';
import { GROUPINGS, MEASURES } from '@heapcast/insight';

const WHOLE = { type: 'integer' } as const;
const TEXT_OR_NULL = { type: String, nullable: true } as const;
const PLACE = { function: 'load', file: 'app.py', line: 12 };

export class PlaceDto {
  @ApiProperty({ ...TEXT_OR_NULL, description: 'null = it differs within the row, or is not known.', example: 'load' })
  readonly function!: string | null;

  @ApiProperty({ ...TEXT_OR_NULL, example: 'app.py' })
  readonly file!: string | null;

  @ApiProperty({ type: Number, nullable: true, example: 12 })
  readonly line!: number | null;
}

export class SiteDescriptionDto extends PlaceDto {
  @ApiProperty({ ...WHOLE, description: 'Index in the site table.', example: 7 })
  readonly index!: number;

  @ApiProperty({
    type: [PlaceDto],
    description: 'Outermost call first; the innermost 64.',
    example: [{ function: 'main', file: 'app.py', line: 30 }, PLACE],
  })
  readonly path!: readonly PlaceDto[];
}

export class AmountDto {
  @ApiProperty({ ...WHOLE, example: 20_000 })
  readonly blocks!: number;

  @ApiProperty({ ...WHOLE, description: 'Bytes asked for, at the system allocator too.', example: 1_280_000 })
  readonly bytes!: number;
}

export class AverageLifetimeDto {
  @ApiProperty({ type: Number, example: 41.5 })
  readonly events!: number;

  @ApiProperty({ type: Number, nullable: true, description: 'null: the trace has no times.', example: 91_000 })
  readonly nanoseconds!: number | null;
}

export class DetailedAmountDto extends AmountDto {
  @ApiProperty({
    ...WHOLE,
    required: false,
    description: 'live, peak: bytes that the blocks occupy.',
    example: 1_280_000,
  })
  readonly occupiedBytes?: number;

  @ApiProperty({ ...WHOLE, required: false, description: 'live, peak: of them, at the system allocator.', example: 0 })
  readonly rawBytes?: number;

  @ApiProperty({
    ...WHOLE,
    required: false,
    description: 'total, churn: blocks freed, or moved away.',
    example: 19_000,
  })
  readonly freedBlocks?: number;

  @ApiProperty({ ...WHOLE, required: false, example: 1_216_000 })
  readonly freedBytes?: number;

  @ApiProperty({
    type: AverageLifetimeDto,
    required: false,
    nullable: true,
    description: 'total, churn: of the blocks whose life has ended; null = none.',
  })
  readonly averageLifetime?: AverageLifetimeDto | null;

  @ApiProperty({
    ...WHOLE,
    required: false,
    description: 'total, churn: times that realloc moved a block.',
    example: 12,
  })
  readonly moves?: number;

  @ApiProperty({ ...WHOLE, required: false, description: 'total, churn: bytes copied by that.', example: 4096 })
  readonly movedBytes?: number;
}

export class ProfileRowDto extends DetailedAmountDto implements PlaceDto {
  @ApiProperty({ ...TEXT_OR_NULL, example: 'load' })
  readonly function!: string | null;

  @ApiProperty({ ...TEXT_OR_NULL, example: 'app.py' })
  readonly file!: string | null;

  @ApiProperty({ type: Number, nullable: true, example: 12 })
  readonly line!: number | null;

  @ApiProperty({ type: [PlaceDto], required: false, description: 'by=path: outermost call first; the innermost 64.' })
  readonly path?: readonly PlaceDto[];

  @ApiProperty({ required: false, description: 'by=type.', example: 'dict' })
  readonly type?: string;

  @ApiProperty({ type: Number, description: 'Of the bytes of the total, 0 to 1.', example: 0.62 })
  readonly share!: number;

  @ApiProperty({ type: AmountDto, required: false, description: 'With what its callees asked for; not by type.' })
  readonly withCallees?: AmountDto;
}

export class RestDto extends AmountDto {
  @ApiProperty({ ...WHOLE, description: 'Rows that are not shown.', example: 3 })
  readonly rows!: number;
}

class ProfileHeadDto {
  @ApiProperty({ enum: MEASURES, example: 'live' })
  readonly measure!: string;

  @ApiProperty({ enum: [...GROUPINGS, 'type'], example: 'line' })
  readonly by!: string;

  @ApiProperty({ ...WHOLE, description: 'Position.', example: 200_000 })
  readonly at!: number;

  @ApiProperty({ ...WHOLE, required: false, description: 'churn: the longest life that counts.', example: 50 })
  readonly within?: number;

  @ApiProperty({ ...TEXT_OR_NULL, description: 'Why everything may be unknown.', example: null })
  readonly note!: string | null;
}

export class ProfileDto extends ProfileHeadDto {
  @ApiProperty({ type: DetailedAmountDto, description: 'rows + rest + unknown, exactly.' })
  readonly total!: DetailedAmountDto;

  @ApiProperty({ type: DetailedAmountDto, description: 'Blocks without a site (by=type: without a type).' })
  readonly unknown!: DetailedAmountDto;

  @ApiProperty({ type: [ProfileRowDto], description: 'Most bytes first.' })
  readonly rows!: readonly ProfileRowDto[];

  @ApiProperty({ type: RestDto })
  readonly rest!: RestDto;
}

export class ChangeDto extends AmountDto {
  @ApiProperty({ type: AmountDto })
  readonly before!: AmountDto;

  @ApiProperty({ type: AmountDto })
  readonly after!: AmountDto;
}

export class AgainstDto {
  @ApiProperty({ format: 'uuid', example: '7c1f3a0e-9f0b-4c0e-8a53-2f6f0c9d1e22' })
  readonly id!: string;

  @ApiProperty({ ...WHOLE, example: 200_000 })
  readonly at!: number;
}

export class ChangeRowDto extends ChangeDto implements PlaceDto {
  @ApiProperty({ ...TEXT_OR_NULL, example: 'load' })
  readonly function!: string | null;

  @ApiProperty({ ...TEXT_OR_NULL, example: 'app.py' })
  readonly file!: string | null;

  @ApiProperty({ type: Number, nullable: true, example: 12 })
  readonly line!: number | null;

  @ApiProperty({ type: [PlaceDto], required: false })
  readonly path?: readonly PlaceDto[];

  @ApiProperty({ required: false, example: 'dict' })
  readonly type?: string;
}

export class ChangeRestDto extends ChangeDto {
  @ApiProperty({ ...WHOLE, example: 0 })
  readonly rows!: number;
}

export class ProfileDifferenceDto extends ProfileHeadDto {
  @ApiProperty({ ...WHOLE, required: false, description: 'The earlier position.', example: 1000 })
  readonly from?: number;

  @ApiProperty({ type: AgainstDto, required: false, description: 'The other run.' })
  readonly against?: AgainstDto;

  @ApiProperty({ type: ChangeDto, description: 'after - before; rows + rest + unknown, exactly.' })
  readonly total!: ChangeDto;

  @ApiProperty({ type: ChangeDto })
  readonly unknown!: ChangeDto;

  @ApiProperty({ type: [ChangeRowDto], description: 'Largest change first, growth or not.' })
  readonly rows!: readonly ChangeRowDto[];

  @ApiProperty({ type: ChangeRestDto })
  readonly rest!: ChangeRestDto;
}

export class LifetimeBucketDto {
  @ApiProperty({ ...WHOLE, description: 'Shortest and longest life of the bucket, both included.', example: 4 })
  readonly from!: number;

  @ApiProperty({ ...WHOLE, example: 7 })
  readonly to!: number;

  @ApiProperty({ ...WHOLE, example: 120 })
  readonly blocks!: number;
}

export class LifetimeHistogramDto {
  @ApiProperty({ ...WHOLE, description: 'Blocks whose life has ended.', example: 180_000 })
  readonly ended!: number;

  @ApiProperty({ ...WHOLE, description: 'Blocks that live on.', example: 12_000 })
  readonly alive!: number;

  @ApiProperty({ type: Number, nullable: true, example: 210.5 })
  readonly averageEvents!: number | null;

  @ApiProperty({ type: Number, nullable: true, example: null })
  readonly averageNanoseconds!: number | null;

  @ApiProperty({ type: [LifetimeBucketDto], description: 'By requests, powers of two.' })
  readonly events!: readonly LifetimeBucketDto[];

  @ApiProperty({ type: [LifetimeBucketDto], nullable: true, description: 'By time; null: the trace has no times.' })
  readonly nanoseconds!: readonly LifetimeBucketDto[] | null;
}

export class LifetimeRowDto extends LifetimeHistogramDto implements PlaceDto {
  @ApiProperty({ ...TEXT_OR_NULL, example: 'load' })
  readonly function!: string | null;

  @ApiProperty({ ...TEXT_OR_NULL, example: 'app.py' })
  readonly file!: string | null;

  @ApiProperty({ type: Number, nullable: true, example: 12 })
  readonly line!: number | null;

  @ApiProperty({ type: [PlaceDto], required: false })
  readonly path?: readonly PlaceDto[];
}

@ApiExtraModels(PlaceDto)
export class LifetimesDto {
  @ApiProperty({ ...WHOLE, example: 200_000 })
  readonly at!: number;

  @ApiProperty({ enum: GROUPINGS, example: 'line' })
  readonly by!: string;

  @ApiProperty({ ...TEXT_OR_NULL, example: null })
  readonly note!: string | null;

  @ApiProperty({ type: LifetimeHistogramDto, description: 'rows + rest + unknown, exactly.' })
  readonly overall!: LifetimeHistogramDto;

  @ApiProperty({ type: [LifetimeRowDto], description: 'Those that asked for most blocks first.' })
  readonly rows!: readonly LifetimeRowDto[];

  @ApiProperty({ type: LifetimeHistogramDto })
  readonly unknown!: LifetimeHistogramDto;

  @ApiProperty({ type: LifetimeHistogramDto })
  readonly rest!: LifetimeHistogramDto;
}
