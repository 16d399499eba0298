/** What `GET /v1/sessions/:id/stream` takes. */
import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Length } from 'class-validator';
import { type Lens, LensQuery } from '../lens/lens.js';
import { WholeNumber } from '../problems/whole-number.js';

export class StreamQueryDto {
  @WholeNumber({
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    optional: true,
    description:
      'The last `seq` that is known: the events after it are sent, 0 = all. Without it a snapshot comes first. `Last-Event-ID` is stronger.',
    example: 0,
  })
  readonly from?: number;

  @ApiProperty({
    required: false,
    enum: ['events', 'state'],
    default: 'events',
    description: 'Every event, or only the latest state, at most 10 times a second.',
    example: 'events',
  })
  @IsOptional()
  @IsIn(['events', 'state'], { message: 'must be events or state' })
  readonly mode?: 'events' | 'state';

  @LensQuery()
  readonly lens?: Lens;

  @ApiProperty({ required: false, maxLength: 200, description: 'Display name.', example: 'Ada' })
  @IsOptional()
  @IsString({ message: 'must be given once' })
  @Length(0, 200)
  readonly name?: string;

  @ApiProperty({
    required: false,
    maxLength: 200,
    description: 'A token of a private session, for clients that cannot send headers (`EventSource`).',
    example: 'hc_2f1c5d8e9a0b4c7d8e9f0a1b2c3d4e5f_Jx0v0m3uT0bq1q9XyqQ1mVb0v5m2o6yq0l4r8s2t6w0',
  })
  @IsOptional()
  @IsString({ message: 'must be given once' })
  @Length(1, 200)
  readonly token?: string;
}
