/** Sizes as they are answered. */
import { ApiProperty } from '@nestjs/swagger';

export class FieldDto {
  @ApiProperty({ example: 'ob_item' })
  readonly name!: string;

  @ApiProperty({ example: 'PyObject**' })
  readonly type!: string;

  @ApiProperty({ type: 'integer', example: 24, description: 'Bytes from the beginning of the struct.' })
  readonly offset!: number;

  @ApiProperty({ type: 'integer', example: 8 })
  readonly size!: number;

  @ApiProperty({ type: 'integer', example: 0, description: 'Unused bytes after it.' })
  readonly padding!: number;
}

export class PartDto {
  @ApiProperty({ example: 'PyListObject', description: 'A struct, or what else the bytes are for.' })
  readonly what!: string;

  @ApiProperty({ type: 'integer', example: 40 })
  readonly bytes!: number;

  @ApiProperty({ example: true, description: 'Whether sys.getsizeof counts it.' })
  readonly counted!: boolean;

  @ApiProperty({ required: false, example: '10 * 8' })
  readonly formula?: string;

  @ApiProperty({ required: false, example: 'listobject.h', description: 'Where CPython declares the struct.' })
  readonly source?: string;

  @ApiProperty({
    required: false,
    type: [FieldDto],
    description: 'Members of the struct; with one version and platform.',
  })
  readonly fields?: readonly FieldDto[];
}

export class BlockDto {
  @ApiProperty({
    enum: ['pymalloc', 'system', 'none'],
    example: 'pymalloc',
    description: 'Who serves the request: pymalloc, malloc of the C library, or nobody (part of the interpreter).',
  })
  readonly allocator!: string;

  @ApiProperty({ required: false, type: 'integer', example: 5, description: 'Index of the size class.' })
  readonly sizeClass?: number;

  @ApiProperty({ required: false, type: 'integer', example: 96, description: 'Bytes of the block.' })
  readonly blockBytes?: number;

  @ApiProperty({
    required: false,
    type: 'integer',
    example: 0,
    description: 'Bytes of the block that nobody asked for.',
  })
  readonly lost?: number;

  @ApiProperty({ required: false, example: 'cpython-3.13', description: 'Profile of the pymalloc model.' })
  readonly profile?: string;

  @ApiProperty({ required: false, example: 'larger than 512 bytes' })
  readonly reason?: string;
}

export class RequestDto {
  @ApiProperty({ example: 'object' })
  readonly what!: string;

  @ApiProperty({ type: 'integer', example: 56, description: 'Bytes that the allocator is asked for, header included.' })
  readonly bytes!: number;

  @ApiProperty({ type: 'integer', example: 1, description: 'How many such requests.' })
  readonly times!: number;

  @ApiProperty({ enum: ['object', 'memory', 'static'], example: 'object' })
  readonly domain!: string;

  @ApiProperty({ type: [PartDto] })
  readonly parts!: readonly PartDto[];

  @ApiProperty({ type: BlockDto })
  readonly block!: BlockDto;
}

export class RecordedDto {
  @ApiProperty({ example: '[1,2,3]', description: 'The sample that was measured.' })
  readonly sample!: string;

  @ApiProperty({ example: '3.13.0' })
  readonly build!: string;

  @ApiProperty({ type: 'integer', example: 88 })
  readonly size!: number;
}

export class SizedObjectDto {
  @ApiProperty({ example: '{"k": (1, 2)}' })
  readonly source!: string;

  @ApiProperty({ example: 'dict' })
  readonly type!: string;

  @ApiProperty({ type: 'integer', example: 184 })
  readonly size!: number;

  @ApiProperty({ example: '16 + 48 + 32 + 8 + 80' })
  readonly formula!: string;

  @ApiProperty({ type: 'integer', example: 1, description: 'References to it from the other objects.' })
  readonly references!: number;

  @ApiProperty({ example: false, description: 'It existed before: a small int, a one-character string, None.' })
  readonly isShared!: boolean;

