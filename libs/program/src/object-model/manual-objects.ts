/**
 * The objects of a C or C++ program between memcheck, which knows addresses and bytes, and the register, which knows what
 * was made. Freed objects are remembered for as long as memcheck remembers their blocks, so that a dangling pointer can
 * be told what it points to.
 */
import type { DeleteKind, NewKind, Scalar } from '@heapcast/contracts';
import { Memcheck, type SavedMemcheck } from '../memcheck/memcheck.js';
import type { AccessSize } from '../memcheck/accesses.js';
import type { MemoryError } from '../memcheck/memory-errors.js';
import { FREED_VOLUME, MAX_ERRORS, MAX_FREED_OBJECTS, MAX_GLOBALS, MAX_LOCALS, MAX_LOCALS_IN_ALL } from './limits.js';
import { describeMemoryError, outcomeOf } from './memory-error-text.js';
import { LossWatch } from './manual-losses.js';
import { Misstep } from './misstep.js';
import { blockName, type ObjectRecord, restoreObject, type SavedObject, saveObject } from './object-record.js';
import type { NewObject } from './program-memory.js';
import type { Wardens } from './wardens.js';

/** The object that an address is in or next to. */
export interface PointedAt {
  readonly record: ObjectRecord;
  /** Bytes from its start; negative or beyond its size = outside. */
  readonly offset: number;
  readonly isFreed: boolean;
}

export interface SavedManualObjects {
  readonly memcheck: SavedMemcheck;
  /** Of live objects: memcheck's id of the block, the object's, and where it starts. */
  readonly live: readonly (readonly [block: number, id: number, address: number])[];
  /** Freed ones that are remembered, the oldest first. */
  readonly freed: readonly (readonly [block: number, object: SavedObject])[];
  readonly scalars: ReadonlyMap<number, Scalar>;
  /** Lost objects whose last moment is settled. */
  readonly settled: readonly number[];
  readonly locals: number;
}

const WORD = 8;

export class ManualObjects {
  readonly memcheck: Memcheck;
  readonly losses: LossWatch;
  /** By memcheck's id of the block: the number of the command that allocated it. */
  private readonly byBlock = new Map<number, ObjectRecord>();
  /** Where each live object is, by its id. */
  private readonly homes = new Map<number, { readonly block: number; readonly address: number }>();
  /** Blocks of freed objects, the oldest first. */
  private readonly freed = new Set<number>();
  /** Plain values in variables, by address. */
  private readonly scalars = new Map<number, Scalar>();
  private locals = 0;

  constructor(private readonly wardens: Wardens) {
    this.memcheck = new Memcheck({
      freedVolume: FREED_VOLUME,
      maxErrors: MAX_ERRORS,
      entry: wardens.choice.entry,
      paths: wardens.stack.paths,
      listener: { reported: (_, error) => this.reported(error) },
    });
    this.losses = new LossWatch(this.memcheck, wardens.register, (block) => this.byBlock.get(block));
  }

  requireLocals(count: number): void {
    if (this.locals + count > MAX_LOCALS_IN_ALL) {
      throw new Misstep('limitReached', `all frames here have at most ${MAX_LOCALS_IN_ALL} locals`);
    }
  }

  /** `enter` pushes the frame; memcheck's is pushed with it. */
  call(enter: () => void): void {
    enter();
    this.memcheck.call(this.wardens.stack.innermost?.function ?? '');
  }

  return(): void {
    const { memcheck } = this;
    const locals = memcheck.localsAt(memcheck.depth - 1);
    for (const address of locals.values()) {
      this.overwrite(address, WORD);
      this.scalars.delete(address);
    }
    this.locals -= locals.size;
    memcheck.return();
  }

  isKnownToCaller(name: string): boolean {
    return this.memcheck.findInCaller(name) !== undefined;
  }

