/**
 * What the recorder in the program calls: each request for memory becomes an event of the recording and an entry of the ledger.
 * Everything that comes from the program is only a number; it may be any.
 */
import type { SnippetLimits } from '../protocol.js';
import type { CallPaths } from './call-paths.js';
import { Stop } from './ending.js';
import { belongTogether, type HeapLedger } from './heap-ledger.js';
import type { Recording } from './recording.js';
import { Op } from './requests.js';
import { ARGUMENT_BYTES, HEAP_CALLS, type HeapCall, MOST_ARGUMENTS, PATH_BYTES } from './recorder-source.js';

const FRAME_BYTES = 4;
const [MALLOC, CALLOC, REALLOC] = [
  HEAP_CALLS.indexOf('malloc'),
  HEAP_CALLS.indexOf('calloc'),
  HEAP_CALLS.indexOf('realloc'),
];

export class HostFunctions {
  /** Requests that found no memory; the program was told. */
  failedRequests = 0;
  #stack = new Uint32Array(0);

  /**
   * @param path address of the shadow stack
   * @param poll called when the fuel is used up
   */
  constructor(
    private readonly limits: SnippetLimits,
    private readonly args: readonly string[],
    private readonly memory: () => ArrayBuffer,
    private readonly path: number,
    private readonly paths: CallPaths,
    private readonly ledger: HeapLedger,
    private readonly recording: Recording,
    private readonly poll: () => void,
  ) {}

  /** The site that the shadow stack says. @param depth its length in bytes */
  siteAt(depth: number): number {
    if (this.#stack.length === 0) this.#stack = new Uint32Array(this.memory(), this.path, PATH_BYTES / FRAME_BYTES);
    return this.paths.resolve(this.#stack, Math.min(depth >>> 0, PATH_BYTES) / FRAME_BYTES);
  }

  imports(): Readonly<Record<string, (...numbers: number[]) => number | undefined>> {
    return {
      placed: (call, address, size, old, depth) => this.#placed(call, address >>> 0, size >>> 0, old >>> 0, depth),
      freed: (call, address, depth) => this.#freed(call, address >>> 0, depth),
      next: () => this.ledger.release(),
      resizable: (address, depth) => this.#resizable(address >>> 0, depth),
      exhausted: (call, size, depth) => this.#exhausted(call, size >>> 0, this.siteAt(depth)),
      arguments: (texts, bytes) => this.#arguments(texts >>> 0, bytes >>> 0),
      poll: () => {
        this.poll();
        return undefined;
      },
    };
  }

  #placed(call: number, address: number, size: number, old: number, depth: number): undefined {
    const site = this.siteAt(depth);
    if (address === 0) {
      // More than there is at all may be asked for: NULL is the answer. What is left being too little ends the program, as
      // the operating system would.
      if (size <= this.limits.memoryBytes) this.#exhausted(call, size, site);
      this.failedRequests++;
      return;
    }
    this.#admit();
    const resized = call === REALLOC && old !== 0 ? this.ledger.liveAt(old) : 0;
    if (resized !== 0) {
      this.ledger.resize(resized, address, size, site);
      this.recording.add(Op.realloc, size, resized, site);
      return;
    }
    const op = call === CALLOC ? Op.calloc : call === REALLOC ? Op.reallocNull : Op.malloc;
    const block = this.ledger.place(nameOf(call) ? call : MALLOC, address, size, site);
    this.recording.add(op, size, block, site);
  }

  /** Answers the address of a block that may really go. */
  #freed(call: number, address: number, depth: number): number {
    const site = this.siteAt(depth);
    this.#admit();
    const taker = nameOf(call) ?? 'free';
    if (address === 0) {
      this.recording.add(Op.free, 0, 0, site);
      return 0;
    }
    const block = this.ledger.liveAt(address);
    if (block === 0) {
      const dead = this.ledger.complainOfFree(HEAP_CALLS.indexOf(taker), address, site, this.recording.events);
      this.recording.add(Op.staleFree, 0, dead, site);
      return 0;
    }
    if (!belongTogether(this.ledger.callOf(block), taker)) {
      this.ledger.complainOfMismatch(HEAP_CALLS.indexOf(taker), block, site, this.recording.events);
    }
    this.ledger.free(block, site);
    this.recording.add(Op.free, 0, block, site);
    return this.ledger.release();
  }

  #resizable(address: number, depth: number): number {
    const block = this.ledger.liveAt(address);
    if (block !== 0) {
      const isArrayOfNew = !belongTogether(this.ledger.callOf(block), 'free');
      if (isArrayOfNew) this.ledger.complainOfMismatch(REALLOC, block, this.siteAt(depth), this.recording.events);
      return 1;
    }
    this.#admit();
    const site = this.siteAt(depth);
    const dead = this.ledger.complainOfFree(REALLOC, address, site, this.recording.events);
    this.recording.add(Op.staleRealloc, 0, dead, site);
    return 0;
  }

  #exhausted(call: number, size: number, site: number): never {
    const [place] = this.paths.path(site, 1);
    const where = place ? ` in ${place.function}${place.line > 0 ? ` (${place.file}:${place.line})` : ''}` : '';
    throw new Stop(
      'memoryLimit',
      `${nameOf(call) ?? 'malloc'} of ${size} bytes${where} found no memory: the program may have ${this.limits.memoryBytes} bytes in all.`,
    );
  }

  #admit(): void {
    if (this.recording.events < this.limits.events) return;
    throw new Stop('eventLimit', `The program made ${this.limits.events} requests, which is the limit.`);
  }

  /** `argv`, each text with a zero byte; answers how many. */
  #arguments(to: number, bytes: number): number {
    const target = new Uint8Array(this.memory(), to, Math.min(bytes, ARGUMENT_BYTES));
    let at = 0;
    let count = 0;
    for (const text of this.args.slice(0, MOST_ARGUMENTS)) {
      const encoded = new TextEncoder().encode(text);
      if (at + encoded.length + 1 > target.length) break;
      target.set(encoded, at);
      target[at + encoded.length] = 0;
      at += encoded.length + 1;
      count++;
    }
    return count;
  }
}

function nameOf(call: number): HeapCall | undefined {
  return HEAP_CALLS[call];
}
