import { describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { ProblemException } from '../problems/index.js';
import { drain, lookAhead, uploadSource, type UploadBody } from './upload-source.js';

const LIMITS = { sent: 1_000_000, decompressed: 2_000_000, idleSeconds: 5 };
const PLAIN = Buffer.from('{"op":"malloc","id":1,"size":16}\n'.repeat(1000));

/** A body that arrives in pieces of `size` bytes. */
function body(bytes: Buffer, encoding?: string, size = 1000): UploadBody {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  return { stream: Readable.from(pieces, { objectMode: false }), encoding, length: undefined };
}

async function collect(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of source) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function problemWith(reading: Promise<unknown>): Promise<ProblemException> {
  const error: unknown = await reading.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ProblemException);
  return error as ProblemException;
}

describe('uploadSource', () => {
  it('hands on a plain body as it is', async () => {
    expect(await collect(await uploadSource(body(PLAIN), LIMITS))).toEqual(PLAIN);
    expect(await collect(await uploadSource(body(PLAIN, 'identity', 1), LIMITS))).toEqual(PLAIN);
  });

  it('decompresses by Content-Encoding, and a gzip file by its first bytes', async () => {
    const gzip = gzipSync(PLAIN);
    expect(await collect(await uploadSource(body(gzip, 'gzip'), LIMITS))).toEqual(PLAIN);
    expect(await collect(await uploadSource(body(gzip, undefined, 1), LIMITS))).toEqual(PLAIN);
  });

  it('decompresses several gzip members one after the other', async () => {
    const two = Buffer.concat([gzipSync(PLAIN), gzipSync(PLAIN)]);
    expect(await collect(await uploadSource(body(two), LIMITS))).toEqual(Buffer.concat([PLAIN, PLAIN]));
  });

  it('refuses other encodings before it reads anything', async () => {
    const problem = await problemWith(uploadSource(body(PLAIN, 'br'), LIMITS));
    expect(problem.problem).toBe('unsupported-media-type');
    expect(problem.context.headers).toEqual({ 'accept-encoding': 'gzip, identity' });
  });

  it('says so when Content-Encoding is gzip and the body is not', async () => {
    expect((await problemWith(uploadSource(body(PLAIN, 'gzip'), LIMITS))).problem).toBe('invalid-trace');
  });

  it('says so when gzip is cut short or corrupt', async () => {
    const gzip = gzipSync(PLAIN);
    const short = await uploadSource(body(gzip.subarray(0, gzip.length - 9)), LIMITS);
    expect((await problemWith(collect(short))).detail).toMatch(/ends before it is complete/);
    const corrupt = Buffer.from(gzip);
    corrupt.fill(0xff, 20, 40);
    expect((await problemWith(uploadSource(body(corrupt), LIMITS).then(collect))).detail).toMatch(/corrupt/);
  });

  it('stops at the limit of bytes sent, by Content-Length already if it is there', async () => {
    const said = { ...body(PLAIN), length: 10_000_000 };
    expect((await problemWith(uploadSource(said, LIMITS))).problem).toBe('payload-too-large');
    const source = await uploadSource(body(PLAIN), { ...LIMITS, sent: 10_000 });
    expect((await problemWith(collect(source))).detail).toMatch(/UPLOAD_LIMIT/);
  });

  it('stops a gzip bomb at the limit of decompressed bytes', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    expect(bomb.length).toBeLessThan(LIMITS.sent);
    let seen = 0;
    const reading = (async () => {
      for await (const piece of await uploadSource(body(bomb), LIMITS)) seen += piece.length;
    })();
    expect((await problemWith(reading)).detail).toMatch(/TRACE_BYTES_LIMIT/);
    expect(seen).toBeLessThanOrEqual(LIMITS.decompressed);
  });

  it('gives up on a client that falls silent, and leaves the connection for the answer', async () => {
    const stream = new Readable({ read: () => undefined });
    stream.push(PLAIN);
    const source = await uploadSource(
      { stream, encoding: undefined, length: undefined },
      { ...LIMITS, idleSeconds: 0.05 },
    );
    expect((await problemWith(collect(source))).problem).toBe('request-timeout');
    expect(stream.destroyed).toBe(false);
  });

  it('fails when the client goes away in the middle', async () => {
    const stream = new Readable({ read: () => undefined });
    stream.push(PLAIN);
    const source = await uploadSource({ stream, encoding: undefined, length: undefined }, LIMITS);
    expect((await source.next()).value).toEqual(PLAIN);
    stream.destroy(new Error('aborted'));
    await expect(source.next()).rejects.toThrow('aborted');
  });

  it('looks ahead without losing a byte', async () => {
    const { head, whole } = await lookAhead(await uploadSource(body(PLAIN, undefined, 3), LIMITS), 8);
    expect(head.toString()).toBe('{"op":"ma');
    expect(await collect(whole)).toEqual(PLAIN);
  });
});

describe('drain', () => {
  it('reads what a refused client still sends, to the end', async () => {
    const upload = body(PLAIN);
    const source = await uploadSource(upload, { ...LIMITS, sent: 2000 });
    await expect(collect(source)).rejects.toThrow();
    expect(upload.stream.readableEnded).toBe(false);
    expect(await drain(upload.stream)).toBe(true);
    expect(upload.stream.readableEnded).toBe(true);
    expect(await drain(upload.stream)).toBe(true);
  });
});
