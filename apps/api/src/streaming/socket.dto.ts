/** What socket clients send, checked by the same rules as HTTP bodies. Requests of a session are checked by hand. */
import { IsIn, IsInt, IsOptional, IsString, Length, Max, Min } from 'class-validator';
import type { Subscribe, SubscriptionMode } from '@heapcast/contracts';
import { type Lens, LENSES } from '../lens/lens.js';

const DETAILS = ['summary', 'regions', 'pools', 'blocks'] as const;
const TEXT = { message: 'must be text' };

export class SessionPayload {
  @IsString(TEXT)
  @Length(1, 64)
  readonly sessionId!: string;
}

export class SubscribePayload extends SessionPayload implements Subscribe {
  @IsOptional()
  @IsInt({ message: 'must be a whole number' })
  @Min(0, { message: 'must not be negative' })
  @Max(Number.MAX_SAFE_INTEGER, { message: 'must be the number of an event' })
  readonly from?: number;

  @IsOptional()
  @IsIn(['json', 'binary'], { message: 'must be json or binary' })
  readonly format?: 'json' | 'binary';

  @IsOptional()
  @IsIn(['events', 'state', 'map'], { message: 'must be events, state or map' })
  readonly mode?: SubscriptionMode;

  @IsOptional()
  @IsInt({ message: 'must be a whole number' })
  @Min(0, { message: 'must not be negative' })
  @Max(0x7fff_ffff, { message: 'must be the ordinal of an arena' })
  readonly arena?: number;

  @IsOptional()
  @IsIn(LENSES, { message: `must be ${LENSES.join(', ')}` })
  readonly lens?: Lens;

  @IsOptional()
  @IsIn(DETAILS, { message: `must be one of ${DETAILS.join(', ')}` })
  readonly detail?: (typeof DETAILS)[number];

  @IsOptional()
  @IsString(TEXT)
  @Length(0, 200)
  readonly name?: string;

  @IsOptional()
  @IsString(TEXT)
  @Length(1, 200)
  readonly token?: string;
}

export class PresencePayload extends SessionPayload {
  @IsString(TEXT)
  @Length(0, 200)
  readonly name!: string;
}

export class RunPayload {
  @IsString(TEXT)
  @Length(1, 64)
  readonly runId!: string;

  @IsOptional()
  @IsString(TEXT)
  @Length(1, 200)
  readonly token?: string;
}
