/**
 * Counts the objects that the program leaves alive, by type, without asking the program: every live block of the object domain
 * is looked at for an object header whose type is one of the interpreter's types.
 *
 * An object begins at its block's start, 8 bytes later when the collector tracks its type, and 16 when instances also have a
 * dict or weak references before that. The type's flags say which, so that other contents are hardly ever taken for one.
 */
import type { CensusMessage } from '../protocol.js';
import { OBJECT_OFFSETS } from './frames.js';
import type { Layout } from './layout.js';
import type { LiveBlocks } from './live-blocks.js';
import type { MemoryReader } from './memory-reader.js';

/** Py_TPFLAGS_… */
const MANAGED = (1 << 3) | (1 << 4);
const INLINE_VALUES = 1 << 2;
const HAVE_GC = 1 << 14;
const MOST_TYPES = 1000;
/** Below lie the interpreter's own variables; no object's reference count gets that far unless it is immortal. */
const LOWEST_ADDRESS = 1 << 21;
const IMMORTAL = 0x4000_0000;

export function countObjects(
  blocks: LiveBlocks,
  memory: MemoryReader,
  layout: Layout,
  types: ReadonlySet<number>,
): CensusMessage {
  const counts = new Map<number, { count: number; bytes: number }>();
  blocks.each((address, size) => {
    for (const offset of OBJECT_OFFSETS) {
      const type = memory.word(address + offset + layout.objectType);
      if (!types.has(type) || headerOf(memory.word(type + layout.typeFlags)) !== offset) continue;
      if (!isAlive(memory.word(address + offset))) break;
      const entry = counts.get(type) ?? { count: 0, bytes: 0 };
      entry.count++;
      entry.bytes += size;
      counts.set(type, entry);
      break;
    }
  });
  const named = [...counts].map(([type, entry]) => ({ type: memory.typeName(type), ...entry }));
  named.sort((one, other) => other.bytes - one.bytes || one.type.localeCompare(other.type));
  return { kind: 'census', types: named.slice(0, MOST_TYPES) };
}

/** A dead object that is kept for reuse has the address of the next one where its reference count was. */
function isAlive(references: number): boolean {
  return references > 0 && (references < LOWEST_ADDRESS || references >= IMMORTAL);
}

function headerOf(flags: number): number {
  const collected = (flags & HAVE_GC) !== 0 ? 8 : 0;
  return (flags & (MANAGED | INLINE_VALUES)) !== 0 ? collected + 8 : collected;
}
