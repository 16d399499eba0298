/** Snippets as REST takes and tells them. */
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { NEXT_CURSOR, PageQueryDto } from '../problems/page.dto.js';
import { AllocatorDto } from '../reference/allocator.dto.js';

export const SNIPPET_ID = '3c9d1e7a-52b4-4f0e-9a6d-8b7c6d5e4f31';
const TRACE_ID = 'c6f1f3a0b5d94a0f5f0e2a8a3f2f1f55c7d0a2ddfcd07a1c3b4f5a6978812345';
export const SNIPPET_LANGUAGES = ['python', 'c', 'c++'] as const;
export type SnippetLanguageName = (typeof SNIPPET_LANGUAGES)[number];
const STATUSES = ['waiting', 'running', 'finished'] as const;
const RECORDS = ['requests', 'lines', 'frames'] as const;
export const SNIPPET_OUTCOMES = [
  ...(['finished', 'exception', 'doesNotCompile', 'timeLimit', 'memoryLimit', 'outputLimit', 'eventLimit'] as const),
  ...(['killed', 'refused', 'interrupted', 'cancelled'] as const),
] as const;

export const LEAK_SOURCE = `void Leak() {
  int *a = new int[10];
}
void main() {
  Leak();
}
`;

class SnippetLimitsDto {
  @ApiProperty({
    required: false,
    type: 'integer',
    minimum: 10,
    description: 'Milliseconds that it may run.',
    example: 2000,
  })
  @IsOptional()
  @IsInt()
  @Min(10)
  @Max(3_600_000)
  readonly timeMs?: number;

  @ApiProperty({
    required: false,
    type: 'integer',
    description: "Bytes of memory; Python's interpreter is part of it (about 35 MB).",
    example: 67_108_864,
  })
  @IsOptional()
  @IsInt()
  @Min(2_097_152)
  @Max(2_147_483_648)
  readonly memoryBytes?: number;

  @ApiProperty({ required: false, type: 'integer', minimum: 0, description: 'Requests.', example: 100_000 })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(100_000_000)
  readonly events?: number;

