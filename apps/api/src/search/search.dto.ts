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
