/** What events are searched for by, in a query. */
import { ApiProperty } from '@nestjs/swagger';
import { OPERATIONS, OUTCOMES } from '@heapcast/contracts';
import { IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { WholeNumber } from '../problems/whole-number.js';
import { PositionQueryDto } from '../runs/positions.dto.js';

const FAR = Number.MAX_SAFE_INTEGER;
const ORDINAL = 0x7fff_ffff;
const MOST_TEXT = 255;

/** Names of a closed list, with commas between. */
function listOf(names: readonly string[]): RegExp {
  const one = `(?:${names.join('|')})`;
  return new RegExp(`^${one}(?:,${one}){0,15}$`);
}

function Text(description: string, example: string): PropertyDecorator {
  return (target, key) => {
    ApiProperty({ required: false, type: String, minLength: 1, maxLength: MOST_TEXT, description, example })(
      target,
      key,
    );
    IsOptional()(target, key);
    IsString({ message: 'must be given once' })(target, key);
    Matches(/\S/, { message: 'must not be empty' })(target, key);
    MaxLength(MOST_TEXT, { message: `must have at most ${MOST_TEXT} characters` })(target, key);
  };
}

export class MarksQueryDto {
  @WholeNumber({ minimum: 0, maximum: FAR, default: 0, example: 0, description: 'Only marks after this `seq`.' })
  readonly from?: number;

  @WholeNumber({ minimum: 1, maximum: 10_000, default: 1000, example: 1000, description: 'Most marks of the answer.' })
  readonly limit?: number;
}

export class SearchQueryDto {
  @WholeNumber({
    minimum: 0,
    maximum: FAR,
    optional: true,
    example: 0,
    description:
      'The last `seq` that is known already: the search goes on with the next event. 0 unless given. For the next page: the `next` of the last one.',
  })
  readonly from?: number;

  @WholeNumber({
    minimum: 0,
    maximum: FAR,
    optional: true,
    example: 893_887,
    description:
      'Goes back instead: the last events with a `seq` up to this one, in the order of time. Not together with `from`.',
  })
  readonly before?: number;

  @WholeNumber({
    minimum: 0,
    maximum: FAR,
    optional: true,
    example: 1_000_000,
    description:
      'Nothing after this event is looked at, and `leaked` means alive after it. The last event unless given.',
  })
  readonly to?: number;

  @WholeNumber({ minimum: 1, maximum: 1000, default: 100, example: 100, description: 'Most events of the answer.' })
  readonly limit?: number;

  @ApiProperty({
    required: false,
    description: `Any of ${OPERATIONS.join(', ')}, with commas between.`,
    example: 'malloc,calloc',
  })
  @IsOptional()
  @Matches(listOf(OPERATIONS), { message: `must be of ${OPERATIONS.join(', ')}, with commas between` })
  readonly op?: string;

  @ApiProperty({
    required: false,
    description: `Any of ${OUTCOMES.join(', ')}, with commas between.`,
    example: 'doubleFree',
  })
  @IsOptional()
  @Matches(listOf(OUTCOMES), { message: `must be of ${OUTCOMES.join(', ')}, with commas between` })
  readonly outcome?: string;

  @WholeNumber({
    minimum: 0,
    maximum: FAR,
    optional: true,
    example: 513,
    description: 'At least so many bytes asked for.',
  })
  readonly minSize?: number;

  @WholeNumber({
    minimum: 0,
    maximum: FAR,
    optional: true,
    example: 4096,
    description: 'At most so many bytes asked for.',
  })
  readonly maxSize?: number;

  @WholeNumber({
    minimum: 1,
    maximum: FAR,
    optional: true,
    example: 64,
    description: 'Bytes that the block occupies: its size class.',
  })
  readonly blockSize?: number;

  @ApiProperty({
    required: false,
    type: String,
    description: 'A simulated address anywhere in the block, decimal or with 0x.',
    example: '0x7f5500001040',
  })
  @IsOptional()
  @Matches(/^(0[xX][0-9a-fA-F]{1,13}|\d{1,16})$/, {
    message: 'must be an address: digits, or 0x and hexadecimal digits',
  })
  readonly address?: string;

  @WholeNumber({ minimum: 1, maximum: FAR, optional: true, example: 4711, description: 'What happened to this block.' })
  readonly block?: number;

  @WholeNumber({
    minimum: 0,
    maximum: ORDINAL,
    optional: true,
    example: 16,
    description: 'Placed in, or freed from, this arena.',
  })
  readonly arena?: number;

  @WholeNumber({ minimum: 0, maximum: ORDINAL, optional: true, example: 3, description: 'In a pool of this number.' })
  readonly pool?: number;

  @WholeNumber({
    minimum: 0,
    maximum: ORDINAL,
    optional: true,
    example: 17,
    description: 'In a block of this number in its pool.',
  })
  readonly index?: number;

  @Text("Part of the block's name, in upper or lower case; of `dict#7` the type is `dict#`.", 'dict#')
  readonly name?: string;

  @Text('Part of `file:line` or of the function of the call site, in upper or lower case.', 'audit.py:19')
  readonly site?: string;

  @Text('Part of a name, a label or a call site.', 'audit')
  readonly text?: string;

  @ApiProperty({
    required: false,
    enum: ['true', 'false'],
    description: 'true: only the requests for blocks that are not freed up to `to`.',
    example: 'true',
  })
  @IsOptional()
  @IsIn(['true', 'false'], { message: 'must be true or false' })
  readonly leaked?: 'true' | 'false';
}

export class LifeMapQueryDto extends PositionQueryDto {
  @WholeNumber({ minimum: 1, maximum: 1000, default: 120, example: 120, description: 'Columns of the picture.' })
  readonly columns?: number;
}

export class RatesQueryDto {
  @WholeNumber({
    minimum: 0,
    maximum: FAR,
    default: 0,
    example: 893_000,
    description: 'Position at which the window begins.',
  })
  readonly from?: number;

  @WholeNumber({
    minimum: 0,
    maximum: FAR,
    optional: true,
    example: 903_000,
    description: 'Position at which it ends, at most 65,536 after `from`. Without it, there or at the last event.',
  })
  readonly to?: number;

  @WholeNumber({ minimum: 1, maximum: 2000, default: 200, example: 200, description: 'Most stretches of the window.' })
  readonly buckets?: number;
}

export class GrowthQueryDto extends PositionQueryDto {
  @WholeNumber({ minimum: 2, maximum: 200, default: 24, example: 24, description: 'Samples of the live bytes.' })
  readonly samples?: number;

  @WholeNumber({ minimum: 1, maximum: 500, default: 50, example: 50, description: 'Most lines of the answer.' })
  readonly limit?: number;
}
