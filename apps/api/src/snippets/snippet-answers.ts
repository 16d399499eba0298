/** Stored snippets -> what REST answers of them. */
import type { Page, SnippetDetail, SnippetRecord } from '@heapcast/database';
import type { SnippetDetailDto } from './snippet-result.dto.js';
import type { SnippetDto, SnippetPageDto } from './snippet.dto.js';

const LANGUAGE_NAMES: Readonly<Record<string, string>> = { cpp: 'c++' };

/** Of a snippet that has not ended, or of which nothing more is known. */
const NOTHING: Omit<SnippetDetailDto, keyof SnippetDto | 'source' | 'settings'> = {
  detail: '',
  output: [],
  translations: [],
  remarks: [],
  diagnostics: [],
  exception: null,
  leaks: null,
  census: null,
  exitStatus: null,
  ms: 0,
  counts: { events: 0, blocks: 0, lines: 0, outputBytes: 0 },
};

export function describeSnippet(record: SnippetRecord): SnippetDto {
  const { id, status, outcome, language, file, session, createdAt, startedAt, finishedAt } = record;
  return {
    id,
    status,
    outcome,
    language: LANGUAGE_NAMES[language] ?? language,
    file,
    name: session.name,
    visibility: session.visibility,
    sessionId: id,
    runId: session.runId,
    traceId: session.traceId,
    createdAt: createdAt.toISOString(),
    startedAt: startedAt?.toISOString() ?? null,
    finishedAt: finishedAt?.toISOString() ?? null,
  };
}

export function describeSnippetDetail(snippet: SnippetDetail): SnippetDetailDto {
  const { source, settings, result } = snippet;
  return Object.assign(describeSnippet(snippet), { source, settings: settings ?? {} }, NOTHING, result);
}

export function describeSnippets({ items, next }: Page<SnippetRecord>): SnippetPageDto {
  return { items: items.map(describeSnippet), next };
}
