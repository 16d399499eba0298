/**
 * The requests of a running program, as they go to the service: numbered, timed, with their sites, in chunks. A chunk goes
 * out when it is full, or when the last one is a while ago; the outbox blocks while the service is busy.
 */
import type { Outbox } from '../outbox.js';
import type { CallPaths } from './call-paths.js';
import type { OpCode } from './requests.js';

const ROOM = 16_384;
/** Requests after which the clock is looked at again. */
const TIME_EVERY = 64;
const NANOSECONDS = 1e6;

export class Recording {
  events = 0;
  readonly #time = new Float64Array(ROOM);
  readonly #size = new Uint32Array(ROOM);
  readonly #id = new Uint32Array(ROOM);
  readonly #site = new Uint32Array(ROOM);
  readonly #op = new Uint8Array(ROOM);
  #length = 0;
  #now = 0;

  constructor(
    private readonly outbox: Outbox,
    private readonly paths: CallPaths,
  ) {}

  /** @param block its number; of a free of NULL, or of what never was a block, 0 */
  add(op: OpCode, size: number, block: number, site: number): void {
    if (this.events % TIME_EVERY === 0) this.#now = Math.floor(this.outbox.elapsed * NANOSECONDS);
    const at = this.#length++;
    this.#op[at] = op;
    this.#size[at] = size;
    this.#id[at] = block;
    this.#site[at] = site;
    this.#time[at] = this.#now;
    this.events++;
    if (this.#length === ROOM) this.flush();
  }

  flush(): void {
    const sites = this.paths.untold();
    if (sites) this.outbox.say({ kind: 'sites', ...sites });
    const length = this.#length;
    if (length === 0) return;
    const columns = [this.#time, this.#size, this.#id, this.#site, this.#op].map((column) =>
      column.subarray(0, length),
    );
    this.#length = 0;
    this.outbox.chunk(this.events - length, length, columns);
  }
}
