/** An allocator configuration as clients write it and as the service answers it. */
import { ApiProperty } from '@nestjs/swagger';
import { IsObject, IsOptional, IsString, Length } from 'class-validator';

export class AllocatorDto {
  @ApiProperty({ description: 'Name of a model: see GET /v1/allocators.', example: 'pymalloc' })
  @IsString()
  @Length(1, 64)
  readonly model!: string;

  @ApiProperty({
    required: false,
    description: 'Preset of options; without it the first one of the model.',
    example: 'cpython-3.11',
  })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  readonly profile?: string;

  @ApiProperty({
    selfRequired: false,
    type: 'object',
    additionalProperties: true,
    description: 'Options that replace those of the profile.',
    example: { arenaSize: 262144 },
  })
  @IsOptional()
  @IsObject({ message: 'must be an object' })
  readonly options?: Readonly<Record<string, unknown>>;
}

export class ResolvedAllocatorDto {
  @ApiProperty({ example: 'pymalloc' })
  readonly model!: string;

  @ApiProperty({ example: 'cpython-3.11' })
  readonly profile!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'Every option with its value.',
    example: { arenaSize: 1048576, poolSize: 16384, alignment: 16, smallThreshold: 512 },
  })
  readonly options!: Readonly<Record<string, unknown>>;

  @ApiProperty({ type: 'integer', description: "Version of the model's placement rules.", example: 1 })
  readonly modelVersion!: number;
}
