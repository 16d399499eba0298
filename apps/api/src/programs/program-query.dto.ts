/** Questions about a moment of a program. */
import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { WholeNumber } from '../problems/whole-number.js';

const FAR = Number.MAX_SAFE_INTEGER;
const PAGE = 1000;
/** Each one is a look at the program as it was then. */
const COMMANDS_PAGE = 200;
export const PROGRAM_LISTS = ['objects', 'frames', 'globals', 'resources', 'errors'] as const;
export const LEAK_LISTS = ['records', 'resources'] as const;

class MomentQueryDto {
  @WholeNumber({
    minimum: 0,
    maximum: FAR,
    optional: true,
    example: 12,
    description:
      'The program after the last command whose mark is at most event `at`; without it, after the last event of the session.',
  })
  readonly at?: number;

  @WholeNumber({
    minimum: 0,
    maximum: PAGE,
    optional: true,
    example: 100,
    description: 'Most entries of the list; 100 if absent.',
  })
  readonly limit?: number;

  @WholeNumber({ minimum: 0, maximum: FAR, optional: true, example: 0, description: 'Entries of the list to skip.' })
  readonly offset?: number;
}

export class ProgramQueryDto extends MomentQueryDto {
  @ApiProperty({
    required: false,
    enum: PROGRAM_LISTS,
    default: 'objects',
    description: 'The list that `limit` and `offset` page through; of the others the first 100 are told.',
    example: 'objects',
  })
  @IsOptional()
  @IsIn(PROGRAM_LISTS, { message: `must be one of ${PROGRAM_LISTS.join(', ')}` })
  readonly list?: (typeof PROGRAM_LISTS)[number];
}

export class LeakQueryDto extends MomentQueryDto {
  @ApiProperty({
    required: false,
    enum: LEAK_LISTS,
    default: 'records',
    description: 'The list that `limit` and `offset` page through.',
    example: 'records',
  })
  @IsOptional()
  @IsIn(LEAK_LISTS, { message: `must be one of ${LEAK_LISTS.join(', ')}` })
  readonly list?: (typeof LEAK_LISTS)[number];
}

export class CommandsQueryDto {
  @WholeNumber({
    minimum: 0,
    maximum: FAR,
    optional: true,
    example: 0,
    description: 'Commands after event `from`; 0 if absent.',
  })
  readonly from?: number;

  @WholeNumber({
    minimum: 0,
    maximum: FAR,
    optional: true,
    example: 42,
    description: 'In the place of `from`: the last commands whose mark is at most event `to`.',
  })
  readonly to?: number;

  @WholeNumber({
    minimum: 1,
    maximum: COMMANDS_PAGE,
    default: 100,
    example: 100,
    description: 'Most commands; 100 if absent.',
  })
  readonly limit?: number;
}
