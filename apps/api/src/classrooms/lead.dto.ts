/** What the driver and the people around send of where they are. Requests and commands themselves are checked by their desks. */
import {
  type ClassroomView,
  type LeadChange,
  type ProgramCommand,
  type Selection,
  type SessionRequest,
} from '@heapcast/contracts';
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  Allow,
  IsBoolean,
  IsDefined,
  IsIn,
  IsInt,
  IsNumber,
  IsString,
  Length,
  Max,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { PlayStepsDto } from '../scenarios/scenario.dto.js';
import { IfGiven } from './if-given.js';

const VIEWS = ['heap', 'program', 'party'] as const;
const WHOLE = { message: 'must be a whole number' };
const NOT_NEGATIVE = { message: 'must not be negative' };
const MOST_INDEX = 2 ** 31 - 1;

class PlaceInHeap {
  @ApiProperty({ type: 'integer', nullable: true, minimum: 0, example: 20 })
  @ValidateIf((_, value) => value !== null)
  @IsInt(WHOLE)
  @Min(0, NOT_NEGATIVE)
  @Max(MOST_INDEX)
  readonly arena!: number | null;

  @ApiProperty({ type: 'integer', nullable: true, minimum: 0, example: 17 })
  @ValidateIf((_, value) => value !== null)
  @IsInt(WHOLE)
  @Min(0, NOT_NEGATIVE)
  @Max(MOST_INDEX)
  readonly pool!: number | null;

  @ApiProperty({ type: 'integer', nullable: true, minimum: 0, description: 'Number of a block.', example: null })
  @ValidateIf((_, value) => value !== null)
  @IsInt(WHOLE)
  @Min(0, NOT_NEGATIVE)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly block!: number | null;
}

export class LeadChangeDto implements LeadChange {
  @ApiProperty({
    required: false,
    type: 'integer',
    minimum: 0,
    description: 'The heap after so many events.',
    example: 893,
  })
  @IfGiven()
  @IsInt(WHOLE)
  @Min(0, NOT_NEGATIVE)
  @Max(Number.MAX_SAFE_INTEGER, { message: 'must be the number of an event' })
  readonly event?: number;

  @ApiProperty({
    required: false,
    minimum: 0,
    maximum: 1e6,
    description: 'Events per second; 0 = paused.',
    example: 10,
  })
  @IfGiven()
  @IsNumber({}, { message: 'must be a number' })
  @Min(0, NOT_NEGATIVE)
  @Max(1e6)
  readonly speed?: number;

  @ApiProperty({ required: false, enum: VIEWS, example: 'heap' })
  @IfGiven()
  @IsIn(VIEWS, { message: `must be one of ${VIEWS.join(', ')}` })
  readonly view?: ClassroomView;

  @ApiProperty({ required: false, minimum: 0.001, maximum: 1e6, description: '1 = all of it.', example: 1 })
  @IfGiven()
  @IsNumber({}, { message: 'must be a number' })
  @Min(0.001)
  @Max(1e6)
  readonly zoom?: number;

  @ApiProperty({ required: false, type: PlaceInHeap, description: 'What is chosen; null = nothing at this level.' })
  @IfGiven()
  @ValidateNested({ message: 'must be an object' })
  @Type(() => PlaceInHeap)
  readonly selection?: Selection;
}

export class PlaceDto {
  @ApiProperty({ description: 'Goes where the class is led.', example: false })
  @IsDefined({ message: 'must be given' })
  @IsBoolean({ message: 'must be true or false' })
  readonly following!: boolean;

  @ApiProperty({ required: false, type: 'integer', minimum: 0, description: 'Where one is instead.', example: 12 })
  @IfGiven()
  @IsInt(WHOLE)
  @Min(0, NOT_NEGATIVE)
  @Max(Number.MAX_SAFE_INTEGER, { message: 'must be the number of an event' })
  readonly event?: number;
}

export class AskedOfSessionDto {
  @ApiProperty({
    required: false,
    type: 'array',
    items: { type: 'object' },
    description: 'Of an allocator session: as in `POST /v1/sessions/{id}/requests`.',
    example: [{ op: 'malloc', size: 100, id: 'a' }],
  })
  @Allow()
  readonly requests?: readonly SessionRequest[];

  @ApiProperty({
    required: false,
    type: 'array',
    items: { type: 'object' },
    description: 'Of a program session: as in `POST /v1/sessions/{id}/commands`.',
  })
  @Allow()
  readonly commands?: readonly ProgramCommand[];

  @ApiProperty({
    required: false,
    type: PlayStepsDto,
    description: 'Of a scenario: as in `POST /v1/sessions/{id}/steps`.',
  })
  @IfGiven()
  @ValidateNested({ message: 'must be an object' })
  @Type(() => PlayStepsDto)
  readonly steps?: PlayStepsDto;

  @ApiProperty({
    required: false,
    maxLength: 200,
    description: 'Of requests and commands: a retry with the same key is carried out once.',
  })
  @IfGiven()
  @IsString({ message: 'must be text' })
  @Length(1, 200)
  readonly idempotencyKey?: string;
}
