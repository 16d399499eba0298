/** Snippets by their public addresses: ordered, followed, read. */
import { json } from './rest.js';
import { keepToken, tokenOf } from './tokens.js';

export const LANGUAGES = ['python', 'c', 'c++'] as const;
export type Language = (typeof LANGUAGES)[number];
export const RECORDS = ['requests', 'lines', 'frames'] as const;
export type Recording = (typeof RECORDS)[number];

export interface Order {
  readonly language: Language;
  readonly source: string;
  readonly record?: Recording;
  readonly limits?: { readonly timeMs?: number; readonly memoryBytes?: number; readonly events?: number };
  readonly allocator?: { readonly model: string; readonly profile: string };
  readonly visibility?: 'public' | 'private';
}

interface Amount {
  readonly bytes: number;
  readonly blocks: number;
}

export interface CallPlace {
  readonly function: string;
  readonly file: string;
  readonly line: number;
}

export interface Snippet {
  readonly id: string;
  readonly status: 'waiting' | 'running' | 'finished';
  readonly outcome: string | null;
  readonly language: Language;
  readonly file: string;
  readonly name: string;
  readonly source: string;
  readonly sessionId: string;
  readonly runId: string | null;
  readonly settings: { readonly record?: Recording };
  readonly detail: string;
  readonly output: readonly { readonly stream: string; readonly text: string }[];
  readonly translations: readonly {
    readonly line: number;
    readonly from: string;
    readonly to: string;
    readonly note: string;
  }[];
  readonly remarks: readonly string[];
  readonly diagnostics: readonly {
    readonly severity: 'error' | 'warning' | 'note';
    readonly line: number;
    readonly column: number;
    readonly message: string;
  }[];
  readonly exception: {
    readonly type: string;
    readonly message: string;
    readonly line: number;
    readonly traceback: string;
  } | null;
  readonly leaks: {
    readonly summary: Readonly<Record<'definite' | 'indirect' | 'possible' | 'reachable', Amount>>;
    readonly records: readonly {
      readonly kind: 'definite' | 'indirect' | 'possible' | 'reachable';
      readonly bytes: number;
      readonly blocks: number;
      readonly path: readonly CallPlace[];
      readonly sentence: string;
    }[];
    readonly recordsDropped: number;
    readonly errors: readonly {
      readonly sentence: string;
      readonly times: number;
      readonly path: readonly CallPlace[];
    }[];
    readonly peakBytes: number;
  } | null;
  readonly census: readonly { readonly type: string; readonly count: number; readonly bytes: number }[] | null;
  readonly exitStatus: number | null;
  readonly ms: number;
  readonly counts: { readonly events: number; readonly blocks: number; readonly lines: number };
}

export interface LineRow {
  readonly line: number | null;
  readonly bytes: number;
  readonly blocks: number;
}

export const MEASURES = ['live', 'peak', 'total'] as const;
export type Measure = (typeof MEASURES)[number];

export interface Advice {
  readonly sentence: string;
}

/** Does not wait until it has run; keeps its token in this browser. @throws ServiceError with what the service said */
export async function orderSnippet(order: Order): Promise<Snippet> {
  const { ownerToken, ...snippet } = await json<Snippet & { readonly ownerToken: string }>('/v1/snippets', {
    method: 'POST',
    body: order,
    prefer: 'respond-async',
  });
  keepToken(snippet.id, ownerToken);
  return snippet;
}

const pathOf = (id: string): string => `/v1/snippets/${encodeURIComponent(id)}`;
const asked = (id: string): { readonly token?: string } => {
  const token = tokenOf(id);
  return token === undefined ? {} : { token };
};

export function readSnippet(id: string): Promise<Snippet> {
  return json(pathOf(id), asked(id));
}

export function cancelSnippet(id: string): Promise<Snippet> {
  return json(`${pathOf(id)}/cancel`, { ...asked(id), method: 'POST', body: {} });
}

export async function linesOf(id: string, measure: Measure): Promise<readonly LineRow[]> {
  const path = `/v1/sessions/${encodeURIComponent(id)}/profile?by=line&limit=200&measure=${measure}`;
  return (await json<{ readonly rows: readonly LineRow[] }>(path, asked(id))).rows;
}

export async function adviceOf(id: string): Promise<readonly Advice[]> {
  const path = `/v1/sessions/${encodeURIComponent(id)}/advice`;
  return (await json<{ readonly advice: readonly Advice[] }>(path, asked(id))).advice;
}
