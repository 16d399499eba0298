/** What every list takes and gives. */
import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, IsString, Matches } from 'class-validator';
import { WholeNumber } from './whole-number.js';

export class PageQueryDto {
  @WholeNumber({ minimum: 1, maximum: 200, default: 50, example: 20, description: 'Most items of the page.' })
  readonly limit?: number;

  @ApiProperty({ required: false, description: '`next` of the page before.', example: 'MTc5NTM2MDAwMDAwMCA0Mg' })
  @IsOptional()
  @IsString({ message: 'must be given once' })
  @Matches(/^[\w-]{1,200}$/, { message: 'is not a cursor that this service gave' })
  readonly cursor?: string;
}

export const NEXT_CURSOR = {
  type: String,
  nullable: true,
  description: 'Cursor of the next page; null = this was the last one.',
  example: 'MTc5NTM2MDAwMDAwMCA0Mg',
} as const;
