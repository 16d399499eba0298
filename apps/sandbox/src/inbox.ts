/**
 * The one request of a child: u32 length, then JSON, on standard input.
 *
 * The stream is opened when this module loads: a sealed realm has no `process` to ask for it.
 */
import type { SnippetRequest } from './protocol.js';

const LONGEST = 16 * 1024 * 1024;
const { stdin } = process;

/** Waits for the request. Null: the service closed the pipe, there is nothing to do. */
export async function readRequest(): Promise<SnippetRequest | null> {
  const held: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of stdin as AsyncIterable<Uint8Array>) {
    held.push(part);
    bytes += part.length;
    const whole = join(held, bytes);
    if (bytes < 4) continue;
    const length = new DataView(whole.buffer).getUint32(0, true);
    if (length > LONGEST) throw new Error('the request is too long');
    // The service checked it before it sent it.
    if (bytes < 4 + length) continue;
    const request: SnippetRequest = JSON.parse(new TextDecoder().decode(whole.subarray(4, 4 + length)));
    return request;
  }
  return null;
}

function join(parts: readonly Uint8Array[], bytes: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
