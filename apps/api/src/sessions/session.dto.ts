/** Sessions as REST takes and tells them. */
import { type ProgramChoice, SESSION_KINDS, type SessionKind } from '@heapcast/contracts';
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsIn,
  IsInt,
  IsISO8601,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { NEXT_CURSOR, PageQueryDto } from '../problems/page.dto.js';
import { ProgramChoiceDto } from '../programs/program.dto.js';
import { AllocatorDto, ResolvedAllocatorDto } from '../reference/allocator.dto.js';

export const SESSION_ID = '7d0f2a4e-1b3c-4d5e-8f60-9a1b2c3d4e5f';
const VISIBILITIES = ['public', 'private'] as const;
const STATUSES = ['open', 'finished'] as const;
const KIND = {
  enum: SESSION_KINDS,
  description:
    'What its requests come from: clients one by one, the commands of a program, code that ran in the sandbox.',
} as const;
const ROLES = ['owner', 'editor', 'viewer'] as const;

const NAME = { required: false, maxLength: 200, description: 'What to call it.', example: 'first steps' } as const;
const OWNER = {
  required: false,
  maxLength: 40,
  description: 'Display name of whoever opens it.',
  example: 'Ada',
} as const;
const VISIBILITY = {
  required: false,
  enum: VISIBILITIES,
  description: '`public`: everyone may read. `private`: only holders of a token.',
  example: 'public',
} as const;

export class CreateSessionDto {
  @ApiProperty({
    required: false,
    type: AllocatorDto,
    description: 'Without it: pymalloc with its first profile.',
    example: { model: 'pymalloc', profile: 'cpython-3.11' },
  })
  @IsOptional()
  @ValidateNested({ message: 'must be an object' })
  @Type(() => AllocatorDto)
  readonly allocator?: AllocatorDto;

  @ApiProperty({
    required: false,
    type: ProgramChoiceDto,
    description:
      'Makes it a program session, which takes commands in the place of requests. Its allocator without `allocator`: pymalloc, for a `manual` program a free list.',
    example: { ownership: 'cpython', version: '3.11' },
  })
  @IsOptional()
  @IsObject({ message: 'must be an object such as { "ownership": "manual" }' })
  readonly program?: ProgramChoice;

  @ApiProperty(NAME)
  @IsOptional()
  @IsString()
  @Length(0, 200)
  readonly name?: string;

  @ApiProperty({ ...VISIBILITY, default: 'public' })
  @IsOptional()
  @IsIn(VISIBILITIES, { message: 'must be public or private' })
  readonly visibility?: 'public' | 'private';

  @ApiProperty(OWNER)
  @IsOptional()
  @IsString()
  @Length(0, 40)
  readonly owner?: string;
}

export class ChangeSessionDto {
  @ApiProperty(NAME)
  @IsOptional()
  @IsString()
  @Length(0, 200)
  readonly name?: string;

  @ApiProperty(VISIBILITY)
  @IsOptional()
  @IsIn(VISIBILITIES, { message: 'must be public or private' })
  readonly visibility?: 'public' | 'private';
}

export class ForkSessionDto {
  @ApiProperty({
    required: false,
    type: 'integer',
    minimum: 0,
    description:
      'The fork starts as the session was after its first `at` events; without it, after the last. A program session is forked after the whole command that made the event.',
    example: 12,
  })
  @IsOptional()
  @IsInt({ message: 'must be a whole number' })
  @Min(0, { message: 'must not be negative' })
  @Max(Number.MAX_SAFE_INTEGER, { message: 'must be a number of events' })
  readonly at?: number;

  @ApiProperty({ ...NAME, description: 'What to call the fork; without it, as the session.' })
  @IsOptional()
  @IsString()
  @Length(0, 200)
  readonly name?: string;

  @ApiProperty({ ...VISIBILITY, description: 'Without it, as the session.' })
  @IsOptional()
  @IsIn(VISIBILITIES, { message: 'must be public or private' })
  readonly visibility?: 'public' | 'private';

