/** What the scenario endpoints take. */
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { AllocatorDto } from '../reference/allocator.dto.js';

export const MOST_WAIT_SECONDS = 60;
const VISIBILITIES = ['public', 'private'] as const;
const PARAMETERS = {
  selfRequired: false,
  type: 'object',
  additionalProperties: true,
  description: 'Values of the parameters that the scenario lists; the others are as usual.',
} as const;
const ALLOCATOR = {
  required: false,
  type: AllocatorDto,
  description: 'Another allocator than the usual one of the scenario.',
  example: { model: 'pymalloc', profile: 'cpython-3.13' },
} as const;

export class CreateScenarioSessionDto {
  @ApiProperty({
    required: false,
    description: 'Which side of the scenario to play; without it the first.',
    example: 'leak',
  })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  readonly side?: string;

  @ApiProperty({ ...PARAMETERS, example: { calls: 8 } })
  @IsOptional()
  @IsObject({ message: 'must be an object' })
  readonly parameters?: Readonly<Record<string, unknown>>;

  @ApiProperty(ALLOCATOR)
  @IsOptional()
  @ValidateNested({ message: 'must be an object' })
  @Type(() => AllocatorDto)
  readonly allocator?: AllocatorDto;

  @ApiProperty({ required: false, maxLength: 200, description: 'Without it, the title.', example: 'lesson 3' })
  @IsOptional()
  @IsString()
  @Length(0, 200)
  readonly name?: string;

  @ApiProperty({ required: false, enum: VISIBILITIES, default: 'public', example: 'public' })
  @IsOptional()
  @IsIn(VISIBILITIES, { message: 'must be public or private' })
  readonly visibility?: 'public' | 'private';

  @ApiProperty({ required: false, maxLength: 40, description: 'Display name of whoever opens it.', example: 'Ada' })
  @IsOptional()
  @IsString()
  @Length(0, 40)
  readonly owner?: string;
}

export class PlayStepsDto {
  @ApiProperty({
    required: false,
    type: 'integer',
    minimum: 1,
    default: 1,
    description: 'So many further steps.',
    example: 1,
  })
  @IsOptional()
  @IsInt({ message: 'must be a whole number' })
  @Min(1, { message: 'must be at least 1' })
  @Max(10_000, { message: 'must be at most 10000' })
  readonly count?: number;

  @ApiProperty({
    required: false,
    type: 'integer',
    minimum: 0,
    description: 'Until step so many is done; nothing happens if it is done already, so a retry is safe.',
    example: 3,
  })
  @IsOptional()
  @IsInt({ message: 'must be a whole number' })
  @Min(0, { message: 'must not be negative' })
  @Max(10_000, { message: 'must be at most 10000' })
  readonly until?: number;

  @ApiProperty({ required: false, description: 'All steps that are left.', example: true })
  @IsOptional()
  @IsBoolean({ message: 'must be true or false' })
  readonly all?: boolean;
}

const WAIT = {
  required: false,
  type: 'integer',
  minimum: 0,
  maximum: MOST_WAIT_SECONDS,
  description: 'Seconds to wait for the runs before the answer is given without their numbers.',
  example: 20,
} as const;

export class CreateScenarioRunsDto {
  @ApiProperty({ ...PARAMETERS, example: { iterations: 100000, python: '3.8.18' } })
  @IsOptional()
  @IsObject({ message: 'must be an object' })
  readonly parameters?: Readonly<Record<string, unknown>>;

  @ApiProperty({
    required: false,
    type: [String],
    description: 'Only these sides; without it, all of them.',
    example: ['give-back', 'keep-one'],
  })
  @IsOptional()
  @IsArray({ message: 'must be a list' })
  @ArrayMinSize(1, { message: 'must name at least one side' })
  @ArrayMaxSize(8, { message: 'must name at most 8 sides' })
  @IsString({ each: true, message: 'must be names of sides' })
  readonly sides?: readonly string[];

  @ApiProperty(ALLOCATOR)
  @IsOptional()
  @ValidateNested({ message: 'must be an object' })
  @Type(() => AllocatorDto)
  readonly allocator?: AllocatorDto;

  @ApiProperty({ ...WAIT, default: 20 })
  @IsOptional()
  @IsInt({ message: 'must be a whole number' })
  @Min(0, { message: 'must not be negative' })
  @Max(MOST_WAIT_SECONDS, { message: `must be at most ${MOST_WAIT_SECONDS}` })
  readonly wait?: number;
}

export class ScenarioRunsQueryDto {
  @ApiProperty({
    required: false,
    description: 'Ids of runs that this scenario made, with commas between them, in the order of the sides.',
    example: '0b9a4c1e-5d2f-4c6b-8a7e-3f1d2c4b5a69,1c9a4c1e-5d2f-4c6b-8a7e-3f1d2c4b5a70',
  })
  @IsOptional()
  @IsString({ message: 'must be given once: ids with commas between them' })
  @Length(36, 36 * 8 + 7, { message: 'must be one to eight ids with commas between them' })
  readonly runs?: string;

  @ApiProperty({
    required: false,
    format: 'uuid',
    description: '`making.id` of an earlier answer: the runs, or how far their traces are.',
    example: '5f0c7a52-3d1e-4b7a-9a55-0c9d8e7f6a5b',
  })
  @IsOptional()
  @IsUUID(undefined, { message: 'must be the `making.id` of an earlier answer' })
  readonly making?: string;
}
