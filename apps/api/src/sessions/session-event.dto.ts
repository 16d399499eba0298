/** Requests, events and answers of a session as OpenAPI knows them. Requests are checked by hand (`request-check.ts`). */
import { ApiProperty } from '@nestjs/swagger';
import { MAX_NAME_LENGTH, OPERATIONS, OUTCOMES, type Operation, type OutcomeName } from '@heapcast/contracts';

const ID = {
  oneOf: [
    { type: 'string', minLength: 1, maxLength: MAX_NAME_LENGTH },
    { type: 'integer', minimum: 1 },
    { type: 'null' },
  ],
};

export class SessionRequestDto {
  @ApiProperty({ enum: OPERATIONS, example: 'malloc' })
  readonly op!: Operation;

  @ApiProperty({
    required: false,
    type: 'integer',
    minimum: 0,
    maximum: 0xffff_ffff,
    description: 'Bytes (calloc: of one element). For malloc, calloc and realloc.',
    example: 24,
  })
  readonly size?: number;

  @ApiProperty({
    required: false,
    type: 'integer',
    minimum: 0,
    maximum: 0xffff_ffff,
    description: 'calloc: elements; 1 if absent.',
    example: 3,
  })
  readonly count?: number;

  @ApiProperty({
    ...ID,
    required: false,
    description:
      'malloc, calloc: a name for the new block. realloc, free: the name or number of a block, or null for NULL.',
    example: 'a',
  })
  readonly id?: string | number | null;

  @ApiProperty({
    required: false,
    maxLength: MAX_NAME_LENGTH,
    description: 'realloc of NULL: a name for the new block.',
    example: 'b',
  })
  readonly as?: string;

  @ApiProperty({
    required: false,
    maxLength: MAX_NAME_LENGTH,
    description: 'mark: what the moment is called.',
    example: 'after import',
  })
  readonly label?: string;

  @ApiProperty({
    required: false,
    type: 'integer',
    minimum: 0,
    description: 'Nanoseconds since the program began.',
    example: 1200,
  })
  readonly time?: number;
}

export class RequestBatchDto {
  @ApiProperty({
    type: [SessionRequestDto],
    minItems: 1,
    description: 'Carried out in this order, all or none.',
    example: [
      { op: 'malloc', size: 24, id: 'a' },
      { op: 'calloc', size: 8, count: 3 },
      { op: 'free', id: 'a' },
    ],
  })
  readonly requests!: readonly SessionRequestDto[];
}

export class MappedRegionDto {
  @ApiProperty({ type: 'integer', description: 'Ordinal in the order of mapping.', example: 0 })
  readonly arena!: number;

  @ApiProperty({ type: 'integer', description: 'Simulated address.', example: 140_000_000_000_000 })
  readonly base!: number;

  @ApiProperty({ type: 'integer', example: 1_048_576 })
  readonly bytes!: number;
}

export class SessionEventDto {
  @ApiProperty({ type: 'integer', description: '1, 2, 3 … without gaps in a session.', example: 1 })
  readonly seq!: number;

  @ApiProperty({ enum: OPERATIONS, example: 'malloc' })
  readonly op!: Operation;

  @ApiProperty({
    enum: OUTCOMES,
    description:
      '`placed`; `raw` (at the system allocator beside the model); `inPlace` or `moved` (realloc); `freed`; `none`. What went wrong for the program is an outcome as well: `outOfMemory`, `doubleFree`, `invalidFree`, `invalidRealloc`.',
    example: 'placed',
  })
  readonly outcome!: OutcomeName;

  @ApiProperty({ type: 'integer', description: "The block's number; 0 = none.", example: 1 })
  readonly block!: number;

  @ApiProperty({ type: 'integer', description: 'Bytes asked for; 0 for free and mark.', example: 24 })
  readonly size!: number;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Simulated address; null = not placed by the model.',
    example: 140_000_000_016_432,
  })
  readonly address!: number | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Ordinal of the arena.', example: 0 })
  readonly arena!: number | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Pool in the arena.', example: 0 })
  readonly pool!: number | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Block in the pool.', example: 0 })
  readonly index!: number | null;

  @ApiProperty({ type: 'integer', description: 'Bytes that the block occupies.', example: 32 })
  readonly blockSize!: number;

  @ApiProperty({ required: false, description: "The block's name, if it has one.", example: 'a' })
  readonly name?: string;

  @ApiProperty({ required: false, description: "A mark's label.", example: 'after import' })
  readonly label?: string;

  @ApiProperty({ required: false, type: 'integer', description: 'Nanoseconds, as the request said.', example: 1200 })
  readonly time?: number;

  @ApiProperty({ required: false, type: [MappedRegionDto], description: 'Arenas that the request made it map.' })
  readonly mapped?: readonly MappedRegionDto[];

  @ApiProperty({ required: false, type: [MappedRegionDto], description: 'Arenas that were given back.' })
  readonly unmapped?: readonly MappedRegionDto[];

  @ApiProperty({
    required: false,
    description: 'With `lens=party`: what happened, in the words of the toy party.',
    example: 'The children ask for a toy of 24 bytes: you hand out toy 0 of collection 0 in order 0, 32 bytes.',
  })
  readonly sentence?: string;
}

export class RequestAnswerDto {
  @ApiProperty({ type: 'integer', description: "The session's last event after this batch.", example: 1 })
  readonly seq!: number;

  @ApiProperty({
    type: [SessionEventDto],
    description: 'One for each request, in order; none with `Prefer: return=minimal`.',
  })
  readonly results!: readonly SessionEventDto[];
}

export class EventPageDto {
  @ApiProperty({ type: [SessionEventDto] })
  readonly events!: readonly SessionEventDto[];

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: '`from` of the next page; null = these were the last ones for now.',
    example: 1000,
  })
  readonly next!: number | null;
}
