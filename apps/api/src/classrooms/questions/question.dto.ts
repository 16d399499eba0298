/** What questions, changes of them and answers look like when they come in. */
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { QUESTION_KINDS, type QuestionKind } from '@heapcast/contracts';
import { PARTY_STRATEGIES } from '@heapcast/scenarios';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  Equals,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Max,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';

export const LONGEST_PROMPT = 1000;
export const LONGEST_CHOICE = 200;
export const MOST_CHOICES = 8;
const LONGEST_ANSWER = 40;
const LONGEST_EXPRESSION = 200;
const MOST_SECONDS = 86_400;
const CHANGES = ['asked', 'closed', 'revealed'] as const;

/** An optional whole number with its bounds, in the documentation and in the check. */
function Whole(minimum: number, maximum: number, options: { example?: number; description: string }) {
  const decorators = [
    ApiPropertyOptional({ type: 'integer', minimum, maximum, ...options }),
    IsOptional(),
    IsInt({ message: 'must be a whole number' }),
    Min(minimum, { message: `must be at least ${minimum}` }),
    Max(maximum, { message: `must be at most ${maximum}` }),
  ];
  return (target: object, key: string | symbol): void => {
    for (const decorate of decorators) decorate(target, key);
  };
}

function Text(maxLength: number, options: { example?: string; description: string }) {
  const decorators = [
    ApiPropertyOptional({ type: 'string', maxLength, ...options }),
    IsOptional(),
    IsString({ message: 'must be text' }),
    MaxLength(maxLength, { message: `must have at most ${maxLength} characters` }),
  ];
  return (target: object, key: string | symbol): void => {
    for (const decorate of decorators) decorate(target, key);
  };
}

export class PartyOptionsDto {
  @ApiPropertyOptional({ enum: PARTY_STRATEGIES, description: 'What the host does.', example: 'give-back' })
  @IsOptional()
  @IsIn(PARTY_STRATEGIES, { message: `must be one of ${PARTY_STRATEGIES.join(', ')}` })
  readonly strategy?: string;

  @Whole(0, 0xffff_ffff, { example: 106, description: 'The same seed gives the same guests.' })
  readonly seed?: number;

  @Whole(1, 12, { example: 4, description: 'Groups of children.' })
  readonly groups?: number;

  @Whole(1, 24, { example: 6, description: 'Length of the party in hours.' })
  readonly hours?: number;

  @Whole(1, 100, { example: 6, description: 'Toys in a collection.' })
  readonly toysPerCollection?: number;

  @Whole(1, 100, { example: 2, description: 'Collections in an order.' })
  readonly collectionsPerOrder?: number;

  @Whole(0, 1_000_000, { example: 10, description: 'Coins for an order, for an hour.' })
  readonly pricePerHour?: number;

  @Whole(0, 1000, { example: 0, description: 'Toys that are ordered ahead.' })
  readonly estimatedToys?: number;

  @ApiPropertyOptional({ enum: ['started', 'exact'], example: 'started' })
  @IsOptional()
  @IsIn(['started', 'exact'], { message: 'must be started or exact' })
  readonly billing?: 'started' | 'exact';
}

export class QuestionOptionsDto {
  @Whole(0, 0xffff_ffff, { example: 7, description: 'The same seed at the same moment gives the same question.' })
  readonly seed?: number;

  @ApiPropertyOptional({ description: '`sizeof`, `party-bill`: asks for the number, without choices.', example: false })
  @IsOptional()
  @IsBoolean({ message: 'must be true or false' })
  readonly asNumber?: boolean;

  @Whole(0, 0xffff_ffff, {
    example: 48,
    description: '`next-block`, `next-arena`: suppose that so many bytes are asked for, whatever comes next.',
  })
  readonly size?: number;

  @Whole(1, Number.MAX_SAFE_INTEGER, {
    example: 12,
    description: '`arena-returned`: suppose that the block of this number is freed.',
  })
  readonly block?: number;

  @Whole(1, Number.MAX_SAFE_INTEGER, { example: 3, description: '`leaked`: about this object of the program.' })
  readonly object?: number;

  @Text(LONGEST_EXPRESSION, { example: '[1, 2, 3]', description: '`sizeof`: a Python expression.' })
  readonly expression?: string;

  @Text(10, { example: '3.11', description: "`sizeof`: the Python version; without it the profile's." })
  readonly version?: string;

