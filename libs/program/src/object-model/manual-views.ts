/** What variables and objects of a C or C++ program hold, as clients read it: pointers told by what they point to. */
import type { Held, ListPage, ListWindow, ProgramVariable } from '@heapcast/contracts';
import { LEAK_KINDS } from '../memcheck/leak-check.js';
import { ALL_BYTES, Word } from '../memcheck/shadow-memory.js';
import type { ManualObjects } from './manual-objects.js';
import type { ObjectRecord } from './object-record.js';
import { bounds, pageOf } from './pages.js';
import type { Inspection, MemoryView } from './program-memory.js';

const WORD = 8;
/** Of an object without declared fields no more than this is looked through for pointers. */
const MAX_SCANNED_BYTES = 65_536;
const REACHABLE = LEAK_KINDS.indexOf('reachable');
const POSSIBLE = LEAK_KINDS.indexOf('possible');

export class ManualViews {
  private readonly word = new Word();

  constructor(private readonly objects: ManualObjects) {}

  /** Variables by address, with what they hold. */
  variables(addresses: ReadonlyMap<string, number>, window: ListWindow | undefined): ListPage<ProgramVariable> {
    return pageOf(addresses, addresses.size, window, ([name, address]) => ({ name, ...this.held(address) }));
  }

  inspect(): Inspection {
    const { memcheck } = this.objects;
    const { id, kind } = memcheck.checkLeaks();
    const reached = new Set<ObjectRecord>();
    kind.forEach((found, entry) => {
      const record = found === REACHABLE || found === POSSIBLE ? this.objects.ofBlock(id[entry]) : undefined;
      if (record !== undefined) reached.add(record);
    });
    return {
      isReachable: (record) => reached.has(record),
      describe: (record, window): MemoryView => ({
        fields: this.fields(record, window),
        references: null,
        generation: null,
        finalizer: 'none',
        ...(record.kind === 'object' ? {} : { kind: record.kind }),
      }),
    };
  }

  private held(address: number): Held {
    const { word } = this;
    const { memcheck } = this.objects;
    const scalar = this.objects.scalarAt(address);
    if (scalar !== null) return { value: scalar };
    memcheck.peekWord(address, word);
    if (word.defined !== ALL_BYTES) return { value: null, uninitialised: true };
    const to = word.address;
    if (to === 0) return { value: null };
    const pointed = this.objects.at(to);
    if (pointed === null) return { value: null, pointsTo: memcheck.variableAt(to) ?? 'unknown' };
    const { record, offset, isFreed } = pointed;
    return {
      value: null,
      object: record.id,
      ...(offset === 0 ? {} : { offset }),
      ...(isFreed ? { dangling: true } : {}),
    };
  }

  /** The words of its declared fields; of an object without, those that hold pointers. */
  private fields(record: ObjectRecord, window: ListWindow | undefined): ListPage<ProgramVariable> {
    const { memcheck } = this.objects;
    const start = this.objects.addressOf(record);
    const total = record.layout.length;
    if (total > 0) {
      const { from, to } = bounds(total, window);
      const items = record.layout
        .slice(from, to)
        .map((name, index) => ({ name, ...this.held(start + (from + index) * WORD) }));
      return { total, offset: from, items };
    }
    const words = new Set<number>();
    for (let offset = 0; offset + WORD <= record.size && offset < MAX_SCANNED_BYTES; offset += WORD) {
      memcheck.peekWord(start + offset, this.word);
      const isPointer = this.word.defined === ALL_BYTES && memcheck.liveBlockAt(this.word.address) !== null;
      if (isPointer) words.add(offset);
    }
    for (const offset of record.scalars?.keys() ?? []) words.add(offset);
    const offsets = [...words].sort((a, b) => a - b);
    return pageOf(offsets, offsets.length, window, (offset) => ({ name: `+${offset}`, ...this.held(start + offset) }));
  }
}
