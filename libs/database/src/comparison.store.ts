/** Comparisons, kept as they were answered: the runs that they rest on are runs like any other. */
import { Injectable } from '@nestjs/common';
import { PrismaService } from './prisma.service.js';
import { readPlain, type StoredPlain, writePlain } from './stored-json.js';

export interface NewComparison {
  readonly id: string;
  readonly kind: string;
  /** Who may read this session may read the comparison; `null` = everybody. */
  readonly sessionId: string | null;
  readonly result: object;
}

export interface ComparisonRecord {
  readonly id: string;
  readonly kind: string;
  readonly sessionId: string | null;
  readonly result: StoredPlain;
}

@Injectable()
export class ComparisonStore {
  constructor(private readonly prisma: PrismaService) {}

  async create({ result, ...comparison }: NewComparison): Promise<void> {
    await this.prisma.client.comparison.create({ data: { ...comparison, result: writePlain(result) } });
  }

  /** Forgets all but the newest `count`; their runs stay. @returns how many were forgotten */
  async keepNewest(count: number): Promise<number> {
    return this.prisma.client.$executeRaw`
      DELETE FROM comparisons WHERE id IN (
        SELECT id FROM comparisons ORDER BY created_at DESC, id DESC OFFSET ${count})`;
  }

  async find(id: string): Promise<ComparisonRecord | null> {
    const row = await this.prisma.client.comparison.findUnique({ where: { id } });
    return row && { id, kind: row.kind, sessionId: row.sessionId, result: readPlain(row.result) ?? {} };
  }
}