  @ApiProperty({
    required: false,
    type: 'integer',
    minimum: 0,
    description: 'Executed lines that are recorded.',
    example: 1000,
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(10_000_000)
  readonly lines?: number;

  @ApiProperty({
    required: false,
    type: 'integer',
    minimum: 0,
    description: 'Bytes that it may print.',
    example: 65_536,
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(16_777_216)
  readonly outputBytes?: number;
}

export class CreateSnippetDto {
  @ApiProperty({ enum: SNIPPET_LANGUAGES, example: 'c++' })
  @IsIn(SNIPPET_LANGUAGES, { message: `must be one of ${SNIPPET_LANGUAGES.join(', ')}` })
  readonly language!: SnippetLanguageName;

  @ApiProperty({ description: 'The program.', example: LEAK_SOURCE })
  @IsString()
  readonly source!: string;

  @ApiProperty({
    required: false,
    description:
      'What its file is called, in call paths and messages. Without it: snippet.py, snippet.c or snippet.cc.',
    example: 'leak.cc',
  })
  @IsOptional()
  @Matches(/^\w[\w.-]{0,99}$/, { message: 'must be a plain file name of at most 100 letters, digits, _, - and .' })
  readonly file?: string;

  @ApiProperty({
    required: false,
    type: [String],
    maxItems: 32,
    description: '`sys.argv[1:]`, `argv[1]` …',
    example: ['7'],
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(32)
  @IsString({ each: true })
  @MaxLength(200, { each: true })
  readonly args?: readonly string[];

  @ApiProperty({
    required: false,
    enum: RECORDS,
    default: 'requests',
    description:
      'What is recorded beside output: `requests` of memory with line and call path; `lines`: also each line that is executed, as a mark whose site is the line; `frames`: also the locals of every frame at each line, as JSON in the label of a mark. Lines and frames: Python only.',
    example: 'requests',
  })
  @IsOptional()
  @IsIn(RECORDS, { message: `must be one of ${RECORDS.join(', ')}` })
  readonly record?: (typeof RECORDS)[number];

  @ApiProperty({
    required: false,
    type: SnippetLimitsDto,
    description: "Narrower limits than the service's own; wider ones are cut to those.",
  })
  @IsOptional()
  @IsObject({ message: 'must be an object' })
  @ValidateNested()
  @Type(() => SnippetLimitsDto)
  readonly limits?: SnippetLimitsDto;

  @ApiProperty({
    required: false,
    type: AllocatorDto,
    description:
      'The allocator that its session places the requests on. Without it: for Python pymalloc as in a 32-bit build, for C and C++ a free list. POST /v1/runs on the trace replays it on any other.',
    example: { model: 'pymalloc', profile: 'cpython-3.14-32bit' },
  })
  @IsOptional()
  @IsObject({ message: 'must be an object' })
  @ValidateNested()
  @Type(() => AllocatorDto)
  readonly allocator?: AllocatorDto;

  @ApiProperty({
    required: false,
    maxLength: 200,
    description: 'What to call its session and run. Without it: its file.',
    example: 'a leak',
  })
  @IsOptional()
  @IsString()
  @Length(0, 200)
  readonly name?: string;

  @ApiProperty({
    required: false,
    enum: ['public', 'private'],
    default: 'public',
    description: '`public`: everyone may read. `private`: only holders of a token of its session.',
    example: 'public',
  })
  @IsOptional()
  @IsIn(['public', 'private'], { message: 'must be public or private' })
  readonly visibility?: 'public' | 'private';

  @ApiProperty({ required: false, maxLength: 40, description: 'Display name of whoever orders it.', example: 'Ada' })
  @IsOptional()
  @IsString()
  @Length(0, 40)
  readonly owner?: string;
}

export class SnippetListQueryDto extends PageQueryDto {
  @ApiProperty({ required: false, enum: STATUSES, description: 'Only snippets in this state.', example: 'finished' })
  @IsOptional()
  @IsIn(STATUSES, { message: `must be one of ${STATUSES.join(', ')}` })
  readonly status?: (typeof STATUSES)[number];

  @ApiProperty({
    required: false,
    enum: SNIPPET_LANGUAGES,
    description: 'Only snippets in this language.',
    example: 'python',
  })
  @IsOptional()
  @IsIn(SNIPPET_LANGUAGES, { message: `must be one of ${SNIPPET_LANGUAGES.join(', ')}` })
  readonly language?: SnippetLanguageName;

  @ApiProperty({
    required: false,
    enum: SNIPPET_OUTCOMES,
    description: 'Only snippets that ended so.',
    example: 'finished',
  })
  @IsOptional()
  @IsIn(SNIPPET_OUTCOMES, { message: `must be one of ${SNIPPET_OUTCOMES.join(', ')}` })
  readonly outcome?: (typeof SNIPPET_OUTCOMES)[number];
}

export class SnippetDto {
  @ApiProperty({ format: 'uuid', description: 'Of the snippet and of its session.', example: SNIPPET_ID })
  readonly id!: string;

  @ApiProperty({ enum: STATUSES, example: 'finished' })
  readonly status!: string;

  @ApiProperty({
    type: String,
    enum: SNIPPET_OUTCOMES,
    nullable: true,
    description:
      'How it ended: `exception` covers traps and exit statuses other than 0; the limits stopped it where they are reached; `killed`: its process died; `refused`: it was not run; `interrupted`: the service ended while it ran; `cancelled`: a holder of a token ended it. null = it has not ended.',
    example: 'finished',
  })
  readonly outcome!: string | null;

  @ApiProperty({ enum: SNIPPET_LANGUAGES, example: 'c++' })
  readonly language!: string;

  @ApiProperty({ example: 'snippet.cc' })
  readonly file!: string;

  @ApiProperty({ example: 'a leak' })
  readonly name!: string;

  @ApiProperty({ enum: ['public', 'private'], example: 'public' })
  readonly visibility!: string;

  @ApiProperty({
    format: 'uuid',
    description: 'The session that has its requests, live while it runs.',
    example: SNIPPET_ID,
  })
  readonly sessionId!: string;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The run that the session became.',
    example: '0b9a4c1e-5d2f-4c6b-8a7e-3f1d2c4b5a69',
  })
  readonly runId!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Its requests: POST /v1/runs replays them on any allocator.',
    example: TRACE_ID,
  })
  readonly traceId!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T18:45:15.000Z' })
  readonly createdAt!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When it had its turn.',
    example: '2026-11-22T18:45:15.100Z',
  })
  readonly startedAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-22T18:45:15.900Z' })
  readonly finishedAt!: string | null;
}

export class SnippetPageDto {
  @ApiProperty({ type: [SnippetDto] })
  readonly items!: readonly SnippetDto[];

  @ApiProperty(NEXT_CURSOR)
  readonly next!: string | null;
}
