/** Sessions as REST answers tell them. */
import type { ProgramChoice } from './program.js';
import type { SessionEvent, SessionLedger, SessionTotals } from './session-event.js';
import type { SessionRequest } from './session-request.js';

export type SessionStatus = 'open' | 'finished';
/**
 * What a session's requests come from: clients that ask one by one; a program, by its commands; or code that ran in the
 * sandbox.
 */
export const SESSION_KINDS = ['allocator', 'program', 'snippet'] as const;
export type SessionKind = (typeof SESSION_KINDS)[number];
/** Who may read: everyone, or holders of a token. Writing always needs an owner or editor token. */
export type Visibility = 'public' | 'private';

/** A configuration as the client writes it: `{ "model": "pymalloc", "profile": "cpython-3.11" }`. */
export interface AllocatorChoice {
  readonly model: string;
  readonly profile?: string;
  readonly options?: Readonly<Record<string, unknown>>;
}

export interface CreateSession {
  readonly allocator?: AllocatorChoice;
  /** Makes it a program session, which takes commands in the place of requests. */
  readonly program?: ProgramChoice;
  readonly name?: string;
  readonly visibility?: Visibility;
  /** Display name of whoever opens it. */
  readonly owner?: string;
}

/** A configuration with every option filled in. */
export interface ResolvedAllocator {
  readonly model: string;
  readonly profile: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly modelVersion: number;
}

export interface SessionSummary {
  readonly id: string;
  readonly name: string;
  readonly visibility: Visibility;
  readonly status: SessionStatus;
  readonly kind: SessionKind;
  /** How a program or snippet was set up, which scenario is played, which run was gone on from (`origin`); `null` = none of that. */
  readonly settings: Readonly<Record<string, unknown>> | null;
  /** Display name of whoever opened it; may be empty. */
  readonly owner: string;
  /** The last event's number; 0 = nothing happened yet. */
  readonly seq: number;
  readonly allocator: ResolvedAllocator;
  /** ISO 8601. */
  readonly createdAt: string;
  /** When it, or what it holds, last changed. */
  readonly updatedAt: string;
  readonly finishedAt: string | null;
  /** The run that a finished session became. */
  readonly runId: string | null;
  readonly forkedFrom: { readonly sessionId: string; readonly seq: number } | null;
}

export interface SessionDetail extends SessionSummary {
  readonly totals: SessionTotals;
  readonly ledger: SessionLedger;
  /** Subscribers now. */
  readonly presence: number;
}

/** The answer to creating or forking a session: the token is told this once. */
export interface CreatedSession extends SessionDetail {
  readonly ownerToken: string;
}

export interface RequestBatch {
  readonly requests: readonly SessionRequest[];
}

export interface RequestAnswer {
  /** The session's last event after this batch. */
  readonly seq: number;
  /** One per request, in order; none with `Prefer: return=minimal`. */
  readonly results: readonly SessionEvent[];
}

export interface EventPage {
  /** The first event's `seq` is `from` + 1. */
  readonly events: readonly SessionEvent[];
  /** `from` of the next page; `null` = these were the last ones for now. */
  readonly next: number | null;
}

export type TokenRole = 'owner' | 'editor' | 'viewer';

export interface TokenSummary {
  readonly id: string;
  readonly role: TokenRole;
  readonly label: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

/** The answer to issuing a token: the secret is told this once. */
export interface IssuedToken extends TokenSummary {
  readonly token: string;
}