  @ApiProperty(OWNER)
  @IsOptional()
  @IsString()
  @Length(0, 40)
  readonly owner?: string;
}

export class IssueTokenDto {
  @ApiProperty({ enum: ROLES, description: 'What the token allows.', example: 'editor' })
  @IsIn(ROLES, { message: `must be one of ${ROLES.join(', ')}` })
  readonly role!: 'owner' | 'editor' | 'viewer';

  @ApiProperty({ required: false, maxLength: 100, description: 'Whom it is for.', example: 'for Grace' })
  @IsOptional()
  @IsString()
  @Length(0, 100)
  readonly label?: string;

  @ApiProperty({
    required: false,
    format: 'date-time',
    description: 'Until when it holds; without it, until it is revoked.',
    example: '2027-01-01T00:00:00Z',
  })
  @IsOptional()
  @IsISO8601({ strict: true }, { message: 'must be an ISO 8601 time' })
  readonly expiresAt?: string;
}

export class SessionListQueryDto extends PageQueryDto {
  @ApiProperty({ required: false, enum: STATUSES, description: 'Only sessions in this state.', example: 'open' })
  @IsOptional()
  @IsIn(STATUSES, { message: 'must be open or finished' })
  readonly status?: 'open' | 'finished';

  @ApiProperty({ ...KIND, required: false, description: 'Only sessions of this kind.', example: 'program' })
  @IsOptional()
  @IsIn(SESSION_KINDS, { message: `must be one of ${SESSION_KINDS.join(', ')}` })
  readonly kind?: SessionKind;

  @ApiProperty({ required: false, description: 'Only sessions on this model.', example: 'pymalloc' })
  @IsOptional()
  @IsString({ message: 'must be given once' })
  @Length(1, 64)
  readonly model?: string;

  @ApiProperty({ required: false, description: 'Only sessions on this profile.', example: 'cpython-3.11' })
  @IsOptional()
  @IsString({ message: 'must be given once' })
  @Length(1, 64)
  readonly profile?: string;

  @ApiProperty({ required: false, description: 'Only sessions whose name contains this text.', example: 'steps' })
  @IsOptional()
  @IsString({ message: 'must be given once' })
  @Length(1, 200)
  readonly name?: string;
}

export class ForkOriginDto {
  @ApiProperty({ format: 'uuid', example: SESSION_ID })
  readonly sessionId!: string;

  @ApiProperty({ type: 'integer', description: 'Events that were taken over.', example: 12 })
  readonly seq!: number;
}

export class SessionDto {
  @ApiProperty({ format: 'uuid', example: SESSION_ID })
  readonly id!: string;

  @ApiProperty({ example: 'first steps' })
  readonly name!: string;

  @ApiProperty({ enum: VISIBILITIES, example: 'public' })
  readonly visibility!: 'public' | 'private';

  @ApiProperty({ enum: STATUSES, example: 'open' })
  readonly status!: 'open' | 'finished';

  @ApiProperty({ ...KIND, example: 'allocator' })
  readonly kind!: SessionKind;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description:
      'How a program or snippet was set up, which scenario is played, which run was gone on from (`origin`); null = none of that.',
    example: null,
  })
  readonly settings!: Readonly<Record<string, unknown>> | null;

  @ApiProperty({ description: 'Display name of whoever opened it; may be empty.', example: 'Ada' })
  readonly owner!: string;

  @ApiProperty({ type: 'integer', description: "The last event's number; 0 = nothing happened yet.", example: 42 })
  readonly seq!: number;

  @ApiProperty({ type: ResolvedAllocatorDto })
  readonly allocator!: ResolvedAllocatorDto;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T14:45:15.000Z' })
  readonly createdAt!: string;

  @ApiProperty({
    format: 'date-time',
    description: 'When it, or what it holds, last changed.',
    example: '2026-11-22T14:46:00.000Z',
  })
  readonly updatedAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  readonly finishedAt!: string | null;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The run that a finished session became.',
    example: null,
  })
  readonly runId!: string | null;

  @ApiProperty({ type: ForkOriginDto, nullable: true, description: 'Where a fork comes from.', example: null })
  readonly forkedFrom!: ForkOriginDto | null;
}

