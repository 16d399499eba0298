/** The public REST interface, as any client would use it. */
import type { Problem } from '@heapcast/contracts';

/** What the service said when it refused, or that it could not be reached. */
export class ServiceError extends Error {
  constructor(
    message: string,
    /** 0 = the service was not reached. */
    readonly status: number,
    readonly problem: Problem | null,
  ) {
    super(message);
  }
}

export interface Asked {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  readonly token?: string;
  /** RFC 7240: `respond-async`. */
  readonly prefer?: string;
}

async function ask(path: string, { method = 'GET', body, token, prefer }: Asked): Promise<Response> {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
  if (prefer !== undefined) headers['prefer'] = prefer;
  const response = await fetch(path, { method, headers, body: body === undefined ? null : JSON.stringify(body) }).catch(
    () => {
      throw new ServiceError('The service does not answer.', 0, null);
    },
  );
  if (response.ok) return response;
  throw await refusal(response);
}

async function refusal(response: Response): Promise<ServiceError> {
  const problem: Problem | null = await response.json().catch(() => null);
  return new ServiceError(problem?.detail ?? problem?.title ?? response.statusText, response.status, problem);
}

export async function json<T>(path: string, asked: Asked = {}): Promise<T> {
  const response = await ask(path, asked);
  // An answer without a body says no more than that it is done.
  return response.status === 204 ? JSON.parse('null') : response.json();
}

export async function text(path: string, asked: Asked = {}): Promise<string> {
  return (await ask(path, asked)).text();
}

export async function binary(path: string, asked: Asked = {}): Promise<ArrayBuffer> {
  return (await ask(path, asked)).arrayBuffer();
}

/** Sends a file, telling how much of it is on its way: `fetch` cannot. */
export function send<T>(path: string, file: File, told: (sent: number) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    request.responseType = 'json';
    request.setRequestHeader('content-type', 'application/octet-stream');
    if (file.name.endsWith('.gz')) request.setRequestHeader('content-encoding', 'gzip');
    request.upload.addEventListener('progress', ({ loaded }) => told(loaded));
    request.addEventListener('error', () => reject(new ServiceError('The service does not answer.', 0, null)));
    request.addEventListener('load', () => {
      const { status, response } = request;
      if (status < 300) return resolve(response);
      const problem: Problem | null = response;
      return reject(new ServiceError(problem?.detail ?? `The service refused the file (${status}).`, status, problem));
    });
    request.send(file);
  });
}
