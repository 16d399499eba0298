/** What the views of a run answer, for the documents. The models say what is inside: the open parts are theirs. */
import { ApiExtraModels, ApiProperty } from '@nestjs/swagger';
import type { SessionEvent } from '@heapcast/contracts';
import type { Ledger, Totals } from '@heapcast/allocators';

const BYTES = { type: 'integer', minimum: 0 } as const;
const OPEN = { type: 'object', additionalProperties: true } as const;

export class TotalsDto implements Totals {
  @ApiProperty({ ...BYTES, description: 'Requests applied.', example: 100000 })
  readonly events!: number;

  @ApiProperty({ ...BYTES, description: 'Live blocks that the model placed.', example: 12031 })
  readonly liveBlocks!: number;

  @ApiProperty({ ...BYTES, description: 'Bytes that those were asked for.', example: 1250331 })
  readonly requestedBytes!: number;

  @ApiProperty({ ...BYTES, description: 'Bytes that those occupy.', example: 1322768 })
  readonly allocatedBytes!: number;

  @ApiProperty({ ...BYTES, description: 'Bytes held from the simulated operating system.', example: 2097152 })
  readonly mappedBytes!: number;

  @ApiProperty({ ...BYTES, description: 'Live blocks at the system allocator beside the model.', example: 411 })
  readonly rawBlocks!: number;

  @ApiProperty({ ...BYTES, example: 903311 })
  readonly rawBytes!: number;
}

export class LedgerDto implements Ledger {
  @ApiProperty({ ...BYTES, example: 2097152 })
  readonly mapped!: number;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description: "Where the mapped bytes are, by the model's headings; they sum to `mapped` exactly.",
    example: {
      requested: 1250331,
      rounding: 72437,
      poolHeaders: 4032,
      poolTails: 6288,
      freeBlocks: 60928,
      freePools: 670368,
      arenaAlignment: 32768,
    },
  })
  readonly entries!: Readonly<Record<string, number>>;
}

export class MomentDto {
  @ApiProperty({ ...BYTES, description: 'Position: the state after the first `at` requests.', example: 100000 })
  readonly at!: number;

  @ApiProperty({ type: TotalsDto })
  readonly totals!: TotalsDto;

  @ApiProperty({ type: LedgerDto })
  readonly ledger!: LedgerDto;

  @ApiProperty({
    ...OPEN,
    description: "The model's own statistics: for pymalloc arenas and the table of size classes.",
    example: { arenas: { allocatedTotal: 2, reclaimed: 0, highWater: 2, current: 2 } },
  })
  readonly statistics!: Record<string, unknown>;

  @ApiProperty({
    ...OPEN,
    description: 'Internal and external fragmentation and overhead, in bytes and as shares of the mapped bytes.',
    example: { utilisation: 0.596, internal: 0.035, external: 0.349, overhead: 0.02 },
  })
  readonly fragmentation?: unknown;

  @ApiProperty({
    required: false,
    example: '2.0 MiB mapped, 1.2 MiB requested in 12,031 blocks; 32 % is held in free pools.',
  })
  readonly sentence?: unknown;
}

export class StatsDto extends MomentDto {
  @ApiProperty({ ...BYTES, description: 'Block numbers given so far.', example: 51110 })
  readonly blocks!: number;
}

export class HeapDto {
  @ApiProperty({ ...BYTES, example: 100000 })
  readonly at!: number;

  @ApiProperty({ type: TotalsDto })
  readonly totals!: TotalsDto;

  @ApiProperty({
    ...OPEN,
    description: 'A page of the heap in address order; `total` items in all, of which this page starts at `offset`.',
    example: {
      detail: 'regions',
      mapped: 2097152,
      total: 2,
      offset: 0,
      items: [{ region: 0, slot: 0, base: '0x7f0000000000', pools: { total: 64, used: 61, free: 1, neverUsed: 2 } }],
    },
  })
  readonly heap!: Record<string, unknown>;
}

const COLUMN = { type: 'array', items: { type: 'integer' } } as const;

export class CurveDto {
  @ApiProperty({ type: 'integer', description: 'Requests per point; the last point may have fewer.', example: 421 })
  readonly eventsPerBucket!: number;

  @ApiProperty({ ...COLUMN, description: 'Exact over every position of the bucket.', example: [0, 48_112] })
  readonly requestedMin!: readonly number[];

  @ApiProperty({ ...COLUMN, example: [48_112, 96_410] })
  readonly requestedMax!: readonly number[];

  @ApiProperty({ ...COLUMN, example: [0, 51_200] })
  readonly allocatedMin!: readonly number[];

  @ApiProperty({ ...COLUMN, example: [51_200, 102_400] })
  readonly allocatedMax!: readonly number[];

  @ApiProperty({ ...COLUMN, example: [0, 1_048_576] })
  readonly mappedMin!: readonly number[];

