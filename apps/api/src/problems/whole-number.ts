/** A whole number in a query: digits and nothing else. `1e3`, `-1`, `1.5`, an empty or repeated parameter are refused. */
import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';

export interface WholeNumberRange {
  readonly minimum: number;
  readonly maximum: number;
  readonly description: string;
  readonly example: number;
  /** Absent = the parameter must be given, unless `optional`. */
  readonly default?: number;
  readonly optional?: boolean;
}

export function WholeNumber(range: WholeNumberRange): PropertyDecorator {
  const { minimum, maximum, description, example } = range;
  const optional = range.optional === true || range.default !== undefined;
  const bounds = maximum === Number.MAX_SAFE_INTEGER ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`;
  const message = `must be a whole number ${bounds}`;
  return applyDecorators(
    ApiProperty({
      type: 'integer',
      minimum,
      maximum,
      description,
      example,
      default: range.default,
      required: !optional,
    }),
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value,
    ),
    IsInt({ message }),
    Min(minimum, { message }),
    Max(maximum, { message }),
    ...(optional ? [IsOptional()] : []),
  );
}
