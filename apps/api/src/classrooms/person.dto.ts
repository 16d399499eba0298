/** What is changed of people and of their copies. */
import { CLASSROOM_ROLES, type ChangePerson, type ClassroomRole } from '@heapcast/contracts';
import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, IsString, Length, Max, Min } from 'class-validator';
import { NAME } from './classroom.dto.js';
import { IfGiven } from './if-given.js';

const YES_OR_NO = { message: 'must be true or false' };
const NOTE = {
  required: false,
  maxLength: 500,
  description: 'A line of its maker.',
  example: 'One free more',
} as const;

export class ChangePersonDto implements ChangePerson {
  @ApiProperty({ ...NAME, required: false, example: 'Grace H.' })
  @IfGiven()
  @IsString({ message: 'must be text' })
  @Length(1, 200)
  readonly name?: string;

  @ApiProperty({
    required: false,
    enum: CLASSROOM_ROLES,
    description: '`owner` hands the classroom over.',
    example: 'teacher',
  })
  @IfGiven()
  @IsIn(CLASSROOM_ROLES, { message: `must be one of ${CLASSROOM_ROLES.join(', ')}` })
  readonly role?: ClassroomRole;

  @ApiProperty({ required: false, description: 'Nothing of theirs is shown to the class.', example: true })
  @IfGiven()
  @IsBoolean(YES_OR_NO)
  readonly muted?: boolean;
}

export class TakeCopyDto {
  @ApiProperty({ required: false, type: 'integer', minimum: 0, description: 'Without it, where one is.', example: 893 })
  @IfGiven()
  @IsInt({ message: 'must be a whole number' })
  @Min(0, { message: 'must not be negative' })
  @Max(Number.MAX_SAFE_INTEGER, { message: 'must be the number of an event' })
  readonly event?: number;

  @ApiProperty(NOTE)
  @IfGiven()
  @IsString({ message: 'must be text' })
  @Length(0, 500)
  readonly note?: string;
}

export class ChangeCopyDto {
  @ApiProperty({ required: false, description: 'Offered to the class.', example: true })
  @IfGiven()
  @IsBoolean(YES_OR_NO)
  readonly shown?: boolean;

  @ApiProperty(NOTE)
  @IfGiven()
  @IsString({ message: 'must be text' })
  @Length(0, 500)
  readonly note?: string;
}
