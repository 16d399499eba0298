/** What came of a snippet, as REST tells it. */
import { ApiProperty } from '@nestjs/swagger';
import { LEAK_SOURCE, SnippetDto } from './snippet.dto.js';

const HEAP_CALLS = ['malloc', 'calloc', 'realloc', 'aligned_alloc', 'new', 'new[]', 'free', 'delete', 'delete[]'];
const LEAK_KINDS = ['definite', 'indirect', 'possible', 'reachable'];

class CallPlaceDto {
  @ApiProperty({ example: 'Leak()' })
  readonly function!: string;

  @ApiProperty({ description: 'Empty = not known.', example: 'snippet.cc' })
  readonly file!: string;

  @ApiProperty({ type: 'integer', description: '1-based; 0 = not known.', example: 2 })
  readonly line!: number;
}

class SnippetOutputDto {
  @ApiProperty({ enum: ['stdout', 'stderr'], example: 'stdout' })
  readonly stream!: string;

  @ApiProperty({ example: 'hello\n' })
  readonly text!: string;
}

class TranslationDto {
  @ApiProperty({ type: 'integer', description: 'Of the first place.', example: 4 })
  readonly line!: number;

  @ApiProperty({ description: 'What was written.', example: 'void main' })
  readonly from!: string;

  @ApiProperty({ description: 'What was run in its place.', example: 'int main' })
  readonly to!: string;

  @ApiProperty({ example: 'Standard C and C++ want main to return int; it ends with 0.' })
  readonly note!: string;
}

class CompilerDiagnosticDto {
  @ApiProperty({ enum: ['error', 'warning', 'note'], example: 'error' })
  readonly severity!: string;

  @ApiProperty({ description: 'Empty = of the whole program.', example: 'snippet.cc' })
  readonly file!: string;

  @ApiProperty({ type: 'integer', example: 2 })
  readonly line!: number;

  @ApiProperty({ type: 'integer', example: 20 })
  readonly column!: number;

  @ApiProperty({ example: "expected ';' at end of declaration" })
  readonly message!: string;
}

class SnippetExceptionDto {
  @ApiProperty({ example: 'ZeroDivisionError' })
  readonly type!: string;

  @ApiProperty({ example: 'division by zero' })
  readonly message!: string;

  @ApiProperty({ type: 'integer', description: 'Of the snippet; 0 = not known.', example: 3 })
  readonly line!: number;

  @ApiProperty({ description: 'As the language prints it.', example: '  File "snippet.py", line 3, in f' })
  readonly traceback!: string;
}

class LeakAmountDto {
  @ApiProperty({ type: 'integer', example: 40 })
  readonly bytes!: number;

  @ApiProperty({ type: 'integer', example: 1 })
  readonly blocks!: number;
}

class LeakSummaryDto {
  @ApiProperty({ type: LeakAmountDto, description: 'Nothing points at them.' })
  readonly definite!: LeakAmountDto;

  @ApiProperty({
    type: LeakAmountDto,
    description: 'Only lost blocks point at them.',
    example: { bytes: 0, blocks: 0 },
  })
  readonly indirect!: LeakAmountDto;

  @ApiProperty({
    type: LeakAmountDto,
    description: 'Only pointers to the inside of blocks lead there.',
    example: { bytes: 0, blocks: 0 },
  })
  readonly possible!: LeakAmountDto;

  @ApiProperty({ type: LeakAmountDto, description: 'A variable leads there.', example: { bytes: 0, blocks: 0 } })
  readonly reachable!: LeakAmountDto;
}

class SnippetLossRecordDto {
  @ApiProperty({ enum: LEAK_KINDS, example: 'definite' })
  readonly kind!: string;

  @ApiProperty({ type: 'integer', example: 40 })
  readonly bytes!: number;

  @ApiProperty({ type: 'integer', example: 1 })
  readonly blocks!: number;

  @ApiProperty({ type: 'integer', description: 'Lost through these blocks.', example: 0 })
  readonly indirectBytes!: number;

  @ApiProperty({ type: 'integer', example: 0 })
  readonly indirectBlocks!: number;

  @ApiProperty({ enum: HEAP_CALLS, example: 'new[]' })
  readonly allocatedBy!: string;

  @ApiProperty({ type: [CallPlaceDto], description: 'Innermost first.' })
  readonly path!: readonly CallPlaceDto[];

  @ApiProperty({
    example: '40 bytes in 1 block are definitely lost: new[] in Leak() (snippet.cc:2) < main (snippet.cc:5).',
  })
  readonly sentence!: string;
}

class SnippetHeapErrorDto {
  @ApiProperty({ enum: ['doubleFree', 'invalidFree', 'mismatchedFree'], example: 'doubleFree' })
  readonly kind!: string;

  @ApiProperty({ enum: HEAP_CALLS, example: 'delete[]' })
  readonly call!: string;

  @ApiProperty({ type: 'integer', description: 'Number of the block that is meant; 0 = none.', example: 1 })
  readonly block!: number;

  @ApiProperty({ type: 'integer', description: 'Its bytes.', example: 40 })
  readonly size!: number;

  @ApiProperty({ type: 'integer', description: 'From its start to the pointer.', example: 0 })
  readonly offset!: number;

