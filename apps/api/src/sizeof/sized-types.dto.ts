/** What is known, and how containers grow, as they are answered. */
import { ApiProperty } from '@nestjs/swagger';

export class CountDto {
  @ApiProperty({ example: 'elements' })
  readonly what!: string;

  @ApiProperty({ type: 'integer', example: 0 })
  readonly default!: number;

  @ApiProperty({ type: 'integer', example: 1000000000 })
  readonly maximum!: number;
}

export class VariantDto {
  @ApiProperty({ example: 'append' })
  readonly name!: string;

  @ApiProperty({ example: 'append, one at a time, or a list comprehension' })
  readonly title!: string;
}

export class SizedTypeDto {
  @ApiProperty({ example: 'list' })
  readonly name!: string;

  @ApiProperty({ example: 'a list' })
  readonly title!: string;

  @ApiProperty({ example: 'containers' })
  readonly group!: string;

  @ApiProperty({ type: [String], example: [] })
  readonly aliases!: readonly string[];

  @ApiProperty({ type: [String], example: ['3.12', '3.13'] })
  readonly versions!: readonly string[];

  @ApiProperty({ required: false, type: CountDto, description: 'What `n` counts; absent when the type has one size.' })
  readonly n?: CountDto;

  @ApiProperty({ type: [VariantDto], description: 'The first is the default.' })
  readonly variants!: readonly VariantDto[];

  @ApiProperty({ type: [String], example: ['append'], description: 'Variants that grow in steps: /v1/sizeof/growth.' })
  readonly grows!: readonly string[];

  @ApiProperty({ required: false, example: 'The empty tuple exists once.' })
  readonly assumes?: string;
}

export class PlatformDto {
  @ApiProperty({ example: 'linux-64' })
  readonly name!: string;

  @ApiProperty({ example: 'lp64' })
  readonly dataModel!: string;

  @ApiProperty({ example: '64-bit Linux (LP64)' })
  readonly title!: string;
}

export class SizedTypesDto {
  @ApiProperty({ type: [String], example: ['2.7', '3.6'] })
  readonly versions!: readonly string[];

  @ApiProperty({ type: [PlatformDto] })
  readonly platforms!: readonly PlatformDto[];

  @ApiProperty({ type: [SizedTypeDto] })
  readonly types!: readonly SizedTypeDto[];

  @ApiProperty({ type: [String], example: ['char', 'unsigned long'], description: 'Basic C types that are read.' })
  readonly ctypes!: readonly string[];
}

export class GrowthStepDto {
  @ApiProperty({ type: 'integer', example: 5, description: 'Fewest elements of this size.' })
  readonly from!: number;

  @ApiProperty({ type: 'integer', example: 8, description: 'Most elements of this size.' })
  readonly to!: number;

  @ApiProperty({ type: 'integer', example: 120, description: 'Bytes, as sys.getsizeof counts.' })
  readonly size!: number;
}

export class GrowthRowDto {
  @ApiProperty({ example: '3.13' })
  readonly version!: string;

  @ApiProperty({ example: 'linux-64' })
  readonly platform!: string;

  @ApiProperty({ type: [GrowthStepDto] })
  readonly steps!: readonly GrowthStepDto[];

  @ApiProperty({ example: true, description: 'False when there are more than 500 steps: the first ones are given.' })
  readonly complete!: boolean;
}

export class GrowthDto {
  @ApiProperty({ example: 'list' })
  readonly type!: string;

  @ApiProperty({ example: 'append' })
  readonly variant!: string;

  @ApiProperty({ type: 'integer', example: 100 })
  readonly n!: number;

  @ApiProperty({ type: [GrowthRowDto] })
  readonly table!: readonly GrowthRowDto[];
}
