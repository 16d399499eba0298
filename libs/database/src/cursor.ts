/**
 * Pages of lists, newest first. A cursor names the last row of the page before by its time and id, so a page neither
 * repeats nor misses a row when others come and go between two pages. To clients it is an opaque word.
 */
import { InvalidCursorError } from './errors.js';

export const LARGEST_PAGE = 200;
const USUAL_PAGE = 50;

export interface PageQuery {
  /** 1 … 200; default 50. */
  readonly limit?: number | undefined;
  /** `next` of the page before. */
  readonly cursor?: string | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Cursor of the next page; `null`: this was the last one. */
  readonly next: string | null;
}

interface Place<Id> {
  readonly createdAt: Date;
  readonly id: Id;
}

/** How ids are written in cursors. */
export interface CursorIds<Id> {
  readonly pattern: RegExp;
  readonly read: (text: string) => Id;
}

export const UUIDS: CursorIds<string> = {
  pattern: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
  read: (text) => text,
};
export const NUMBERS: CursorIds<number> = { pattern: /^\d{1,10}$/, read: Number };

/** The `where`, `orderBy` and `take` of a page: one row more than asked for tells whether there is another page. */
export function pageOf<Id extends string | number>(query: PageQuery, ids: CursorIds<Id>) {
  const limit = Math.min(Math.max(Math.trunc(query.limit ?? USUAL_PAGE), 1), LARGEST_PAGE);
  const after = query.cursor === undefined ? null : readCursor(query.cursor, ids);
  const newestFirst = [{ createdAt: 'desc' as const }, { id: 'desc' as const }];
  return {
    limit,
    take: limit + 1,
    orderBy: newestFirst,
    // The first condition says nothing new; it lets the index skip to the place.
    where: after
      ? {
          createdAt: { lte: after.createdAt },
          OR: [{ createdAt: { lt: after.createdAt } }, { createdAt: after.createdAt, id: { lt: after.id } }],
        }
      : {},
  };
}

/** @param rows at most `limit + 1` */
export function toPage<Row extends Place<string | number>, T>(
  rows: readonly Row[],
  limit: number,
  toItem: (row: Row) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(toItem), next: rows.length > limit && last ? writeCursor(last) : null };
}

/** Rows whose name has `part` in it, in any case. What SQL's LIKE takes for patterns is meant as written. */
export function namedLike(part: string | undefined) {
  if (!part) return {};
  return { name: { contains: part.replaceAll(/[\\%_]/g, String.raw`\$&`), mode: 'insensitive' as const } };
}

function writeCursor({ createdAt, id }: Place<string | number>): string {
  return Buffer.from(`${createdAt.getTime()} ${id}`).toString('base64url');
}

function readCursor<Id>(cursor: string, { pattern, read }: CursorIds<Id>): Place<Id> {
  const [time = '', id = ''] = Buffer.from(cursor, 'base64url').toString('latin1').split(' ');
  // 8.64e15 is the last millisecond that a Date can hold.
  if (!/^\d{1,15}$/.test(time) || !pattern.test(id) || (pattern === NUMBERS.pattern && Number(id) > 0x7fff_ffff)) {
    throw new InvalidCursorError('The cursor is not one that this service gave: use "next" of the page before.');
  }
  return { createdAt: new Date(Number(time)), id: read(id) };
}
