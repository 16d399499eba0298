/** What `POST /v1/party` takes. */
import { ApiProperty } from '@nestjs/swagger';
import { PARTY_STRATEGIES, type PartyStrategy } from '@heapcast/scenarios';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  Length,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';

export const MOST_GROUPS = 500;
export const MOST_TOYS = 10_000;
export const MOST_TOYS_IN_ORDER = 100_000;
const MOST_HOURS = 1000;

/** A whole number with its bounds, in the documentation and in the check. */
function Count(minimum: number, maximum: number, options: { example: number; description: string; default?: number }) {
  const required = options.default === undefined;
  const decorators = [
    ApiProperty({ type: 'integer', minimum, maximum, required, ...options }),
    IsInt({ message: 'must be a whole number' }),
    Min(minimum, { message: `must be at least ${minimum}` }),
    Max(maximum, { message: `must be at most ${maximum}` }),
    ...(required ? [] : [IsOptional()]),
  ];
  return (target: object, key: string | symbol): void => {
    for (const decorate of decorators) decorate(target, key);
  };
}

function Hours(options: { example: number | null; description: string; required?: boolean }) {
  const decorators = [
    ApiProperty({ type: 'number', minimum: 0, maximum: MOST_HOURS, nullable: options.required === false, ...options }),
    IsNumber({ maxDecimalPlaces: 3 }, { message: 'must be a number of hours with at most three decimals' }),
    Min(0, { message: 'must not be negative' }),
    Max(MOST_HOURS, { message: `must be at most ${MOST_HOURS}` }),
    ...(options.required === false ? [IsOptional()] : []),
  ];
  return (target: object, key: string | symbol): void => {
    for (const decorate of decorators) decorate(target, key);
  };
}

export class GuestsDto {
  @ApiProperty({ maxLength: 60, example: 'River kids' })
  @IsString()
  @Length(1, 60)
  readonly group!: string;

  @Hours({ example: 0.5, description: 'Hours after the beginning.' })
  readonly arrives!: number;

  @Hours({ example: 3, description: 'Hours after the beginning; without it they stay to the end.', required: false })
  readonly leaves?: number | null;

  @Count(0, 1000, { example: 8, description: 'How many come.' })
  readonly children!: number;

  @Count(0, 100, { example: 2, description: 'Toys for each of them.' })
  readonly toysEach!: number;

  @ApiProperty({ required: false, maxLength: 40, default: 'toy', description: 'Kind of toy.', example: 'ball' })
  @IsOptional()
  @IsString()
  @Length(1, 40)
  readonly kind?: string;
}

export class GuestListDto {
  @Count(0, 0xffff_ffff, { example: 106, description: 'The same seed gives the same guests.' })
  readonly seed!: number;

  @Count(1, MOST_GROUPS, { example: 12, description: 'Groups of children.', default: 12 })
  readonly groups?: number;

  @Count(1, 100, { example: 8, description: 'Length of the party in hours.', default: 8 })
  readonly hours?: number;
}

export class PartyDto {
  @Count(1, 1000, { example: 12, description: 'Toys in a collection.', default: 12 })
  readonly toysPerCollection?: number;

  @Count(1, 1000, { example: 8, description: 'Collections in an order.', default: 8 })
  readonly collectionsPerOrder?: number;

  @Count(0, 1_000_000, { example: 10, description: 'Coins for an order, for an hour.', default: 10 })
  readonly pricePerHour?: number;

  @Count(0, MOST_TOYS, {
    example: 96,
    description: 'Toys thought to be needed: so much is ordered ahead.',
    default: 0,
  })
  readonly estimatedToys?: number;

  @ApiProperty({
    required: false,
    enum: ['started', 'exact'],
    default: 'started',
    description: 'Every hour that has begun is paid for, or time to the minute.',
    example: 'started',
  })
  @IsOptional()
  @IsIn(['started', 'exact'], { message: 'must be started or exact' })
  readonly billing?: 'started' | 'exact';

  @Count(1, MOST_TOYS, {
    example: 40,
    description: 'Orders that the vendor has; without it as many as are wanted.',
    default: MOST_TOYS,
  })
  readonly vendorOrders?: number;

  @ApiProperty({
    required: false,
    type: [GuestsDto],
    description: `Who comes and goes: at most ${MOST_GROUPS} groups, ${MOST_TOYS} toys in all.`,
  })
  @IsOptional()
  @IsArray({ message: 'must be a list' })
  @ArrayMaxSize(MOST_GROUPS, { message: `must hold at most ${MOST_GROUPS} groups` })
  @ValidateNested({ each: true, message: 'must be groups' })
  @Type(() => GuestsDto)
  readonly guests?: readonly GuestsDto[];

  @ApiProperty({
    required: false,
    type: GuestListDto,
    description: 'A list of guests made from a seed, in the place of one that is given.',
    example: { seed: 106, groups: 12, hours: 8 },
  })
  @IsOptional()
  @ValidateNested({ message: 'must be an object' })
  @Type(() => GuestListDto)
  readonly generate?: GuestListDto;

  @ApiProperty({
    required: false,
    enum: PARTY_STRATEGIES,
    isArray: true,
    description: 'Which strategies to compare; without it, all.',
    example: ['give-back', 'keep-one'],
  })
  @IsOptional()
  @IsArray({ message: 'must be a list' })
  @ArrayMaxSize(PARTY_STRATEGIES.length)
  @IsIn(PARTY_STRATEGIES, { each: true, message: `must be of ${PARTY_STRATEGIES.join(', ')}` })
  readonly strategies?: readonly PartyStrategy[];

  @ApiProperty({ required: false, default: true, description: 'Whether each moment is told.', example: true })
  @IsOptional()
  @IsBoolean({ message: 'must be true or false' })
  readonly timeline?: boolean;
}
