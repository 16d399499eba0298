/** Comparisons as REST takes them; commands and policies are checked by hand. */
import { ApiProperty } from '@nestjs/swagger';
import {
  COLLECTION_MODES,
  type CollectionMode,
  type CollectionPolicy,
  MAX_POLICIES,
  MAX_WORKLOAD,
  type ProgramChoice,
  type ProgramCommand,
} from '@heapcast/contracts';
import { Type } from 'class-transformer';
import { IsArray, IsObject, IsOptional, IsString, Length, ValidateNested } from 'class-validator';
import { ProgramChoiceDto, ProgramCommandDto } from '../programs/program.dto.js';
import { AllocatorDto } from '../reference/allocator.dto.js';
import { SESSION_ID } from '../sessions/session.dto.js';

export class CollectionPolicyDto {
  @ApiProperty({ description: 'What to call it.', example: 'every 700 objects' })
  readonly name!: string;

  @ApiProperty({
    enum: COLLECTION_MODES,
    description: 'Nothing collects; the collector by its thresholds; or only after chosen commands.',
    example: 'automatic',
  })
  readonly gc!: CollectionMode;

  @ApiProperty({
    required: false,
    type: [Number],
    description: '`automatic`: gc.set_threshold.',
    example: [700, 10, 10],
  })
  readonly thresholds?: readonly number[];

  @ApiProperty({ required: false, type: 'integer', description: '`automatic`, mark-sweep: bytes.', example: 65536 })
  readonly heapBudget?: number;

  @ApiProperty({
    required: false,
    type: [Number],
    description: '`manual`: collects after so many commands of the workload.',
    example: [1000, 2000],
  })
  readonly collectAfter?: readonly number[];

  @ApiProperty({ required: false, enum: [0, 1, 2], description: '`manual`: which generation.', example: 2 })
  readonly generation?: 0 | 1 | 2;
}

export class CompareCollectionDto {
  @ApiProperty({ required: false, maxLength: 150, description: 'What to call it.', example: 'a list of cycles' })
  @IsOptional()
  @IsString()
  @Length(0, 150)
  readonly name?: string;

  @ApiProperty({
    required: false,
    type: [ProgramCommandDto],
    maxItems: MAX_WORKLOAD,
    description: 'The workload. Its own `gc` and `collect` commands are left out: the policies decide.',
    example: [
      { op: 'new', to: 'a', type: 'list' },
      { op: 'assign', to: 'a.self', value: { ref: 'a' } },
      { op: 'unset', place: 'a' },
    ],
  })
  @IsOptional()
  @IsArray({ message: 'must be a list of commands' })
  readonly commands?: readonly ProgramCommand[];

  @ApiProperty({
    required: false,
    format: 'uuid',
    description: 'Or the commands of this program session; its program and allocator, where none is given.',
    example: SESSION_ID,
  })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  readonly session?: string;

  @ApiProperty({ required: false, type: ProgramChoiceDto, example: { ownership: 'cpython', version: '3.11' } })
  @IsOptional()
  @IsObject({ message: 'must be an object such as { "ownership": "cpython" }' })
  readonly program?: ProgramChoice;

  @ApiProperty({ required: false, type: AllocatorDto, example: { model: 'pymalloc', profile: 'cpython-3.11' } })
  @IsOptional()
  @ValidateNested({ message: 'must be an object' })
  @Type(() => AllocatorDto)
  readonly allocator?: AllocatorDto;

  @ApiProperty({
    type: [CollectionPolicyDto],
    minItems: 1,
    maxItems: MAX_POLICIES,
    example: [
      { name: 'off', gc: 'off' },
      { name: 'usual', gc: 'automatic' },
      { name: 'at the end of each round', gc: 'manual', collectAfter: [1000, 2000] },
    ],
  })
  @IsArray({ message: 'must be a list of policies' })
  readonly policies!: readonly CollectionPolicy[];
}
