/**
 * The bytes of an upload, decompressed, under every limit: bytes as sent, bytes after decompression (a gzip bomb ends
 * here), and silence. One piece is asked for when the one before was taken: back-pressure reaches the client's socket.
 */
import { pipeline, type Readable } from 'node:stream';
import { types } from 'node:util';
import { constants, createGunzip } from 'node:zlib';
import { ProblemException } from '../problems/index.js';

export interface UploadLimits {
  /** Bytes as sent. */
  readonly sent: number;
  /** Bytes after decompression. */
  readonly decompressed: number;
  readonly idleSeconds: number;
}

export interface UploadBody {
  readonly stream: Readable;
  /** `Content-Encoding`. */
  readonly encoding: string | undefined;
  /** `Content-Length`, when the client said it. */
  readonly length: number | undefined;
}

/** Largest piece that decompression hands on. */
const PIECE = 256 * 1024;

function tooLarge(what: string, limit: number, setting: string): ProblemException {
  return new ProblemException('payload-too-large', `${what} is larger than ${limit} bytes (${setting}).`);
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Waits for the next piece, but not for ever. @throws ProblemException `request-timeout` */
async function within<T>(seconds: number, next: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    const refuse = (): void =>
      reject(new ProblemException('request-timeout', `The upload sent nothing for ${seconds} s.`));
    timer = setTimeout(refuse, seconds * 1000);
  });
  try {
    return await Promise.race([next, silence]);
  } finally {
    clearTimeout(timer);
  }
}

/** Counts what arrives. The stream is left open in every case: the answer goes out over the same connection. */
async function* received(body: UploadBody, limits: UploadLimits): AsyncGenerator<Buffer> {
  const pieces = body.stream.iterator({ destroyOnReturn: false });
  let bytes = 0;
  for (;;) {
    const next = await within<IteratorResult<unknown>>(limits.idleSeconds, pieces.next());
    if (next.done === true) return;
    const piece = next.value;
    if (!Buffer.isBuffer(piece)) throw new Error('an upload arrives as bytes');
    bytes += piece.length;
    if (bytes > limits.sent) {
      await pieces.return?.();
      throw tooLarge('The upload', limits.sent, 'UPLOAD_LIMIT');
    }
    yield piece;
  }
}

/** What a refused client may still send before it is cut off, so that it gets to read why. */
const DRAIN_BYTES = 256 * 2 ** 20;
const DRAIN_MILLISECONDS = 5000;

/**
 * Reads on and throws away: most clients look at the answer only when they have sent everything.
 * @returns whether the body was read to its end; if not, the connection cannot be used again.
 */
export async function drain(stream: Readable): Promise<boolean> {
  if (stream.readableEnded || stream.destroyed) return stream.readableEnded;
  return new Promise((resolve) => {
    let bytes = 0;
    const finish = (whole: boolean): void => {
      clearTimeout(timer);
      stream.off('data', count).off('end', ended).off('close', cut).off('error', cut);
      stream.pause();
      resolve(whole);
    };
    const count = (piece: Buffer): void => {
      bytes += piece.length;
      if (bytes > DRAIN_BYTES) finish(false);
    };
    const ended = (): void => finish(true);
    const cut = (): void => finish(false);
    const timer = setTimeout(cut, DRAIN_MILLISECONDS);
    stream.removeAllListeners('readable').on('data', count).on('end', ended).on('close', cut).on('error', cut).resume();
  });
}

function gunzipProblem(error: unknown): unknown {
  if (!types.isNativeError(error) || !('errno' in error)) return error;
  const cut = error.errno === constants.Z_BUF_ERROR;
  const detail = cut ? 'The gzip stream ends before it is complete.' : `The gzip stream is corrupt: ${error.message}.`;
  return new ProblemException('invalid-trace', detail, {
    errors: [{ path: '', message: cut ? 'the gzip stream is cut short' : 'the gzip stream is corrupt' }],
    cause: error,
  });
}

async function* decompressed(source: AsyncIterable<Buffer>, limits: UploadLimits): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: PIECE });
  let failure: unknown;
  pipeline(source, gunzip, (error) => {
    failure = error ?? undefined;
  });
  let bytes = 0;
  try {
    for await (const piece of gunzip) {
      if (!Buffer.isBuffer(piece)) throw new Error('gunzip gives bytes');
      bytes += piece.length;
      if (bytes > limits.decompressed) {
        throw tooLarge('The decompressed trace', limits.decompressed, 'TRACE_BYTES_LIMIT');
      }
      yield piece;
    }
  } catch (error) {
    throw gunzipProblem(failure ?? error);
  } finally {
    gunzip.destroy();
  }
}

async function* bounded(source: AsyncIterable<Buffer>, limits: UploadLimits): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const piece of source) {
    bytes += piece.length;
    if (bytes > limits.decompressed) throw tooLarge('The trace', limits.decompressed, 'TRACE_BYTES_LIMIT');
    yield piece;
  }
}

/** Gives back what was looked at, then the rest. */
async function* withHead(head: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  try {
    if (head.length > 0) yield head;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

/** Reads until `count` bytes are there, or the end. */
export async function lookAhead(
  source: AsyncGenerator<Buffer>,
  count: number,
): Promise<{ head: Buffer; whole: AsyncGenerator<Buffer> }> {
  let head: Buffer = Buffer.alloc(0);
  while (head.length < count) {
    const next = await source.next();
    if (next.done === true) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  return { head, whole: withHead(head, source) };
}

/**
 * The trace's own bytes. A body is decompressed when `Content-Encoding` says gzip, and also when it merely is gzip (a
 * `.gz` file sent as it lies on the disk).
 * @throws ProblemException `unsupported-media-type`, `payload-too-large`, `invalid-trace`, `request-timeout`
 */
export async function uploadSource(body: UploadBody, limits: UploadLimits): Promise<AsyncGenerator<Buffer>> {
  const encoding = (body.encoding ?? 'identity').trim().toLowerCase();
  if (!['identity', 'gzip', 'x-gzip', ''].includes(encoding)) {
    throw new ProblemException(
      'unsupported-media-type',
      `Content-Encoding ${encoding.slice(0, 60)} is not read here; send gzip or nothing.`,
      { headers: { 'accept-encoding': 'gzip, identity' } },
    );
  }
  if (body.length !== undefined && body.length > limits.sent) throw tooLarge('The upload', limits.sent, 'UPLOAD_LIMIT');
  const { head, whole } = await lookAhead(received(body, limits), 2);
  if (isGzip(head)) return decompressed(whole, limits);
  if (encoding.endsWith('gzip')) {
    await whole.return(undefined);
    throw new ProblemException('invalid-trace', 'Content-Encoding says gzip, but the body does not begin like gzip.', {
      errors: [{ path: '', byte: 0, message: 'is not gzip' }],
    });
  }
  return bounded(whole, limits);
}