export class SessionPageDto {
  @ApiProperty({ type: [SessionDto] })
  readonly items!: readonly SessionDto[];

  @ApiProperty(NEXT_CURSOR)
  readonly next!: string | null;
}

export class SessionTotalsDto {
  @ApiProperty({ type: 'integer', example: 42 })
  readonly events!: number;

  @ApiProperty({ type: 'integer', description: 'Live blocks that the model placed.', example: 17 })
  readonly liveBlocks!: number;

  @ApiProperty({ type: 'integer', description: 'Bytes that those were asked for.', example: 408 })
  readonly requestedBytes!: number;

  @ApiProperty({ type: 'integer', description: 'Bytes that those occupy.', example: 544 })
  readonly allocatedBytes!: number;

  @ApiProperty({ type: 'integer', description: 'Bytes held from the simulated system.', example: 1048576 })
  readonly mappedBytes!: number;

  @ApiProperty({ type: 'integer', description: 'Live blocks at the system allocator beside the model.', example: 0 })
  readonly rawBlocks!: number;

  @ApiProperty({ type: 'integer', example: 0 })
  readonly rawBytes!: number;
}

export class SessionLedgerDto {
  @ApiProperty({ type: 'integer', description: 'The sum of the entries.', example: 1048576 })
  readonly mapped!: number;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description: 'Where the mapped bytes are, by headings of the model.',
    example: {
      requested: 408,
      rounding: 136,
      poolHeaders: 48,
      poolTails: 0,
      freeBlocks: 15792,
      freePools: 1015808,
      arenaAlignment: 16384,
    },
  })
  readonly entries!: Readonly<Record<string, number>>;
}

export class SessionDetailDto extends SessionDto {
  @ApiProperty({ type: SessionTotalsDto })
  readonly totals!: SessionTotalsDto;

  @ApiProperty({ type: SessionLedgerDto })
  readonly ledger!: SessionLedgerDto;

  @ApiProperty({ type: 'integer', description: 'Subscribers now.', example: 3 })
  readonly presence!: number;
}

export class CreatedSessionDto extends SessionDetailDto {
  @ApiProperty({
    description: 'Opens the session for writing. Told this once: only its hash is kept.',
    example: 'hc_0b9a4c1e5d2f4c6b8a7e3f1d2c4b5a69_5rYyq8n1u2v3w4x5y6z7A8B9C0D1E2F3G4H5I6J7K8L',
  })
  readonly ownerToken!: string;
}

export class TokenDto {
  @ApiProperty({ format: 'uuid', example: '0b9a4c1e-5d2f-4c6b-8a7e-3f1d2c4b5a69' })
  readonly id!: string;

  @ApiProperty({ enum: ROLES, example: 'editor' })
  readonly role!: 'owner' | 'editor' | 'viewer';

  @ApiProperty({ example: 'for Grace' })
  readonly label!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T14:45:15.000Z' })
  readonly createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  readonly expiresAt!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When it was taken back.',
    example: null,
  })
  readonly revokedAt!: string | null;
}

export class IssuedTokenDto extends TokenDto {
  @ApiProperty({
    description: 'Told this once: only its hash is kept.',
    example: 'hc_0b9a4c1e5d2f4c6b8a7e3f1d2c4b5a69_5rYyq8n1u2v3w4x5y6z7A8B9C0D1E2F3G4H5I6J7K8L',
  })
  readonly token!: string;
}

export class TokenPageDto {
  @ApiProperty({ type: [TokenDto] })
  readonly items!: readonly TokenDto[];

  @ApiProperty(NEXT_CURSOR)
  readonly next!: string | null;
}
