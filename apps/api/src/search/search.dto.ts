/** Answers of a search, for the document. */
import { ApiProperty } from '@nestjs/swagger';
import { PlaceDto } from '../profiling/profile.dto.js';
import { SessionEventDto } from '../sessions/session-event.dto.js';

const WHOLE = { type: 'integer' } as const;

export class FoundEventDto extends SessionEventDto {
  @ApiProperty({
    type: PlaceDto,
    nullable: true,
    description: 'The line that asked; null = not known.',
    example: { function: 'log', file: 'audit.py', line: 19 },
  })
  readonly place!: PlaceDto | null;
}

export class FoundEventsDto {
  @ApiProperty({ type: [FoundEventDto], description: 'In the order of time.' })
  readonly events!: readonly FoundEventDto[];

  @ApiProperty({
    type: Number,
    nullable: true,
    description:
      'Where the search goes on: `from` of the next page, or `before` when it goes back. null = everything was looked at. A page may be empty and yet have a `next`: the work of one call is bounded.',
    example: 262_144,
  })
  readonly next!: number | null;

  @ApiProperty({ ...WHOLE, description: 'Events that this call looked at.', example: 262_144 })
  readonly scanned!: number;

  @ApiProperty({ ...WHOLE, description: 'The end of what is looked at.', example: 1_314_540 })
  readonly to!: number;
}

export class MarkDto {
  @ApiProperty({ ...WHOLE, example: 20_118 })
  readonly seq!: number;

  @ApiProperty({ ...WHOLE, description: 'The number that the program gave it.', example: 3 })
  readonly number!: number;

  @ApiProperty({ type: String, nullable: true, description: 'null = it has only a number.', example: 'build report' })
  readonly label!: string | null;
}

export class MarksDto {
  @ApiProperty({ type: [MarkDto], description: 'The first ones after `from`.' })
  readonly marks!: readonly MarkDto[];

  @ApiProperty({ ...WHOLE, description: 'How many there are after `from`.', example: 6 })
  readonly total!: number;

  @ApiProperty({ ...WHOLE, description: 'The end of what was looked at.', example: 1_314_540 })
  readonly to!: number;
}

export class LifeMapColumnDto {
  @ApiProperty({
    ...WHOLE,
    description: 'Blocks asked for from this position on, up to the next column.',
    example: 1000,
  })
  readonly from!: number;

  @ApiProperty({ ...WHOLE, description: 'Of them alive at `at`.', example: 12 })
  readonly alive!: number;

  @ApiProperty({
    type: [Number],
    description:
      'Of them dead, by how many requests they lived: 0, 1, 2 to 3, 4 to 7, 8 to 15 …; trailing zeros are left out.',
    example: [0, 40, 3, 120],
  })
  readonly ended!: readonly number[];
}

export class LifeMapDto {
  @ApiProperty({ ...WHOLE, example: 200_000 })
  readonly at!: number;

  @ApiProperty({ type: [LifeMapColumnDto] })
  readonly columns!: readonly LifeMapColumnDto[];
}

export class RatesDto {
  @ApiProperty({
    type: [Number],
    description: 'Positions: stretch i of the window goes from `edges[i]` to `edges[i + 1]`.',
    example: [893_000, 893_050, 893_100],
  })
  readonly edges!: readonly number[];

  @ApiProperty({ type: [Number], description: 'Requests of each stretch that asked for a block.', example: [31, 25] })
  readonly asked!: readonly number[];

  @ApiProperty({ type: [Number], description: 'Requests that gave one back.', example: [19, 25] })
  readonly freed!: readonly number[];

  @ApiProperty({
    type: [Number],
    nullable: true,
    description: 'Nanoseconds that each stretch took; null = the recording has no times here.',
    example: [11_200, 9400],
  })
  readonly nanoseconds!: readonly number[] | null;
}

export class GrowthRowDto {
  @ApiProperty({ type: String, nullable: true, example: 'load' })
  readonly function!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'app.py' })
  readonly file!: string | null;

  @ApiProperty({ type: Number, nullable: true, example: 12 })
  readonly line!: number | null;

  @ApiProperty({ ...WHOLE, description: 'Live bytes at `at`.', example: 1_280_000 })
  readonly bytes!: number;

  @ApiProperty({
    type: Number,
    description: 'Bytes per 100,000 events, by least squares over the samples.',
    example: 42_100,
  })
  readonly growth!: number;

  @ApiProperty({ type: [Number], description: 'Live bytes at each of `positions`.', example: [0, 640_000, 1_280_000] })
  readonly samples!: readonly number[];
}

export class GrowthDto {
  @ApiProperty({ ...WHOLE, example: 200_000 })
  readonly at!: number;

  @ApiProperty({ type: [Number], description: 'Positions of the samples.', example: [66_666, 133_333, 200_000] })
  readonly positions!: readonly number[];

  @ApiProperty({
    type: [GrowthRowDto],
    description: 'Lines that hold memory, fastest growth first. A line that is not known has no file.',
  })
  readonly rows!: readonly GrowthRowDto[];
}
