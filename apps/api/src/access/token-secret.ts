/**
 * What a session token looks like: `hc_` + the token's id + `_` + its secret. The id finds the row, the secret proves
 * the right; only the secret's SHA-256 is stored, and it is compared in constant time.
 */
import { hash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';

export interface TokenSecret {
  /** UUID: the token's public name. */
  readonly id: string;
  /** SHA-256 of the secret. */
  readonly hash: Buffer;
}

const FORM = /^hc_([0-9a-f]{32})_([A-Za-z0-9_-]{43})$/;

export function mintToken(): TokenSecret & { readonly token: string } {
  const id = randomUUID();
  const secret = randomBytes(32).toString('base64url');
  return { id, hash: hashOf(secret), token: `hc_${id.replaceAll('-', '')}_${secret}` };
}

/** `undefined` = this is not a token at all. */
export function parseToken(token: string): TokenSecret | undefined {
  const match = FORM.exec(token);
  const [, hex, secret] = match ?? [];
  if (hex === undefined || secret === undefined) return undefined;
  return { id: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'), hash: hashOf(secret) };
}

export function sameHash(stored: Uint8Array, presented: Uint8Array): boolean {
  return stored.length === presented.length && timingSafeEqual(stored, presented);
}

function hashOf(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}