  /** The variable's address; one that is there stays as it is. */
  declare(name: string, scope: 'local' | 'global'): number {
    const { memcheck } = this;
    const variables = scope === 'local' ? memcheck.localsAt(memcheck.depth - 1) : memcheck.globalVariables();
    const known = variables.get(name);
    if (known !== undefined) return known;
    if (scope === 'global') {
      if (variables.size >= MAX_GLOBALS) {
        throw new Misstep('limitReached', `a program here has at most ${MAX_GLOBALS} globals`);
      }
      memcheck.declareGlobal(name);
    } else {
      this.requireLocals(1);
      if (variables.size >= MAX_LOCALS) {
        throw new Misstep('limitReached', `a frame here has at most ${MAX_LOCALS} locals`);
      }
      memcheck.declareLocal(name);
      this.locals++;
    }
    const address = variables.get(name);
    if (address === undefined) throw new RangeError(`The variable ${name} was not declared.`);
    return address;
  }

  make(object: NewObject, kind: NewKind): { readonly record: ObjectRecord; readonly address: number } {
    const { type, size, fields } = object;
    const address = this.memcheck.allocateBlock(size, kind);
    if (address === 0) throw new Misstep('outOfBudget', `there is no address space left for ${size} bytes`);
    const record = this.wardens.register.add({ type, size, kind, fields, savesTo: null });
    this.bind(record, address);
    return { record, address };
  }

  /** The address of the moved object; 0 if there is none. */
  reallocate(address: number, size: number): number {
    const { register } = this.wardens;
    const pointed = this.startAt(address);
    if (address === 0) {
      const moved = this.memcheck.reallocateBlock(0, size);
      if (moved !== 0) {
        this.bind(register.add({ type: 'bytes', size, kind: 'malloc', fields: undefined, savesTo: null }), moved);
      }
      return moved;
    }
    if (pointed === null || pointed.isFreed) {
      register.askResize(pointed?.record ?? null, size);
      return this.memcheck.reallocateBlock(address, size);
    }
    if (size === 0) {
      this.free(address, 'free');
      return 0;
    }
    const { record } = pointed;
    this.losses.frees(record, address);
    const moved = this.memcheck.reallocateBlock(address, size);
    if (moved === 0) return 0;
    record.kind = 'realloc';
    record.site = this.wardens.stack.here();
    for (const offset of record.scalars?.keys() ?? []) {
      if (offset >= size) record.scalars?.delete(offset);
    }
    register.resize(record, size);
    this.bind(record, moved);
    return moved;
  }

  free(address: number, kind: DeleteKind): void {
    const { register, owners, happenings } = this.wardens;
    const pointed = this.startAt(address);
    if (pointed === null || pointed.isFreed) {
      if (pointed === null) register.askFreeOfNothing();
      else register.askFree(pointed.record);
      this.memcheck.freeBlock(address, kind);
      return;
    }
    const { record } = pointed;
    this.losses.frees(record, address);
    this.memcheck.freeBlock(address, kind);
    happenings.add('died', record.id);
    owners.died(record, kind !== 'free');
    register.remove(record);
    this.remember(record);
    this.homes.delete(record.id);
  }

  freeNull(): void {
    this.wardens.happenings.requests.push({ op: 'free', id: null });
  }

  /** The object that the address is in, or within a red zone of. */
  at(address: number): PointedAt | null {
    const described = this.memcheck.describe(address);
    if (described.region !== 'heap') return null;
    const record = this.byBlock.get(described.block);
    if (record === undefined) return null;
    const { relation, distance, blockSize, state } = described;
    const offset = relation === 'before' ? -distance : relation === 'after' ? blockSize + distance : distance;
    return { record, offset, isFreed: state === 'freed' };
  }

  /** Where the object starts. */
  addressOf(record: ObjectRecord): number {
    return this.homes.get(record.id)?.address ?? 0;
  }

  /** The live object of memcheck's block. */
  ofBlock(block: number): ObjectRecord | undefined {
    return this.byBlock.get(block);
  }

  /** Before `size` bytes are overwritten: pointers among them let go of what they point to. */
  overwrite(address: number, size: AccessSize): void {
    this.losses.overwrites(address, size);
    const scalars = this.scalarsAround(address);
    if (scalars === null || scalars.map.size === 0) return;
    for (let at = scalars.key - WORD + 1; at < scalars.key + size; at++) scalars.map.delete(at);
  }

