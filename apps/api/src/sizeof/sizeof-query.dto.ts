/** Questions about sizes. */
import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { MOST_ITEMS } from '@heapcast/sizeof';
import { WholeNumber } from '../problems/whole-number.js';

const VERSION = {
  required: false,
  default: '3.13',
  description: 'CPython versions, with commas, or `all`: 2.7 and 3.6 to 3.14.',
  example: '2.7,3.13',
};

const PLATFORM = {
  required: false,
  default: 'linux-64',
  description:
    'Platforms, with commas: `linux-64` (LP64), `windows-64` (LLP64), `32-bit` (ILP32, as WebAssembly lays it out), ' +
    '`linux-32` (ILP32 of i386); or `all` for the first three.',
  example: 'linux-64,windows-64',
};

export class BuildsQueryDto {
  @ApiProperty(VERSION)
  @IsOptional()
  @IsString({ message: 'must be given once' })
  @MaxLength(200)
  readonly version?: string;

  @ApiProperty(PLATFORM)
  @IsOptional()
  @IsString({ message: 'must be given once' })
  @MaxLength(200)
  readonly platform?: string;
}

export class SizeofQueryDto extends BuildsQueryDto {
  @ApiProperty({
    required: false,
    description:
      'A Python type: see GET /v1/sizeof/types; or else a C type. Give one of `type`, `expression` and `ctype`.',
    example: 'list',
  })
  @IsOptional()
  @IsString({ message: 'must be given once' })
  @MaxLength(200)
  readonly type?: string;

  @ApiProperty({
    required: false,
    description:
      'A Python expression of literals, displays, arithmetic on them, and calls of list, tuple, set, frozenset, dict, ' +
      'range, bytearray, bytes and object: up to 2000 characters, 50 nested brackets.',
    example: '[1, "a", {"k": (1, 2)}]',
  })
  @IsOptional()
  @IsString({ message: 'must be given once' })
  readonly expression?: string;

  @ApiProperty({
    required: false,
    description: 'A C type: `unsigned long`, `char *`, `int[10]`, `struct { char c; int n; }`.',
    example: 'struct { char c; int n; }',
  })
  @IsOptional()
  @IsString({ message: 'must be given once' })
  readonly ctype?: string;

  @WholeNumber({
    minimum: 0,
    maximum: MOST_ITEMS,
    optional: true,
    example: 10,
    description: 'With `type`: how many. What is counted is the type’s: elements, characters, bits, slots.',
  })
  readonly n?: number;

  @ApiProperty({
    required: false,
    description: 'With `type`: how it was made, or what it holds; without it, the first of the type’s variants.',
    example: 'append',
  })
  @IsOptional()
  @IsString({ message: 'must be given once' })
  @MaxLength(40)
  readonly variant?: string;
}

export class GrowthQueryDto extends BuildsQueryDto {
  @ApiProperty({ description: 'A Python type that keeps room for more elements.', example: 'list' })
  @IsString({ message: 'must be given once' })
  @MaxLength(200)
  readonly type!: string;

  @WholeNumber({
    minimum: 0,
    maximum: MOST_ITEMS,
    default: 100,
    example: 100,
    description: 'Elements at the end, added one at a time.',
  })
  readonly n?: number;

  @ApiProperty({ required: false, description: 'One of the variants under `grows` of the type.', example: 'append' })
  @IsOptional()
  @IsString({ message: 'must be given once' })
  @MaxLength(40)
  readonly variant?: string;
}