  @ApiPropertyOptional({ type: PartyOptionsDto, description: '`party-bill`: the terms, as far as they are not usual.' })
  @IsOptional()
  @ValidateNested({ message: 'must be an object' })
  @Type(() => PartyOptionsDto)
  readonly party?: PartyOptionsDto;
}

export class MakeQuestionDto {
  @ApiProperty({
    enum: QUESTION_KINDS,
    description: 'What is asked; `own` is a question that the teacher writes.',
    example: 'next-block',
  })
  @IsIn(QUESTION_KINDS, { message: `must be one of ${QUESTION_KINDS.join(', ')}` })
  readonly kind!: QuestionKind;

  @Whole(0, Number.MAX_SAFE_INTEGER, {
    example: 1200,
    description: 'The moment, after this many events; without it, where the class is led.',
  })
  readonly event?: number;

  @ApiPropertyOptional({ type: QuestionOptionsDto, description: 'Of a question that the service makes.' })
  @IsOptional()
  @ValidateNested({ message: 'must be an object' })
  @Type(() => QuestionOptionsDto)
  readonly options?: QuestionOptionsDto;

  @Text(LONGEST_PROMPT, { description: '`own`: the question.' })
  readonly prompt?: string;

  @ApiPropertyOptional({
    type: [String],
    maxItems: MOST_CHOICES,
    description: '`own`: two choices at least, each once; none = a number is asked for.',
  })
  @IsOptional()
  @IsArray({ message: 'must be a list of texts' })
  @ArrayMaxSize(MOST_CHOICES, { message: `must be at most ${MOST_CHOICES}` })
  @IsString({ each: true, message: 'must be texts' })
  @MaxLength(LONGEST_CHOICE, { each: true, message: `must have at most ${LONGEST_CHOICE} characters each` })
  readonly choices?: readonly string[];

  @Text(LONGEST_CHOICE, { description: '`own`: text of the right choice, or the number; without it nobody is right.' })
  readonly right?: string;

  @Text(LONGEST_PROMPT, { description: '`own`: why, told at the reveal.' })
  readonly explanation?: string;

  @Text(20, { description: '`own`: unit of the number.' })
  readonly unit?: string;
}

export class ChangeQuestionDto {
  @ApiPropertyOptional({ enum: CHANGES, description: 'The next state.', example: 'asked' })
  @IsOptional()
  @IsIn(CHANGES, { message: `must be one of ${CHANGES.join(', ')}` })
  readonly status?: (typeof CHANGES)[number];

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: MOST_SECONDS,
    nullable: true,
    description: 'From now on until it closes, by the clock of the service; null = until it is closed by hand.',
    example: 60,
  })
  @ValidateIf(({ seconds }: ChangeQuestionDto) => seconds !== undefined && seconds !== null)
  @IsInt({ message: 'must be a whole number, or null' })
  @Min(1, { message: 'must be at least 1' })
  @Max(MOST_SECONDS, { message: `must be at most ${MOST_SECONDS}` })
  readonly seconds?: number | null;

  @Whole(1, 100, { example: 1, description: 'Answers that each person may give; the last one counts.' })
  readonly attempts?: number;

  @Whole(0, 1000, { example: 1, description: 'Points for a right answer; 0 = not scored.' })
  readonly points?: number;

  @ApiPropertyOptional({ description: 'Whether the histogram has names.', example: false })
  @IsOptional()
  @IsBoolean({ message: 'must be true or false' })
  readonly names?: boolean;

  @ApiPropertyOptional({
    description: 'The class goes back to the picture; one that is still asked is closed, and it stays in the results.',
    example: true,
  })
  @IsOptional()
  @Equals(true, { message: 'must be true' })
  readonly away?: true;
}

export class AnswerDto {
  @ApiProperty({ maxLength: LONGEST_ANSWER, description: 'Id of the choice, or a number.', example: 'b' })
  @IsString({ message: 'must be text' })
  @MaxLength(LONGEST_ANSWER, { message: `must have at most ${LONGEST_ANSWER} characters` })
  readonly answer!: string;
}

/** Of the socket's `classroom:answer`. */
export class AnswerPayload extends AnswerDto {
  @IsUUID('all', { message: 'must be the id of a question' })
  readonly questionId!: string;
}