  @ApiProperty({ type: 'integer', description: 'Requests made before.', example: 2 })
  readonly event!: number;

  @ApiProperty({ type: 'integer', description: 'How often it happened at this place.', example: 1 })
  readonly times!: number;

  @ApiProperty({ type: [CallPlaceDto], description: 'Where it was called, innermost first.' })
  readonly path!: readonly CallPlaceDto[];

  @ApiProperty({ type: String, enum: HEAP_CALLS, nullable: true, example: 'new[]' })
  readonly allocatedBy!: string | null;

  @ApiProperty({ type: [CallPlaceDto] })
  readonly allocatedAt!: readonly CallPlaceDto[];

  @ApiProperty({ type: [CallPlaceDto], description: 'Where the block was freed before; empty = it was not.' })
  readonly freedAt!: readonly CallPlaceDto[];

  @ApiProperty({ example: 'delete[] in main (snippet.cc:5) of a block that is freed already.' })
  readonly sentence!: string;
}

class SnippetLeaksDto {
  @ApiProperty({ type: LeakSummaryDto })
  readonly summary!: LeakSummaryDto;

  @ApiProperty({ type: [SnippetLossRecordDto], description: 'By kind, then the most bytes first.' })
  readonly records!: readonly SnippetLossRecordDto[];

  @ApiProperty({ type: 'integer', description: 'Records that are only in the summary.', example: 0 })
  readonly recordsDropped!: number;

  @ApiProperty({ type: [SnippetHeapErrorDto], description: 'What the program did wrong with its heap, in order.' })
  readonly errors!: readonly SnippetHeapErrorDto[];

  @ApiProperty({ type: 'integer', example: 0 })
  readonly errorsDropped!: number;

  @ApiProperty({ type: 'integer', description: 'The most bytes in use at once.', example: 40 })
  readonly peakBytes!: number;

  @ApiProperty({ type: 'integer', description: 'Requests that found no memory.', example: 0 })
  readonly failedRequests!: number;
}

class SnippetTypeDto {
  @ApiProperty({ example: 'dict' })
  readonly type!: string;

  @ApiProperty({ type: 'integer', example: 3 })
  readonly count!: number;

  @ApiProperty({ type: 'integer', description: 'Shallow sizes, summed.', example: 192 })
  readonly bytes!: number;
}

class SnippetCountsDto {
  @ApiProperty({ type: 'integer', description: 'Requests that are stored.', example: 1 })
  readonly events!: number;

  @ApiProperty({ type: 'integer', description: 'Blocks asked for.', example: 1 })
  readonly blocks!: number;

  @ApiProperty({ type: 'integer', description: 'Lines that are stored, as marks.', example: 0 })
  readonly lines!: number;

  @ApiProperty({ type: 'integer', example: 0 })
  readonly outputBytes!: number;
}

export class SnippetDetailDto extends SnippetDto {
  @ApiProperty({ example: LEAK_SOURCE })
  readonly source!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'Arguments, what was recorded, and the limits that were in force.',
    example: { args: [], record: 'requests', limits: { timeMs: 30_000, memoryBytes: 268_435_456, events: 8_000_000 } },
  })
  readonly settings!: Readonly<Record<string, unknown>>;

  @ApiProperty({ description: 'One sentence on the outcome: which limit, where.', example: '' })
  readonly detail!: string;

  @ApiProperty({ type: [SnippetOutputDto], description: 'What it printed, in order; of one that runs, until now.' })
  readonly output!: readonly SnippetOutputDto[];

  @ApiProperty({ type: [TranslationDto], description: 'What of the source was read as what it meant.' })
  readonly translations!: readonly TranslationDto[];

  @ApiProperty({
    type: [String],
    description: 'What to know about the numbers.',
    example: ['Sizes are those of a 32-bit build.'],
  })
  readonly remarks!: readonly string[];

  @ApiProperty({ type: [CompilerDiagnosticDto], description: 'What the compiler said, warnings too.' })
  readonly diagnostics!: readonly CompilerDiagnosticDto[];

  @ApiProperty({ type: SnippetExceptionDto, nullable: true })
  readonly exception!: SnippetExceptionDto | null;

  @ApiProperty({ type: SnippetLeaksDto, nullable: true, description: 'C and C++: the heap at the end.' })
  readonly leaks!: SnippetLeaksDto | null;

  @ApiProperty({ type: [SnippetTypeDto], nullable: true, description: 'Python: objects alive at the end, by type.' })
  readonly census!: readonly SnippetTypeDto[] | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'null = it asked for none.', example: 0 })
  readonly exitStatus!: number | null;

  @ApiProperty({
    type: 'number',
    description: 'Milliseconds that it ran, start and compilation excluded.',
    example: 12.5,
  })
  readonly ms!: number;

  @ApiProperty({ type: SnippetCountsDto })
  readonly counts!: SnippetCountsDto;
}

export class CreatedSnippetDto extends SnippetDetailDto {
  @ApiProperty({
    description: 'Opens its session: for cancelling, changing, deleting. Told this once: only its hash is kept.',
    example: 'hc_0b9a4c1e5d2f4c6b8a7e3f1d2c4b5a69_5rYyq8n1u2v3w4x5y6z7A8B9C0D1E2F3G4H5I6J7K8L',
  })
  readonly ownerToken!: string;
}
