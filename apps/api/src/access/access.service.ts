/**
 * Session tokens: issued, checked, revoked. A token found once is remembered for a short while, so that a session under
 * load costs no query per request; revoking forgets it at once in this process, and within that while in any other.
 */
import { type Page, type PageQuery, SessionStore, type TokenRecord, TokenStore } from '@heapcast/database';
import { Injectable } from '@nestjs/common';
import type { IssuedToken, TokenRole, TokenSummary } from '@heapcast/contracts';
import { LRUCache } from 'lru-cache';
import { notFound, ProblemException } from '../problems/index.js';
import { ApiKeys } from './api-keys.js';
import { mintToken, parseToken, sameHash, type TokenSecret } from './token-secret.js';

/** How long another process may still honour a revoked token. */
const REMEMBERED_MILLISECONDS = 10_000;
const REMEMBERED_TOKENS = 20_000;

const RANK: Readonly<Record<TokenRole, number>> = { viewer: 1, editor: 2, owner: 3 };

export interface IssueOptions {
  readonly label?: string | undefined;
  readonly expiresAt?: Date | undefined;
}

/** What a valid token allows. */
export interface Grant {
  readonly tokenId: string;
  readonly sessionId: string;
  readonly role: TokenRole;
}

/** What a token that is not a session's own allows in one of the sessions asked for. */
export interface LentRole {
  readonly sessionId: string;
  readonly role: Exclude<TokenRole, 'owner'>;
}

/** Somebody whose tokens open sessions too: a classroom shows its members what it is about. */
export interface Lender {
  /** Is this a token of theirs? Known without asking the database; `false` may be wrong. */
  holds(tokenId: string): boolean;
  lent(presented: TokenSecret, sessionIds: readonly string[]): Promise<LentRole | undefined>;
}

function challenge(error?: string): Readonly<Record<string, string>> {
  return {
    'www-authenticate': error === undefined ? 'Bearer realm="session"' : `Bearer realm="session", error="${error}"`,
  };
}

function summary({ id, role, label, createdAt, expiresAt, revokedAt }: TokenRecord): TokenSummary {
  return {
    id,
    role,
    label,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
  };
}

@Injectable()
export class AccessService {
  readonly #known = new LRUCache<string, TokenRecord>({ max: REMEMBERED_TOKENS, ttl: REMEMBERED_MILLISECONDS });

  #lender: Lender | undefined;

  constructor(
    private readonly tokens: TokenStore,
    private readonly sessions: SessionStore,
    private readonly apiKeys: ApiKeys,
  ) {}

  /** Tokens that are no session's are shown to it. */
  askAlso(lender: Lender): void {
    this.#lender = lender;
  }

  /** The secret is in the answer and nowhere else. */
  async issue(sessionId: string, role: TokenRole, { label = '', expiresAt }: IssueOptions = {}): Promise<IssuedToken> {
    const { id, hash, token } = mintToken();
    const record = await this.tokens.create({ id, sessionId, role, hash, label, expiresAt: expiresAt ?? null });
    return { ...summary(record), token };
  }

  /**
   * @param bearer token, as the client sent it
   * @throws ProblemException `missing-token`, `invalid-token`, `forbidden`
   */
  async require(sessionId: string, role: TokenRole, bearer: string | undefined): Promise<Grant> {
    return this.requireAnyOf([sessionId], role, bearer);
  }

  /** The token must belong to one of these sessions, with at least this role there. */
  async requireAnyOf(sessionIds: readonly string[], role: TokenRole, bearer: string | undefined): Promise<Grant> {
    if (bearer === undefined) {
      throw new ProblemException('missing-token', `This needs a token of the session (${role} or more).`, {
        headers: challenge(),
      });
    }
    const grant = await this.#grantOf(bearer, sessionIds);
    if (!grant || !sessionIds.includes(grant.sessionId)) {
      throw new ProblemException('invalid-token', 'The token is not valid for this session.', {
        headers: challenge('invalid_token'),
      });
    }
    if (RANK[grant.role] < RANK[role]) {
      throw new ProblemException(
        'forbidden',
        `This needs a token of the role ${role}; this one is for a ${grant.role}.`,
        {
          headers: challenge('insufficient_scope'),
        },
      );
    }
    return grant;
  }

  /** Lets everyone read what is public, and holders of any token of the session what is private. */
  async requireRead(
    session: { readonly id: string; readonly visibility: 'public' | 'private' },
    bearer: string | undefined,
  ): Promise<void> {
    if (session.visibility === 'private') await this.require(session.id, 'viewer', bearer);
  }

  /** The same for what came from a session: a run, or the trace of one. @throws also `not-found` */
  async requireReadOfSession(sessionId: string, bearer: string | undefined): Promise<void> {
    const session = await this.sessions.find(sessionId);
    if (!session) throw notFound('session', sessionId);
    await this.requireRead(session, bearer);
  }

  /**
   * Lets only whoever made something that is no session's change it. Where the service has API keys, nobody came here without one, and
   * that will do.
   * @param ownerHash null = nobody has a token of it
   * @throws ProblemException `missing-token`, `invalid-token`, `forbidden`
   */
  requireOwner(ownerHash: Uint8Array | null, bearer: string | undefined): void {
    if (this.apiKeys.inForce) return;
    if (!ownerHash) {
      throw new ProblemException(
        'forbidden',
        "It belongs to nobody here: only with one of the service's API keys (API_KEYS) it may be changed.",
      );
    }
    if (bearer === undefined) {
      throw new ProblemException('missing-token', 'This needs the owner token that its creation was answered with.', {
        headers: challenge(),
      });
    }
    const presented = parseToken(bearer);
    if (presented && sameHash(ownerHash, presented.hash)) return;
    throw new ProblemException('invalid-token', "The token is not its owner's.", {
      headers: challenge('invalid_token'),
    });
  }

  /** Newest first, revoked ones too. @throws InvalidCursorError */
  async list(sessionId: string, query: PageQuery = {}): Promise<Page<TokenSummary>> {
    const { items, next } = await this.tokens.list(sessionId, query);
    return { items: items.map(summary), next };
  }

  /** @throws ProblemException `not-found` */
  async revoke(sessionId: string, tokenId: string): Promise<void> {
    this.#known.delete(tokenId);
    if (!(await this.tokens.revoke(sessionId, tokenId))) throw notFound('token', tokenId);
  }

  async #grantOf(token: string, sessionIds: readonly string[]): Promise<Grant | undefined> {
    const presented = parseToken(token);
    if (!presented) return undefined;
    let record = this.#known.get(presented.id);
    if (!record && this.#lender?.holds(presented.id)) return this.#lentGrant(presented, sessionIds);
    if (!record) {
      record = (await this.tokens.find(presented.id)) ?? undefined;
      if (record) this.#known.set(record.id, record);
    }
    if (!record) return this.#lentGrant(presented, sessionIds);
    if (!sameHash(record.hash, presented.hash)) return undefined;
    if (record.revokedAt !== null || (record.expiresAt !== null && record.expiresAt.getTime() <= Date.now()))
      return undefined;
    return { tokenId: record.id, sessionId: record.sessionId, role: record.role };
  }

  async #lentGrant(presented: TokenSecret, sessionIds: readonly string[]): Promise<Grant | undefined> {
    const lent = await this.#lender?.lent(presented, sessionIds);
    return lent && { tokenId: presented.id, ...lent };
  }
}
