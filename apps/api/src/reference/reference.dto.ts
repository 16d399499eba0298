/** Allocator models as the reference tells them. */
import { ApiProperty } from '@nestjs/swagger';

export class OptionDto {
  @ApiProperty({ example: 'arenaSize' })
  readonly name!: string;

  @ApiProperty({ enum: ['integer', 'string', 'integers'], example: 'integer' })
  readonly type!: string;

  @ApiProperty({ required: false, type: [String], example: ['first-fit', 'best-fit'] })
  readonly choices?: readonly string[];

  @ApiProperty({ required: false, type: 'integer', example: 4096 })
  readonly minimum?: number;

  @ApiProperty({ required: false, type: 'integer', example: 1073741824 })
  readonly maximum?: number;

  @ApiProperty({ example: 'Bytes per arena.' })
  readonly description!: string;
}

export class ProfileDto {
  @ApiProperty({ example: 'cpython-3.11' })
  readonly name!: string;

  @ApiProperty({ example: 'CPython 3.11' })
  readonly title!: string;

  @ApiProperty({
    enum: ['recorded', 'documented'],
    example: 'recorded',
    description:
      '`recorded`: exact against recordings of the real allocator; `documented`: built from documented facts.',
  })
  readonly evidence!: string;

  @ApiProperty({ type: 'object', additionalProperties: true, example: { arenaSize: 1048576, poolSize: 16384 } })
  readonly options!: Readonly<Record<string, unknown>>;

  @ApiProperty({ required: false, example: 'No recording of such a build exists.' })
  readonly note?: string;
}

export class ModelDto {
  @ApiProperty({ example: 'pymalloc' })
  readonly name!: string;

  @ApiProperty({ example: "CPython's small object allocator" })
  readonly title!: string;

  @ApiProperty({ type: 'integer', example: 1, description: "Version of the model's placement rules." })
  readonly version!: number;

  @ApiProperty({ type: [OptionDto] })
  readonly options!: readonly OptionDto[];

  @ApiProperty({ type: [ProfileDto], description: 'The first one is the default.' })
  readonly profiles!: readonly ProfileDto[];
}
