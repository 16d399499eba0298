/** Tokens of sessions. Only hashes of their secrets are kept; whoever compares them does so in constant time. */
import { Injectable } from '@nestjs/common';
import { type Page, pageOf, type PageQuery, toPage, UUIDS } from './cursor.js';
import type { Prisma, TokenRole } from './generated/client.js';
import { PrismaService } from './prisma.service.js';

export interface TokenRecord {
  readonly id: string;
  readonly sessionId: string;
  readonly role: TokenRole;
  /** SHA-256 of the secret, 32 bytes. */
  readonly hash: Uint8Array;
  readonly label: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
}

export interface NewToken {
  readonly id?: string | undefined;
  readonly sessionId: string;
  readonly role: TokenRole;
  readonly hash: Uint8Array;
  readonly label?: string | undefined;
  readonly expiresAt?: Date | null | undefined;
}

@Injectable()
export class TokenStore {
  constructor(private readonly prisma: PrismaService) {}

  /** @param client a transaction that the token is to be a part of */
  async create(token: NewToken, client: Prisma.TransactionClient = this.prisma.client): Promise<TokenRecord> {
    const { id, sessionId, role, hash, label = '', expiresAt = null } = token;
    return client.token.create({
      data: { ...(id === undefined ? {} : { id }), sessionId, role, hash: Buffer.from(hash), label, expiresAt },
    });
  }

  /** Expired and revoked ones too. */
  async find(id: string): Promise<TokenRecord | null> {
    return this.prisma.client.token.findUnique({ where: { id } });
  }

  /** A session's tokens, newest first, revoked ones too. @throws InvalidCursorError */
  async list(sessionId: string, query: PageQuery = {}): Promise<Page<TokenRecord>> {
    const { limit, take, orderBy, where } = pageOf(query, UUIDS);
    const rows = await this.prisma.client.token.findMany({ where: { ...where, sessionId }, orderBy, take });
    return toPage(rows, limit, (row): TokenRecord => row);
  }

  /** Returns whether the session has such a token that was not revoked before. */
  async revoke(sessionId: string, id: string): Promise<boolean> {
    const { count } = await this.prisma.client.token.updateMany({
      where: { id, sessionId, revokedAt: null },
      data: { revokedAt: new Date() },
    });
    return count > 0;
  }
}
