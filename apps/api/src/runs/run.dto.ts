/** Runs as REST tells them. */
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsISO8601, IsObject, IsOptional, IsString, Length, Matches, ValidateNested } from 'class-validator';
import { NEXT_CURSOR, PageQueryDto } from '../problems/page.dto.js';
import { RunSummaryDto, TotalsDto } from './run-views.dto.js';
import { AllocatorDto, ResolvedAllocatorDto } from '../reference/allocator.dto.js';

export const RUN_STATUSES = ['pending', 'running', 'done', 'failed', 'cancelled'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

const TRACE_ID = 'c6f1f3a0b5d94a0f5f0e2a8a3f2f1f55c7d0a2ddfcd07a1c3b4f5a6978812345';
const RUN_ID = '0b9a4c1e-5d2f-4c6b-8a7e-3f1d2c4b5a69';

export class CreateRunDto {
  @ApiProperty({ description: 'Id of a trace.', example: TRACE_ID })
  @IsString()
  @Matches(/^[0-9a-f]{64}$/, { message: 'must be the id of a trace: 64 hexadecimal digits' })
  readonly trace!: string;

  @ApiProperty({
    type: AllocatorDto,
    description: 'Without a profile, that of the Python version that the trace was recorded on, if the model has it.',
    example: { model: 'pymalloc', profile: 'cpython-3.11' },
  })
  @IsObject({ message: 'must be an object' })
  @ValidateNested()
  @Type(() => AllocatorDto)
  readonly allocator!: AllocatorDto;

  @ApiProperty({
    required: false,
    maxLength: 200,
    description: 'What to call the run.',
    example: 'list of dicts on 3.11',
  })
  @IsOptional()
  @IsString()
  @Length(0, 200)
  readonly name?: string;
}

export class RunListQueryDto extends PageQueryDto {
  @ApiProperty({ required: false, description: 'Only runs of this trace.', example: TRACE_ID })
  @IsOptional()
  @Matches(/^[0-9a-f]{64}$/, { message: 'must be the id of a trace: 64 hexadecimal digits' })
  readonly trace?: string;

  @ApiProperty({ required: false, description: 'Only runs on this model.', example: 'pymalloc' })
  @IsOptional()
  @IsString({ message: 'must be given once' })
  @Length(1, 64)
  readonly model?: string;

  @ApiProperty({ required: false, description: 'Only runs on this profile.', example: 'cpython-3.11' })
  @IsOptional()
  @IsString({ message: 'must be given once' })
  @Length(1, 64)
  readonly profile?: string;

  @ApiProperty({ required: false, enum: RUN_STATUSES, description: 'Only runs in this state.', example: 'done' })
  @IsOptional()
  @IsIn(RUN_STATUSES, { message: `must be one of ${RUN_STATUSES.join(', ')}` })
  readonly status?: RunStatus;

  @ApiProperty({ required: false, description: 'Only runs whose name contains this text.', example: 'dicts' })
  @IsOptional()
  @IsString({ message: 'must be given once' })
  @Length(1, 200)
  readonly name?: string;

  @ApiProperty({
    required: false,
    format: 'date-time',
    description: 'Created at this time or later.',
    example: '2026-11-01T00:00:00Z',
  })
  @IsOptional()
  @IsISO8601({ strict: true }, { message: 'must be an ISO 8601 time' })
  readonly createdFrom?: string;

  @ApiProperty({
    required: false,
    format: 'date-time',
    description: 'Created before this time.',
    example: '2026-12-01T00:00:00Z',
  })
  @IsOptional()
  @IsISO8601({ strict: true }, { message: 'must be an ISO 8601 time' })
  readonly createdTo?: string;
}

export class RunTraceDto {
  @ApiProperty({ example: TRACE_ID })
  readonly id!: string;

  @ApiProperty({ example: 'listdict20k' })
  readonly name!: string;

  @ApiProperty({ type: 'integer', example: 420305 })
  readonly events!: number;
}

export class RunModelVersionDto {
  @ApiProperty({ type: 'integer', description: 'The version that the run was made with.', example: 1 })
  readonly pinned!: number;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'The version now; null = the model is gone.',
    example: 1,
  })
  readonly current!: number | null;

  @ApiProperty({ description: 'If not, placements cannot be recomputed: rerun.', example: true })
  readonly matches!: boolean;
}

export class RunDto {
  @ApiProperty({ format: 'uuid', example: RUN_ID })
  readonly id!: string;

  @ApiProperty({ example: 'list of dicts on 3.11' })
  readonly name!: string;

  @ApiProperty({ enum: RUN_STATUSES, example: 'done' })
  readonly status!: RunStatus;

  @ApiProperty({ type: RunTraceDto })
  readonly trace!: RunTraceDto;

  @ApiProperty({ type: ResolvedAllocatorDto })
  readonly allocator!: ResolvedAllocatorDto;

  @ApiProperty({ type: RunModelVersionDto })
  readonly modelVersion!: RunModelVersionDto;

  @ApiProperty({ type: 'integer', description: 'Requests replayed so far.', example: 420305 })
  readonly progress!: number;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The session that became this run.',
    example: null,
  })
  readonly sessionId!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T14:45:15.000Z' })
  readonly createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-22T14:45:15.020Z' })
  readonly startedAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-22T14:45:15.120Z' })
  readonly finishedAt!: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    selfRequired: true,
    description: 'Why the run failed (a problem object), if it did.',
    example: null,
  })
  readonly problem!: Readonly<Record<string, unknown>> | null;
}

export class CreatedRunDto extends RunDto {
  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'Cancels and deletes it. Told this once: only its hash is kept. null = it came from a session, whose tokens do that.',
    example: 'hc_0b9a4c1e5d2f4c6b8a7e3f1d2c4b5a69_5rYyq8n1u2v3w4x5y6z7A8B9C0D1E2F3G4H5I6J7K8L',
  })
  readonly ownerToken!: string | null;
}

export class RunPageDto {
  @ApiProperty({ type: [RunDto] })
  readonly items!: readonly RunDto[];

  @ApiProperty(NEXT_CURSOR)
  readonly next!: string | null;
}

export class RunProgressDto {
  @ApiProperty({ format: 'uuid', example: RUN_ID })
  readonly runId!: string;

  @ApiProperty({ enum: RUN_STATUSES, example: 'running' })
  readonly status!: RunStatus;

  @ApiProperty({ type: 'integer', description: 'Requests replayed so far.', example: 262144 })
  readonly events!: number;

  @ApiProperty({ type: 'integer', example: 420305 })
  readonly total!: number;

  @ApiProperty({
    type: () => TotalsDto,
    required: false,
    description: 'Bytes and blocks after those requests; only while it runs.',
  })
  readonly totals?: TotalsDto;
}

export class RunDetailDto extends RunDto {
  @ApiProperty({ type: RunSummaryDto, nullable: true, description: 'null until the run is done.' })
  readonly summary!: Record<string, unknown> | null;
}
