/**
 * What is lost of a C or C++ program, and since when, where a program goes astray.
 *
 * Handing on stamps (`last-reach.ts`) takes for granted that what is out of reach stays as it is: managed programs cannot
 * do otherwise. A C program can, by a dangling or a wild pointer: it may overwrite, free or refer to what is lost. So when
 * a command is about to follow a pointer to a live block out of memory that no leak check would scan, or leaves the block
 * that its pointer points to, all that is lost now gets its stamp for good: it is settled. Nothing that happens in or to
 * lost memory moves it. When the command is done, what it has brought back into reach is not settled any more. That costs
 * two leak checks, of such commands only; sound programs pay with a look-up per pointer.
 */
import { LEAK_KINDS, type LeakCheck } from '../memcheck/leak-check.js';
import type { Memcheck } from '../memcheck/memcheck.js';
import { ALL_BYTES, Word } from '../memcheck/shadow-memory.js';
import type { Stamped } from './last-reach.js';
import { lastReach } from './lost-graph.js';
import type { ObjectRecord } from './object-record.js';
import type { ObjectRegister } from './object-register.js';

/** Live blocks by entry, in the order of addresses, and the graph of those that are lost. */
export interface ManualLosses {
  readonly found: LeakCheck;
  readonly records: readonly ObjectRecord[];
  readonly lost: readonly number[];
  readonly referents: readonly (readonly number[])[];
  readonly lastReach: ReadonlyMap<number, Stamped>;
}

const WORD = 8;
const DEFINITE = LEAK_KINDS.indexOf('definite');
const INDIRECT = LEAK_KINDS.indexOf('indirect');

export class LossWatch {
  /** Lost objects whose stamps are final. */
  private readonly settled = new Set<ObjectRecord>();
  /** The command at work has gone astray. */
  private isAstray = false;
  private readonly word = new Word();

  constructor(
    private readonly memcheck: Memcheck,
    private readonly register: ObjectRegister,
    private readonly ofBlock: (block: number) => ObjectRecord | undefined,
  ) {}

  find(): ManualLosses {
    const found = this.memcheck.checkLeaks();
    const records = Array.from(found.id, (block) => this.recordOf(block));
    const isLost = (entry: number): boolean => found.kind[entry] === DEFINITE || found.kind[entry] === INDIRECT;
    const lost = records.flatMap((_, entry) => (isLost(entry) ? [entry] : []));
    const referents: number[][] = records.map(() => []);
    if (lost.length > 0) {
      this.memcheck.visitBlockPointers((from, to) => {
        if (isLost(from) && isLost(to)) referents[from].push(to);
      });
    }
    const reach = lastReach(records, lost, referents, (entry) => this.settled.has(records[entry]));
    return { found, records, lost, referents, lastReach: reach };
  }

  /** The program goes from what a pointer points to, to another address: `p` to `p[3]`, or by arithmetic. */
  moves(from: number, to: number): void {
    const block = this.memcheck.liveBlockAt(to);
    if (block !== null && block !== this.memcheck.liveBlockAt(from)) this.strays();
  }

  /** The program has loaded a pointer from `address`. */
  loads(address: number, { defined, address: to }: Word): void {
    if (to === 0 || (defined === ALL_BYTES && this.isScanned(address))) return;
    if (this.memcheck.liveBlockAt(to) !== null) this.strays();
  }

  /** Before these bytes are overwritten: pointers that a leak check would find among them let go. */
  overwrites(address: number, size: number): void {
    for (let at = address - (address % WORD); at < address + size; at += WORD) {
      if (!this.isScanned(at)) continue;
      this.memcheck.peekWord(at, this.word);
      if (this.word.defined === ALL_BYTES && this.word.address !== 0) this.letGo(this.word.address);
    }
  }

  /** Before a live block is freed or moved: so do all pointers in it, and those to it. */
  frees(record: ObjectRecord, start: number): void {
    this.stamp(record);
    this.memcheck.visitPointersIn(start, (address) => this.letGo(address));
  }

  /** The command is done. */
  settle(): void {
    if (!this.isAstray) return;
    this.isAstray = false;
    const { id, kind } = this.memcheck.checkLeaks();
    const lost = new Set<ObjectRecord>();
    id.forEach((block, entry) => {
      if (kind[entry] === DEFINITE || kind[entry] === INDIRECT) lost.add(this.recordOf(block));
    });
    for (const record of this.settled) if (!lost.has(record)) this.settled.delete(record);
  }

  /** Ids of the settled objects. */
  save(): number[] {
    return Array.from(this.settled, ({ id }) => id);
  }

  restore(saved: readonly number[]): void {
    this.isAstray = false;
    this.settled.clear();
    for (const id of saved) {
      const record = this.register.find(id);
      if (record !== undefined) this.settled.add(record);
    }
  }

  private strays(): void {
    if (this.isAstray) return;
    this.isAstray = true;
    const { records, lost, lastReach: reach } = this.find();
    for (const entry of lost) {
      const stamp = reach.get(entry);
      if (stamp === undefined) continue;
      records[entry].lastCommand = stamp.lastCommand;
      records[entry].lastSeq = stamp.lastSeq;
      this.settled.add(records[entry]);
    }
  }

  private letGo(address: number): void {
    const block = this.memcheck.liveBlockAt(address);
    const record = block === null ? undefined : this.ofBlock(block);
    if (record !== undefined) this.stamp(record);
  }

  private stamp(record: ObjectRecord): void {
    if (!this.settled.has(record)) this.register.stamp(record);
  }

  /** Whether a leak check takes the word here for a pointer, if it is reached. */
  private isScanned(address: number): boolean {
    if (address % WORD !== 0) return false;
    return this.memcheck.liveBlockAt(address) !== null || this.memcheck.variableAt(address) !== undefined;
  }

  private recordOf(block: number): ObjectRecord {
    const record = this.ofBlock(block);
    if (record === undefined) throw new RangeError(`Block ${block} is live and no object's.`);
    return record;
  }
}
