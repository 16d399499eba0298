/** Stored traces -> what REST answers of them. */
import type { Page, TraceRecord } from '@heapcast/database';
import { formatList, type Site } from '@heapcast/trace';
import type { SitePageDto, TraceDto, TraceFormatDto, TraceItemDto, TracePageDto } from './trace.dto.js';
import type { TraceWithHeader } from './traces.service.js';

function item(record: TraceRecord): TraceItemDto {
  const { id, name, events, blocks, slots, sites, hasSites, hasTimes, hasNames, storedBytes, visibility } = record;
  const createdAt = record.createdAt.toISOString();
  return {
    id,
    name,
    events,
    blocks,
    peakLiveBlocks: slots,
    sites,
    hasSites,
    hasTimes,
    hasNames,
    storedBytes,
    visibility,
    createdAt,
  };
}

export function describeTraces({ items, next }: Page<TraceRecord>): TracePageDto {
  return { items: items.map(item), next };
}

export function describeTrace({ record, header }: TraceWithHeader): TraceDto {
  const { recordedOn, arenaSize, poolSize, arenaMisalignment } = header.origin;
  const formats: Record<string, TraceFormatDto> = {};
  for (const format of formatList) {
    const { name, contentTypes } = format;
    formats[name] = {
      contentType: contentTypes[0],
      href: `/v1/traces/${record.id}?format=${name}`,
      lost: format.losses(header),
    };
  }
  const origin = { recordedOn, arenaSize, poolSize, arenas: arenaMisalignment.length };
  return Object.assign(item(record), { origin, formats });
}

/** @param from 1-based index of the first site */
export function sitesPage(sites: readonly Site[], from: number, limit: number): SitePageDto {
  const items = sites.slice(from - 1, from - 1 + limit).map((site, i) => ({ index: from + i, ...site }));
  const next = from - 1 + limit < sites.length ? from + limit : null;
  return { items, next };
}

/** The file name of `Content-Disposition` without folders and endings, at most 200 characters; `''` = none. */
export function fileNameOf(disposition: string | undefined): string {
  if (disposition === undefined) return '';
  const extended = /filename\*\s*=\s*UTF-8''([^;]+)/i.exec(disposition)?.[1];
  const plain = /filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i.exec(disposition);
  let name = plain?.[1]?.replace(/\\(.)/g, '$1') ?? plain?.[2] ?? '';
  if (extended !== undefined) {
    try {
      name = decodeURIComponent(extended.trim());
    } catch {
      // Not decodable: the plain one, if any, will do.
    }
  }
  const base = name.split(/[/\\]/).at(-1) ?? '';
  return base
    .replace(/\p{Cc}/gu, '')
    .replace(/\.gz$/i, '')
    .replace(/\.(ndjson|jsonl|trace|rep|hcols|bin)$/i, '')
    .slice(0, 200);
}

/** Text as a header may hold it: visible ASCII and spaces. */
export function headerText(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}
