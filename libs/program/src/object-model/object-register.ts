/**
 * Every object that is alive, and what its birth and death ask of the allocator: each object lives in one block. Numbers
 * of objects and of blocks are given here, in the order of asking.
 */
import type { NewKind, ProgramState } from '@heapcast/contracts';
import type { CallStack } from './call-stack.js';
import type { Happenings } from './happenings.js';
import { MAX_FIELDS_IN_ALL, MAX_OBJECTS } from './limits.js';
import { Misstep } from './misstep.js';
import {
  blockName,
  FieldLayout,
  type ObjectRecord,
  restoreObject,
  type SavedObject,
  saveObject,
} from './object-record.js';

/** The command at work, and the number of its mark. */
export interface Moment {
  command: number;
  seq: number;
}

export interface Newborn {
  readonly type: string;
  readonly size: number;
  readonly kind: NewKind | 'object';
  readonly fields: number | readonly string[] | undefined;
  readonly savesTo: string | null;
}

export interface SavedRegister {
  readonly live: readonly SavedObject[];
  readonly objects: number;
  readonly blocks: number;
  readonly peakBytes: number;
  readonly died: number;
}

/** A free of an address that is no block's: a name that no block can have. */
const NO_BLOCK_NAME = '(no block)';

export class ObjectRegister {
  /** By id, in the order of birth. */
  private readonly live = new Map<number, ObjectRecord>();
  private objects = 0;
  private blocks = 0;
  private bytes = 0;
  private peakBytes = 0;
  private dead = 0;
  private fields = 0;

  constructor(
    private readonly stack: CallStack,
    private readonly happenings: Happenings,
    private readonly now: Readonly<Moment>,
  ) {}

  get liveBytes(): number {
    return this.bytes;
  }

  get liveCount(): number {
    return this.live.size;
  }

  find(id: number): ObjectRecord | undefined {
    return this.live.get(id);
  }

  /** Live objects, in the order of birth. */
  all(): IterableIterator<ObjectRecord> {
    return this.live.values();
  }

  get totals(): ProgramState['heap'] {
    const { bytes: liveBytes, peakBytes, objects: born, dead: died } = this;
    return { liveBytes, liveObjects: this.live.size, peakBytes, born, died };
  }

  /** Throws a `Misstep` if there are too many objects or fields. */
  requireRoom(fields: number): void {
    if (this.live.size >= MAX_OBJECTS) {
      throw new Misstep('limitReached', `a program here has at most ${MAX_OBJECTS} live objects`);
    }
    this.requireFields(fields);
  }

  requireFields(fields: number): void {
    if (this.fields + fields > MAX_FIELDS_IN_ALL) {
      throw new Misstep(
        'limitReached',
        `the objects of a program here have at most ${MAX_FIELDS_IN_ALL} fields in all`,
      );
    }
  }

  add({ type, size, kind, fields, savesTo }: Newborn): ObjectRecord {
    const { command, seq } = this.now;
    const record: ObjectRecord = {
      id: ++this.objects,
      type,
      size,
      block: ++this.blocks,
      site: this.stack.here(),
      born: command,
      kind,
      lastCommand: command,
      lastSeq: seq,
      layout: FieldLayout.of(fields),
      scalars: null,
      resources: null,
      savesTo,
    };
    this.live.set(record.id, record);
    this.count(record);
    const op = kind === 'calloc' ? 'calloc' : 'malloc';
    this.happenings.requests.push({ op, size, id: blockName(record), ...this.site() });
    this.happenings.add('born', record.id);
    return record;
  }

  /** One more field of a live object. */
  addField(record: ObjectRecord, step: string | number): number {
    this.fields++;
    return record.layout.add(step);
  }

  /** The block is given back. */
  remove(record: ObjectRecord): void {
    this.live.delete(record.id);
    this.bytes -= record.size;
    this.fields -= record.layout.length;
    this.dead++;
    this.askFree(record);
  }

  /** What the allocator is asked when a freed block is freed again. */
  askFree(record: ObjectRecord): void {
    this.happenings.requests.push({ op: 'free', id: record.block, ...this.site() });
  }

  askFreeOfNothing(): void {
    this.happenings.requests.push({ op: 'free', id: NO_BLOCK_NAME, ...this.site() });
  }

  askResize(record: ObjectRecord | null, size: number): void {
    const id = record === null ? NO_BLOCK_NAME : record.block;
    this.happenings.requests.push({ op: 'realloc', id, size, ...this.site() });
  }

  resize(record: ObjectRecord, size: number): void {
    this.askResize(record, size);
    this.bytes += size - record.size;
    record.size = size;
    this.peakBytes = Math.max(this.peakBytes, this.bytes);
  }

  /** Remembers that a reference to the object goes now. */
  stamp(record: ObjectRecord): void {
    record.lastCommand = this.now.command;
    record.lastSeq = this.now.seq;
  }

  save(): SavedRegister {
    const { objects, blocks, peakBytes, dead: died } = this;
    return { live: Array.from(this.live.values(), saveObject), objects, blocks, peakBytes, died };
  }

  restore(saved: SavedRegister): void {
    this.live.clear();
    this.bytes = 0;
    this.fields = 0;
    for (const object of saved.live) {
      const record = restoreObject(object);
      this.live.set(record.id, record);
      this.count(record);
    }
    this.objects = saved.objects;
    this.blocks = saved.blocks;
    this.peakBytes = saved.peakBytes;
    this.dead = saved.died;
  }

  private count(record: ObjectRecord): void {
    this.bytes += record.size;
    this.fields += record.layout.length;
    this.peakBytes = Math.max(this.peakBytes, this.bytes);
  }

  private site(): { readonly site?: number } {
    const site = this.stack.here();
    return site === 0 ? {} : { site };
  }
}
