import { describe, expect, it } from '@jest/globals';
import { assert, property, string } from 'fast-check';
import { mintToken, parseToken, sameHash } from './token-secret.js';

describe('a session token', () => {
  it('is found by its id and proved by its secret', () => {
    const { token, id, hash } = mintToken();
    const parsed = parseToken(token);
    expect(parsed?.id).toBe(id);
    expect(sameHash(hash, parsed?.hash ?? Buffer.alloc(0))).toBe(true);
    expect(token).not.toContain(hash.toString('hex'));
  });

  it('is never the same twice, and another secret does not open it', () => {
    const one = mintToken();
    const other = mintToken();
    expect(one.id).not.toBe(other.id);
    expect(sameHash(one.hash, other.hash)).toBe(false);
  });

  it('is not read from anything else', () => {
    const { token } = mintToken();
    for (const wrong of ['', 'hc_', token.slice(1), token.slice(0, -1), `${token}A`, token.replace('hc_', 'HC_')]) {
      expect(parseToken(wrong)).toBeUndefined();
    }
    assert(property(string(), (text) => parseToken(text) === undefined));
  });
});
