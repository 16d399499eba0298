/**
 * The call sites that a session's requests point into. The table grows while the session is open: what a batch of
 * requests needs is written before the batch is, so that no acknowledged request ever points at nothing.
 *
 * A row says "from this index on, the sites are these": rows that were written for requests which then failed are
 * replaced by what comes in their place.
 */
import type { Site } from '@heapcast/trace';
import { Injectable } from '@nestjs/common';
import type { Prisma } from '../generated/client.js';
import { PrismaService } from '../prisma.service.js';
import { readSites, writeSites } from '../stored-json.js';

/** Consecutive entries of a site table. */
export interface SiteGrowth {
  /** 1-based index of the first one; the table ends before it, or is cut there. */
  readonly first: number;
  readonly sites: readonly Site[];
}

const WRITE = `
WITH cut AS (DELETE FROM session_sites WHERE session_id = $1 AND first_site > $2)
INSERT INTO session_sites (session_id, first_site, sites)
SELECT id, $2, $3::json FROM sessions WHERE id = $1 AND status = 'open'
ON CONFLICT (session_id, first_site) DO UPDATE SET sites = excluded.sites`;

@Injectable()
export class SessionSites {
  constructor(private readonly prisma: PrismaService) {}

  /** Resolves when the sites are on disk. One writer per session. */
  async write(sessionId: string, { first, sites }: SiteGrowth): Promise<void> {
    if (sites.length === 0) return;
    await this.prisma.pool.query({
      name: 'session-sites-write',
      text: WRITE,
      values: [sessionId, first, JSON.stringify(writeSites(sites))],
    });
  }

  /** The whole table, open or finished; empty when the session has none. */
  async read(sessionId: string, tx: Prisma.TransactionClient = this.prisma.client): Promise<Site[]> {
    const rows = await tx.sessionSites.findMany({
      where: { sessionId },
      orderBy: { firstSite: 'asc' },
      select: { firstSite: true, sites: true },
    });
    const table: Site[] = [];
    for (const { firstSite, sites } of rows) {
      table.length = Math.min(table.length, firstSite - 1);
      for (const site of readSites(sites)) table.push(site);
    }
    return table;
  }

  /** Gives the session `to`, which has none, the sites of the session `from`. */
  async copy(from: string, to: string, tx: Prisma.TransactionClient): Promise<void> {
    await tx.$executeRaw`
      INSERT INTO session_sites (session_id, first_site, sites)
      SELECT ${to}::uuid, first_site, sites FROM session_sites WHERE session_id = ${from}::uuid`;
  }

  /** Gives the session `to`, which has none, the sites of a trace. */
  async copyOfTrace(traceKey: number, to: string, tx: Prisma.TransactionClient): Promise<void> {
    await tx.$executeRaw`
      INSERT INTO session_sites (session_id, first_site, sites)
      SELECT ${to}::uuid, 1, sites FROM traces WHERE id = ${traceKey} AND site_count > 0`;
  }
}