  @ApiProperty({ example: false, description: 'Kept by the code from the time it was compiled.' })
  readonly isConstant!: boolean;

  @ApiProperty({ type: [BlockDto], description: 'The block of each of its requests.' })
  readonly blocks!: readonly BlockDto[];
}

export class SharedSizeDto {
  @ApiProperty({ type: 'integer', example: 3 })
  readonly objects!: number;

  @ApiProperty({ type: 'integer', example: 98 })
  readonly size!: number;
}

export class DeepSizeDto {
  @ApiProperty({ type: 'integer', example: 458, description: 'Bytes of all that can be reached, each object once.' })
  readonly size!: number;

  @ApiProperty({ type: 'integer', example: 7 })
  readonly objects!: number;

  @ApiProperty({ type: SharedSizeDto, description: 'Of those, what existed before and costs nothing more.' })
  readonly shared!: SharedSizeDto;

  @ApiProperty({ type: 'integer', example: 360, description: 'Bytes of all requests.' })
  readonly requested!: number;

  @ApiProperty({ type: 'integer', example: 24, description: 'Bytes that rounding to blocks loses.' })
  readonly lost!: number;

  @ApiProperty({ type: [SizedObjectDto], description: 'The whole first; at most 100, with several rows 10.' })
  readonly listed!: readonly SizedObjectDto[];
}

/** What every row of a table begins with. */
export class SizeRowDto {
  @ApiProperty({ required: false, example: '3.13', description: 'CPython; absent for C types.' })
  readonly version?: string;

  @ApiProperty({ example: 'linux-64' })
  readonly platform!: string;

  @ApiProperty({ example: 'lp64' })
  readonly dataModel!: string;

  @ApiProperty({ type: 'integer', example: 88, description: 'Bytes: sys.getsizeof, or sizeof of a C type.' })
  readonly size!: number;

  @ApiProperty({
    enum: ['measured', 'computed'],
    example: 'measured',
    description: '`measured`: this very object was recorded, with the same result; `computed` from the layouts alone.',
  })
  readonly evidence!: string;

  @ApiProperty({ required: false, type: RecordedDto })
  readonly recorded?: RecordedDto;

  @ApiProperty({ required: false, example: '16 + 40 + 32' })
  readonly formula?: string;

  @ApiProperty({ required: false, type: [RequestDto] })
  readonly requests?: readonly RequestDto[];

  @ApiProperty({ required: false, type: 'integer', example: 88, description: 'Bytes of all requests.' })
  readonly requested?: number;

  @ApiProperty({ required: false, type: 'integer', example: 8, description: 'Bytes that rounding to blocks loses.' })
  readonly lost?: number;

  @ApiProperty({ required: false, type: 'integer', example: 8, description: 'Of a C type.' })
  readonly align?: number;

  @ApiProperty({ required: false, type: [FieldDto], description: 'Members of a C struct.' })
  readonly fields?: readonly FieldDto[];

  @ApiProperty({ required: false, type: 'integer', example: 3, description: 'Unused bytes in a C struct.' })
  readonly padding?: number;

  @ApiProperty({ required: false, type: DeepSizeDto, description: 'Of an expression.' })
  readonly deep?: DeepSizeDto;
}

export class SizeofDto {
  @ApiProperty({ required: false, example: 'list' })
  readonly type?: string;

  @ApiProperty({ required: false, type: 'integer', example: 3 })
  readonly n?: number;

  @ApiProperty({ required: false, example: 'literal' })
  readonly variant?: string;

  @ApiProperty({ required: false, example: '[1, "a", {"k": (1, 2)}]' })
  readonly expression?: string;

  @ApiProperty({ required: false, example: 'int[10]' })
  readonly ctype?: string;

  @ApiProperty({ required: false, example: 'Entries were only added.', description: 'What is taken for granted.' })
  readonly assumes?: string;

  @ApiProperty({ type: [SizeRowDto], description: 'One row for each version on each platform.' })
  readonly table!: readonly SizeRowDto[];
}
