/** Traces as REST tells them. */
import { ApiExtraModels, ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Length } from 'class-validator';
import { NEXT_CURSOR, PageQueryDto } from '../problems/page.dto.js';
import { WholeNumber } from '../problems/whole-number.js';

export const FORMAT_NAMES = ['ndjson', 'columns', 'pmtrace1', 'rep'] as const;
export type FormatName = (typeof FORMAT_NAMES)[number];

const FORMAT_MESSAGE = { message: `must be one of ${FORMAT_NAMES.join(', ')}` };

export class UploadQueryDto {
  @ApiProperty({
    required: false,
    description: 'What to call the trace; otherwise the file name of Content-Disposition.',
    example: 'my-app',
  })
  @IsOptional()
  @IsString({ message: 'must be given once' })
  @Length(1, 200)
  readonly name?: string;

  @ApiProperty({
    required: false,
    enum: FORMAT_NAMES,
    description: 'The format, if Content-Type does not say it.',
    example: 'pmtrace1',
  })
  @IsOptional()
  @IsIn(FORMAT_NAMES, FORMAT_MESSAGE)
  readonly format?: FormatName;
}

export class TraceQueryDto {
  @ApiProperty({
    required: false,
    enum: ['json', ...FORMAT_NAMES],
    description:
      'The representation, stronger than Accept: `json` is what is known of the trace, the others are its requests.',
    example: 'ndjson',
  })
  @IsOptional()
  @IsIn(['json', ...FORMAT_NAMES], { message: `must be one of json, ${FORMAT_NAMES.join(', ')}` })
  readonly format?: 'json' | FormatName;
}

export class TraceListQueryDto extends PageQueryDto {
  @ApiProperty({ required: false, description: 'Only traces whose name contains this text.', example: 'listdict' })
  @IsOptional()
  @IsString({ message: 'must be given once' })
  @Length(1, 200)
  readonly name?: string;
}

export class SitesQueryDto {
  @WholeNumber({
    minimum: 1,
    maximum: 0x7fff_ffff,
    default: 1,
    example: 1,
    description: 'Index of the first site, from 1.',
  })
  readonly from?: number;

  @WholeNumber({ minimum: 1, maximum: 10_000, default: 1000, example: 1000, description: 'Most sites of the answer.' })
  readonly limit?: number;
}

export class OriginDto {
  @ApiProperty({ description: 'Empty = not known.', example: 'cpython-3.11.7' })
  readonly recordedOn!: string;

  @ApiProperty({ type: 'integer', description: 'Bytes; 0 = not known.', example: 1048576 })
  readonly arenaSize!: number;

  @ApiProperty({ type: 'integer', description: 'Bytes; 0 = not known.', example: 16384 })
  readonly poolSize!: number;

  @ApiProperty({ type: 'integer', description: 'Arenas whose misalignment is known.', example: 3 })
  readonly arenas!: number;
}

export class TraceFormatDto {
  @ApiProperty({ example: 'application/x-ndjson' })
  readonly contentType!: string;

  @ApiProperty({ example: '/v1/traces/4f…/?format=ndjson', description: 'Where to get it.' })
  readonly href!: string;

  @ApiProperty({
    type: [String],
    description: 'What this format cannot carry of this trace.',
    example: ['names of blocks'],
  })
  readonly lost!: readonly string[];
}

const ID = 'c6f1f3a0b5d94a0f5f0e2a8a3f2f1f55c7d0a2ddfcd07a1c3b4f5a6978812345';

export class TraceItemDto {
  @ApiProperty({ description: 'sha256 over the content: the same content in any format has the same id.', example: ID })
  readonly id!: string;

  @ApiProperty({ example: 'listdict20k' })
  readonly name!: string;

  @ApiProperty({ type: 'integer', description: 'Requests.', example: 420305 })
  readonly events!: number;

  @ApiProperty({ type: 'integer', description: 'Blocks asked for, numbered 1, 2, 3 ….', example: 210411 })
  readonly blocks!: number;

  @ApiProperty({ type: 'integer', description: 'Most blocks live at once.', example: 24411 })
  readonly peakLiveBlocks!: number;

  @ApiProperty({ type: 'integer', description: 'Call sites: GET /v1/traces/:id/sites.', example: 0 })
  readonly sites!: number;

  @ApiProperty({ example: false })
  readonly hasSites!: boolean;

  @ApiProperty({ example: false })
  readonly hasTimes!: boolean;

  @ApiProperty({ example: false })
  readonly hasNames!: boolean;

  @ApiProperty({ type: 'integer', description: 'Bytes in the database.', example: 603111 })
  readonly storedBytes!: number;

  @ApiProperty({ enum: ['public', 'private'], example: 'public' })
  readonly visibility!: 'public' | 'private';

  @ApiProperty({ format: 'date-time', example: '2026-11-22T14:45:15.000Z' })
  readonly createdAt!: string;
}

@ApiExtraModels(TraceFormatDto)
export class TraceDto extends TraceItemDto {
  @ApiProperty({ type: OriginDto })
  readonly origin!: OriginDto;

  @ApiProperty({
    type: 'object',
    additionalProperties: { $ref: '#/components/schemas/TraceFormatDto' },
    description: 'The formats it can be had in.',
    example: { ndjson: { contentType: 'application/x-ndjson', href: `/v1/traces/${ID}?format=ndjson`, lost: [] } },
  })
  readonly formats!: Readonly<Record<string, TraceFormatDto>>;
}

export class CreatedTraceDto extends TraceDto {
  @ApiProperty({
    description: 'Deletes it. Told this once, to whoever brought this content first: only its hash is kept.',
    example: 'hc_0b9a4c1e5d2f4c6b8a7e3f1d2c4b5a69_5rYyq8n1u2v3w4x5y6z7A8B9C0D1E2F3G4H5I6J7K8L',
  })
  readonly ownerToken!: string;
}

export class TracePageDto {
  @ApiProperty({ type: [TraceItemDto] })
  readonly items!: readonly TraceItemDto[];

  @ApiProperty(NEXT_CURSOR)
  readonly next!: string | null;
}

export class SiteDto {
  @ApiProperty({ type: 'integer', description: 'What requests and parents name it by; from 1.', example: 1 })
  readonly index!: number;

  @ApiProperty({ example: 'load' })
  readonly function!: string;

  @ApiProperty({ example: 'app.py' })
  readonly file!: string;

  @ApiProperty({ type: 'integer', description: '0 = not known.', example: 12 })
  readonly line!: number;

  @ApiProperty({ type: 'integer', description: 'Site of the caller; 0 = none.', example: 0 })
  readonly parent!: number;
}

export class SitePageDto {
  @ApiProperty({ type: [SiteDto] })
  readonly items!: readonly SiteDto[];

  @ApiProperty({
    type: Number,
    nullable: true,
    description: '`from` of the next page; null = that was all.',
    example: null,
  })
  readonly next!: number | null;
}
