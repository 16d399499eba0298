/** Classrooms as REST takes them. What it tells is in `libs/contracts/src/classroom.ts`. */
import type { ChangeClassroom, JoinClassroom, OpenClassroom } from '@heapcast/contracts';
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsString,
  IsUUID,
  Length,
  Max,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { COPY, GRACE, SUBJECT_ID } from './classroom-examples.js';
import { IfGiven } from './if-given.js';

const TEXT = { message: 'must be text' };
const YES_OR_NO = { message: 'must be true or false' };
const UUID = { message: 'must be an id' };
const TITLE = {
  required: false,
  maxLength: 200,
  description: 'What to call it; without it, as what it is about.',
} as const;
/** Cut to 40 characters when it is shown; what is much longer was not meant as a name. */
export const NAME = { maxLength: 200, description: 'Display name, shown in 40 characters.', example: 'Ada' } as const;

class SubjectDto {
  @ApiProperty({ enum: ['session', 'run'], example: 'session' })
  @IsIn(['session', 'run'], { message: 'must be session or run' })
  readonly kind!: 'session' | 'run';

  @ApiProperty({ format: 'uuid', example: SUBJECT_ID })
  @IsUUID(undefined, UUID)
  readonly id!: string;
}

class NextSubjectDto extends SubjectDto {
  @ApiProperty({
    required: false,
    description: 'Token of a session that is private, or that the driver is to write to.',
  })
  @IfGiven()
  @IsString(TEXT)
  @Length(1, 200)
  readonly token?: string;
}

class ScenarioOfClassroomDto {
  @ApiProperty({ description: 'As `GET /v1/scenarios` lists it.', example: 'list-of-dicts' })
  @IsString(TEXT)
  @Length(1, 100)
  readonly name!: string;

  @ApiProperty({ required: false, description: 'Which side of it to play; without it the first.' })
  @IfGiven()
  @IsString(TEXT)
  @Length(1, 64)
  readonly side?: string;

  @ApiProperty({ required: false, type: Object, description: 'Its parameters.', example: { calls: 8 } })
  @IfGiven()
  @IsObject({ message: 'must be an object' })
  readonly parameters?: Readonly<Record<string, unknown>>;
}

export class OpenClassroomDto implements OpenClassroom {
  @ApiProperty({ ...TITLE, example: 'Why memory does not come back' })
  @IfGiven()
  @IsString(TEXT)
  @Length(0, 200)
  readonly title?: string;

  @ApiProperty(NAME)
  @IsString(TEXT)
  @Length(1, 200)
  readonly name!: string;

  @ApiProperty({ required: false, type: SubjectDto, description: 'Something that exists.' })
  @IfGiven()
  @ValidateNested({ message: 'must be an object' })
  @Type(() => SubjectDto)
  readonly subject?: SubjectDto;

  @ApiProperty({ required: false, type: ScenarioOfClassroomDto, description: 'Or a scenario that is started for it.' })
  @IfGiven()
  @ValidateNested({ message: 'must be an object' })
  @Type(() => ScenarioOfClassroomDto)
  readonly scenario?: ScenarioOfClassroomDto;

  @ApiProperty({
    required: false,
    type: 'integer',
    minimum: 0,
    description: 'Where the class begins: after so many events; at the end without it.',
    example: 893,
  })
  @IfGiven()
  @IsInt({ message: 'must be a whole number' })
  @Min(0, { message: 'must not be negative' })
  @Max(Number.MAX_SAFE_INTEGER, { message: 'must be the number of an event' })
  readonly event?: number;

  @ApiProperty({
    required: false,
    type: 'integer',
    minimum: 1,
    maximum: 48,
    default: 12,
    description: 'Hours that codes are good for.',
  })
  @IfGiven()
  @IsInt({ message: 'must be a whole number' })
  @Min(1)
  @Max(48)
  readonly codeHours?: number;
}

export class JoinClassroomDto implements JoinClassroom {
  @ApiProperty({ maxLength: 20, description: 'In any case, with or without the space.', example: 'KMP 427' })
  @IsString(TEXT)
  @Length(1, 20)
  readonly code!: string;

  @ApiProperty({ ...NAME, example: 'Grace' })
  @IsString(TEXT)
  @Length(1, 200)
  readonly name!: string;

  @ApiProperty({ required: false, enum: ['student', 'observer'], default: 'student' })
  @IfGiven()
  @IsIn(['student', 'observer'], { message: 'must be student or observer' })
  readonly role?: 'student' | 'observer';

  @ApiProperty({
    required: false,
    description: 'Token from before: the same person comes back, also where the class is locked.',
  })
  @IfGiven()
  @IsString(TEXT)
  @Length(1, 200)
  readonly token?: string;
}

class ProjectionDto {
  @ApiProperty({ enum: ['lesson', 'copy'], example: 'copy' })
  @IsIn(['lesson', 'copy'], { message: 'must be lesson or copy' })
  readonly kind!: 'lesson' | 'copy';

  @ApiProperty({ required: false, format: 'uuid', description: 'Of a copy that is shown to the class.', example: COPY })
  @ValidateIf(({ kind }: ProjectionDto) => kind === 'copy')
  @IsUUID(undefined, UUID)
  readonly copyId?: string;
}

export class ChangeClassroomDto {
  @ApiProperty({ ...TITLE, example: 'Second lesson' })
  @IfGiven()
  @IsString(TEXT)
  @Length(0, 200)
  readonly title?: string;

  @ApiProperty({ required: false, description: 'Nobody new may join.', example: true })
  @IfGiven()
  @IsBoolean(YES_OR_NO)
  readonly locked?: boolean;

  @ApiProperty({ required: false, description: '`false`: everybody goes where the class is led.', example: true })
  @IfGiven()
  @IsBoolean(YES_OR_NO)
  readonly mayExplore?: boolean;

  @ApiProperty({ required: false, format: 'uuid', description: 'Who leads from now on.', example: GRACE })
  @IfGiven()
  @IsUUID(undefined, UUID)
  readonly driverId?: string;

  @ApiProperty({ required: false, type: ProjectionDto, description: 'What is on the wall.' })
  @IfGiven()
  @ValidateNested({ message: 'must be an object' })
  @Type(() => ProjectionDto)
  readonly projection?: ProjectionDto;

  @ApiProperty({ required: false, type: NextSubjectDto, description: 'What is looked at from now on.' })
  @IfGiven()
  @ValidateNested({ message: 'must be an object' })
  @Type(() => NextSubjectDto)
  readonly subject?: NextSubjectDto;

  @ApiProperty({ required: false, enum: ['closed'], description: 'Ends the classroom for good.' })
  @IfGiven()
  @IsIn(['closed'], { message: 'must be closed: a class that is over does not open again' })
  readonly status?: 'closed';
}

/** The body as the contract has it. */
export function changeOf({ projection, ...rest }: ChangeClassroomDto): ChangeClassroom {
  if (projection === undefined) return rest;
  const { kind, copyId = '' } = projection;
  return { ...rest, projection: kind === 'copy' ? { kind, copyId } : { kind } };
}
