/** The one request of a child: u32 length, then JSON, on standard input, read without the event loop. */
import { readSync } from 'node:fs';
import type { SnippetRequest } from './protocol.js';

const STDIN = 0;
const LONGEST = 16 * 1024 * 1024;

/** Waits for the request. Null: the service closed the pipe, there is nothing to do. */
export function readRequest(): SnippetRequest | null {
  const length = readBytes(4);
  if (length === null) return null;
  const bytes = new DataView(length.buffer).getUint32(0, true);
  if (bytes > LONGEST) throw new Error('the request is too long');
  const text = readBytes(bytes);
  // The service checked it before it sent it.
  return text === null ? null : (JSON.parse(new TextDecoder().decode(text)) as SnippetRequest);
}

function readBytes(count: number): Uint8Array | null {
  const bytes = new Uint8Array(count);
  for (let have = 0; have < count;) {
    const got = readSync(STDIN, bytes, have, count - have, null);
    if (got === 0) return null;
    have += got;
  }
  return bytes;
}