  @ApiProperty({ ...COLUMN, example: [1_048_576, 1_048_576] })
  readonly mappedMax!: readonly number[];

  @ApiProperty({ ...COLUMN, example: [421, 830] })
  readonly liveBlocksMax!: readonly number[];

  @ApiProperty({ ...COLUMN, example: [0, 4096] })
  readonly rawBytesMax!: readonly number[];
}

export class WindowCurveDto {
  @ApiProperty({
    ...COLUMN,
    description: 'Bucket i covers the positions `edges[i]` to `edges[i + 1]`, both included: one more than buckets.',
    example: [100_000, 125_000, 150_000],
  })
  readonly edges!: readonly number[];

  @ApiProperty({ ...COLUMN, description: 'Exact over every position of the bucket.', example: [48_112, 52_004] })
  readonly requestedMin!: readonly number[];

  @ApiProperty({ ...COLUMN, example: [96_410, 99_100] })
  readonly requestedMax!: readonly number[];

  @ApiProperty({ ...COLUMN, example: [51_200, 55_000] })
  readonly allocatedMin!: readonly number[];

  @ApiProperty({ ...COLUMN, example: [102_400, 104_100] })
  readonly allocatedMax!: readonly number[];

  @ApiProperty({ ...COLUMN, example: [1_048_576, 1_048_576] })
  readonly mappedMin!: readonly number[];

  @ApiProperty({ ...COLUMN, example: [1_048_576, 2_097_152] })
  readonly mappedMax!: readonly number[];

  @ApiProperty({ ...COLUMN, example: [421, 830] })
  readonly liveBlocksMax!: readonly number[];

  @ApiProperty({ ...COLUMN, example: [0, 4096] })
  readonly rawBytesMax!: readonly number[];
}

export class PeakDto {
  @ApiProperty({ ...BYTES, example: 2_097_152 })
  readonly value!: number;

  @ApiProperty({ ...BYTES, description: 'First position where it was reached.', example: 88_120 })
  readonly at!: number;
}

export class PeaksDto {
  @ApiProperty({ type: PeakDto })
  readonly requestedBytes!: PeakDto;

  @ApiProperty({ type: PeakDto })
  readonly allocatedBytes!: PeakDto;

  @ApiProperty({ type: PeakDto })
  readonly mappedBytes!: PeakDto;

  @ApiProperty({ type: PeakDto })
  readonly liveBlocks!: PeakDto;

  @ApiProperty({ type: PeakDto })
  readonly rawBytes!: PeakDto;
}

export class RegionsDto {
  @ApiProperty({ ...BYTES, description: 'Arenas (regions) mapped over the whole run.', example: 7 })
  readonly mapped!: number;

  @ApiProperty({ ...BYTES, description: 'Given back.', example: 3 })
  readonly unmapped!: number;

  @ApiProperty({ type: PeakDto, description: 'Most at once.' })
  readonly highWater!: PeakDto;
}

@ApiExtraModels(MomentDto, CurveDto)
export class RunSummaryDto {
  @ApiProperty({ ...BYTES, example: 420305 })
  readonly events!: number;

  @ApiProperty({ ...BYTES, description: 'Blocks asked for.', example: 210411 })
  readonly blocks!: number;

  @ApiProperty({
    ...OPEN,
    description: 'Requests by operation.',
    example: { malloc: 201000, free: 199800, realloc: 9000 },
  })
  readonly operations!: unknown;

  @ApiProperty({
    ...OPEN,
    description: 'Requests by what became of them.',
    example: { placed: 180300, raw: 20100, freed: 199800 },
  })
  readonly outcomes!: unknown;

  @ApiProperty({ type: PeaksDto, description: 'Largest values.' })
  readonly peaks!: unknown;

  @ApiProperty({ type: RegionsDto })
  readonly regions!: unknown;

  @ApiProperty({ type: MomentDto, description: 'After the last request.' })
  readonly end!: unknown;

  @ApiProperty({ type: MomentDto, description: 'Where the mapped bytes were first at their peak.' })
  readonly peak!: unknown;

  @ApiProperty({ type: CurveDto, description: 'At most 200 points; all that are stored are at /curve.' })
  readonly curve!: unknown;
}

export class EventPageDto {
  @ApiProperty({
    type: 'array',
    items: { type: 'object', additionalProperties: true },
    description: 'Requests with what became of them.',
    example: [
      {
        seq: 1,
        op: 'malloc',
        outcome: 'placed',
        block: 1,
        size: 24,
        address: 140_000_000_000_048,
        arena: 0,
        pool: 0,
        index: 0,
        blockSize: 32,
      },
    ],
  })
  readonly events!: readonly SessionEvent[];

  @ApiProperty({
    type: Number,
    nullable: true,
    description: '`from` of the next page; null = that was the last event.',
    example: 1000,
  })
  readonly next!: number | null;
}