  scalarAt(address: number): Scalar {
    const scalars = this.scalarsAround(address);
    return scalars?.map.get(scalars.key) ?? null;
  }

  keepScalar(address: number, scalar: Scalar): void {
    const pointed = this.at(address);
    if (pointed === null) {
      if (this.memcheck.variableAt(address) !== undefined) this.scalars.set(address, scalar);
    } else if (pointed.offset >= 0 && pointed.offset < pointed.record.size) {
      (pointed.record.scalars ??= new Map()).set(pointed.offset, scalar);
    }
  }

  save(): SavedManualObjects {
    const live: [number, number, number][] = [];
    const freed: [number, SavedObject][] = [];
    for (const [id, { block, address }] of this.homes) live.push([block, id, address]);
    for (const block of this.freed) {
      const record = this.byBlock.get(block);
      if (record !== undefined) freed.push([block, saveObject(record)]);
    }
    const { scalars, locals } = this;
    const settled = this.losses.save();
    return { memcheck: this.memcheck.save(), live, freed, scalars: new Map(scalars), settled, locals };
  }

  restore(saved: SavedManualObjects): void {
    this.memcheck.restore(saved.memcheck);
    this.byBlock.clear();
    this.homes.clear();
    this.freed.clear();
    this.scalars.clear();
    for (const [block, id, address] of saved.live) {
      const record = this.wardens.register.find(id);
      if (record === undefined) continue;
      this.byBlock.set(block, record);
      this.homes.set(id, { block, address });
    }
    for (const [block, object] of saved.freed) {
      this.byBlock.set(block, this.wardens.register.find(object.id) ?? restoreObject(object));
      this.freed.add(block);
    }
    for (const [address, scalar] of saved.scalars) this.scalars.set(address, scalar);
    this.losses.restore(saved.settled);
    this.locals = saved.locals;
  }

  /** The object that starts exactly here. */
  private startAt(address: number): PointedAt | null {
    const pointed = address === 0 ? null : this.at(address);
    return pointed !== null && pointed.offset === 0 ? pointed : null;
  }

  private bind(record: ObjectRecord, address: number): void {
    const block = this.memcheck.liveBlockAt(address);
    if (block === null) throw new RangeError(`No block is at ${address}.`);
    this.remember(record);
    this.byBlock.set(block, record);
    this.homes.set(record.id, { block, address });
  }

  /** The block in which the object is, if it is in one, is freed: what was there is known for a while. */
  private remember(record: ObjectRecord): void {
    const home = this.homes.get(record.id);
    if (home === undefined) return;
    this.freed.add(home.block);
    if (this.freed.size <= MAX_FREED_OBJECTS) return;
    const [oldest] = this.freed;
    this.freed.delete(oldest);
    this.byBlock.delete(oldest);
  }

  /** The plain values that are kept near an address, and under which key this one would be. */
  private scalarsAround(address: number): { readonly map: Map<number, Scalar>; readonly key: number } | null {
    if (this.scalars.has(address)) return { map: this.scalars, key: address };
    const pointed = this.at(address);
    if (pointed !== null)
      return pointed.record.scalars === null ? null : { map: pointed.record.scalars, key: pointed.offset };
    return this.scalars.size > 0 ? { map: this.scalars, key: address } : null;
  }

  private reported(error: MemoryError): void {
    const { record, isDouble } = this.about(error);
    const text = describeMemoryError(error, record === null ? null : blockName(record), this.wardens.stack.paths);
    this.wardens.erred(outcomeOf(error, isDouble), text);
  }

  private about({ kind, address }: MemoryError): { readonly record: ObjectRecord | null; readonly isDouble: boolean } {
    if (address.region !== 'heap') return { record: null, isDouble: false };
    const isStart = address.relation === 'inside' && address.distance === 0;
    const isDouble = kind === 'InvalidFree' && address.state === 'freed' && (isStart || address.blockSize === 0);
    return { record: this.byBlock.get(address.block) ?? null, isDouble };
  }
}
