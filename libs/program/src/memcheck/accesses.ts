/**
 * Reading and writing memory as memcheck watches it: every byte of an access must be addressable, that is inside a live
 * block or a standing variable. The access happens all the same, as it does under memcheck: a write past the end is
 * written, a read from a freed block gives what is there.
 */
import { regionOf, WORD_BYTES } from './address-space.js';
import { type Blocks, NO_BLOCK } from './blocks.js';
import type { AddressDescription } from './memory-errors.js';
import { ALL_BYTES, type ShadowMemory, Word } from './shadow-memory.js';
import type { Variables } from './variables.js';

export type AccessSize = 1 | 2 | 4 | 8;

/** The data that a program writes, where a script says no more than "write". */
const DATA_BYTE = 0x5a;

export class Accesses {
  /** What the last `loadPointer` read. */
  readonly loaded = new Word();

  constructor(
    private readonly memory: ShadowMemory,
    private readonly blocks: Blocks,
    private readonly variables: Variables,
    private readonly report: (kind: 'InvalidRead' | 'InvalidWrite', address: number, size: AccessSize) => void,
  ) {}

  read(address: number, size: AccessSize): void {
    this.checkRead(address, size, this.addressable(address, size));
  }

  write(address: number, size: AccessSize): void {
    this.checkWrite(address, size);
    if (this.exists(address)) this.memory.fill(address, size, DATA_BYTE);
  }

  storePointer(address: number, pointer: Word): void {
    this.checkWrite(address, WORD_BYTES);
    if (this.exists(address)) this.memory.store(address, pointer);
  }

  /** Reads eight bytes into `loaded`. What an invalid read returns counts as initialised where it was not the program's. */
  loadPointer(address: number): void {
    const good = this.addressable(address, WORD_BYTES);
    const { loaded } = this;
    this.peekPointer(address, loaded);
    const reported = this.checkRead(address, WORD_BYTES, good);
    if (reported) loaded.defined |= ~good & ALL_BYTES;
    else loaded.defined &= good;
  }

  /** What is in eight bytes, whoever they belong to. */
  peekPointer(address: number, into: Word): void {
    this.memory.load(address, into);
    into.defined |= ~into.written & this.zeroed(address) & ALL_BYTES;
    into.written = ALL_BYTES;
  }

  /** What memcheck would say that this address is. */
  describe(address: number): AddressDescription {
    const { blocks } = this;
    const region = regionOf(address, blocks.heapEnd);
    if (region !== 'heap') return { region };
    const block = blocks.near(address);
    if (block === NO_BLOCK) return { region: 'unknown' };
    const size = blocks.size[block];
    const offset = address - blocks.start[block];
    const relation = offset < 0 ? 'before' : offset < size ? 'inside' : 'after';
    const distance = relation === 'before' ? -offset : relation === 'inside' ? offset : offset - size;
    return {
      region,
      block: blocks.id[block],
      relation,
      distance,
      blockSize: size,
      state: blocks.isLive(block) ? 'allocated' : 'freed',
      allocPath: blocks.allocPath[block],
      freePath: blocks.freePath[block],
    };
  }

  /** One bit for each byte of the access that the program may touch. */
  private addressable(address: number, size: AccessSize): number {
    const { blocks, variables } = this;
    let first: number;
    let end: number;
    switch (regionOf(address, blocks.heapEnd)) {
      case 'heap': {
        const block = blocks.near(address);
        if (block === NO_BLOCK || !blocks.isLive(block)) return 0;
        first = blocks.start[block];
        end = first + blocks.size[block];
        break;
      }
      case 'stack':
        first = variables.stackPointer;
        end = Infinity;
        break;
      case 'data':
        first = 0;
        end = variables.dataEnd;
        break;
      default:
        return 0;
    }
    let good = 0;
    for (let byte = 0; byte < size; byte++) {
      if (address + byte >= first && address + byte < end) good |= 1 << byte;
    }
    return good;
  }

  /** One bit for each of eight bytes that its block made zero. */
  private zeroed(address: number): number {
    const { blocks } = this;
    const block = blocks.near(address);
    if (block === NO_BLOCK) return 0;
    const offset = address - blocks.start[block];
    let mask = 0;
    for (let byte = 0; byte < WORD_BYTES; byte++) {
      if (offset + byte >= 0 && offset + byte < blocks.zeroed[block]) mask |= 1 << byte;
    }
    return mask;
  }

  /**
   * Reports a read with a bad byte, unless it is an aligned one of 4 or 8 bytes with a good byte as well: code that
   * steps along in words is allowed to look past the end (`--partial-loads-ok`). True if it was reported.
   */
  private checkRead(address: number, size: AccessSize, good: number): boolean {
    if (good === (1 << size) - 1) return false;
    if (size >= 4 && address % size === 0 && good !== 0) return false;
    this.report('InvalidRead', address, size);
    return true;
  }

  private checkWrite(address: number, size: AccessSize): void {
    if (this.addressable(address, size) !== (1 << size) - 1) this.report('InvalidWrite', address, size);
  }

  /** Whether there is memory at all, good or bad. */
  private exists(address: number): boolean {
    return regionOf(address, this.blocks.heapEnd) !== 'unknown';
  }
}
