/** What advice looks like, for the document. */
import { ApiProperty } from '@nestjs/swagger';
import { PRACTICES } from '@heapcast/insight';
import { PlaceDto } from './profile.dto.js';

const NAMES = Object.keys(PRACTICES);

export class EvidenceDto {
  @ApiProperty({ type: PlaceDto, nullable: true, description: 'null = the whole run.' })
  readonly place!: PlaceDto | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'number' },
    description: 'Measured: bytes, blocks, events, shares from 0 to 1.',
    example: { temporaryBlocks: 20_000, temporaryBytes: 1_120_000, averageLifetimeEvents: 1, shareOfAllBlocks: 0.94 },
  })
  readonly numbers!: Readonly<Record<string, number>>;

  @ApiProperty({ type: 'integer', description: 'A position at which it can be seen.', example: 40_000 })
  readonly at!: number;
}

export class ConfidenceDto {
  @ApiProperty({ enum: ['high', 'medium', 'low'], example: 'high' })
  readonly level!: string;

  @ApiProperty({ example: '100 % of what the line asks for is gone within 50 events.' })
  readonly reason!: string;
}

export class AdviceDto {
  @ApiProperty({ description: 'The rule that fired.', example: 'temporaries' })
  readonly rule!: string;

  @ApiProperty({ enum: NAMES, description: 'The best practice that it ties to.', example: 'fewer-objects' })
  readonly practice!: string;

  @ApiProperty({ description: 'The practice in the words of the talk.', example: PRACTICES['fewer-objects'] })
  readonly bestPractice!: string;

  @ApiProperty({
    example:
      'shop.py:20 (total) makes 20,000 objects that are freed almost at once: 1.1 MiB in all, 94 % of everything that is asked for. Reuse one, or do without.',
  })
  readonly sentence!: string;

  @ApiProperty({ type: [EvidenceDto], description: 'Never empty.' })
  readonly evidence!: readonly EvidenceDto[];

  @ApiProperty({ type: ConfidenceDto })
  readonly confidence!: ConfidenceDto;

  @ApiProperty({ type: Number, description: 'Bytes at stake.', example: 1_120_000 })
  readonly bytes!: number;
}

export class AdviceRuleDto {
  @ApiProperty({ example: 'temporaries' })
  readonly name!: string;

  @ApiProperty({ enum: NAMES, example: 'fewer-objects' })
  readonly practice!: string;

  @ApiProperty({ example: 'One line makes many objects that are freed again at once' })
  readonly title!: string;

  @ApiProperty({ example: true })
  readonly fired!: boolean;
}

export class AdviceAnswerDto {
  @ApiProperty({ type: 'integer', description: 'Events that were looked at.', example: 40_000 })
  readonly at!: number;

  @ApiProperty({ type: String, nullable: true, example: null })
  readonly note!: string | null;

  @ApiProperty({ type: [AdviceDto], description: 'Surest first, then by the bytes at stake.' })
  readonly advice!: readonly AdviceDto[];

  @ApiProperty({ type: [AdviceRuleDto], description: 'Every rule that was asked.' })
  readonly rules!: readonly AdviceRuleDto[];
}
