/** The options of pymalloc and what they mean. A profile presets every one; a client may override any. */
import type { OptionDescription } from '../contract.js';
import type { Sizes } from './geometry.js';
import type { ArenaPolicy } from './usable-arenas.js';

export interface Options extends Sizes, ArenaPolicy {
  /** What realloc does with a block of the system allocator that becomes small. */
  readonly rawRealloc: 'stays' | 'taken-over';
  /** Pages by which the base of each arena misses pool alignment, by ordinal; or where to take them from. */
  readonly arenaMisalignment: 'trace' | 'aligned' | readonly number[];
  /** Most bytes of mapped arenas and system blocks (at the size asked for) together; `null` = no limit. */
  readonly mappedLimit: number | null;
}

const MIB = 1024 * 1024;
export const optionDescriptions: readonly OptionDescription[] = [
  {
    name: 'arenaSize',
    type: 'integer',
    minimum: 1024,
    maximum: 64 * MIB,
    description: 'Bytes per arena, the unit that is mapped and unmapped. A power of two, at least two pools.',
  },
  {
    name: 'poolSize',
    type: 'integer',
    minimum: 256,
    maximum: MIB / 4,
    description: 'Bytes per pool. A power of two; holds its header and at least one block of the largest class.',
  },
  {
    name: 'alignment',
    type: 'integer',
    minimum: 8,
    maximum: 64,
    description: 'Bytes by which block sizes grow from class to class. A power of two.',
  },
  {
    name: 'smallThreshold',
    type: 'integer',
    minimum: 8,
    maximum: 65_536,
    description:
      'Largest request in bytes that a pool serves; larger ones go to the system allocator. A multiple of the alignment.',
  },
  {
    name: 'release',
    type: 'string',
    choices: ['never', 'when-free', 'keep-last'],
    description:
      'When a wholly free arena is unmapped: never (before 2.5), at once (2.5 to 3.8), or at once unless it is the last usable one (from 3.9).',
  },
  {
    name: 'freePools',
    type: 'string',
    choices: ['per-arena', 'shared'],
    description:
      'Whether each arena keeps its own free pools (from 2.5), or all share one stack (before; only with release "never").',
  },
  {
    name: 'rawRealloc',
    type: 'string',
    choices: ['stays', 'taken-over'],
    description:
      'What realloc to a small size does with a block of the system allocator: it stays there, or moves into a pool (before 2.4.2).',
  },
  {
    name: 'arenaMisalignment',
    type: 'integers',
    choices: ['trace', 'aligned'],
    minimum: 0,
    maximum: 255,
    description:
      'Pages of 4096 bytes by which the base of each arena misses pool alignment, by order of mapping: "trace" as recorded, "aligned" none, or a list. Arenas beyond the list are aligned. A misaligned arena loses one pool.',
  },
  {
    name: 'mappedLimit',
    type: 'integer',
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    description:
      'Most bytes that the device has for mapped arenas plus system blocks (counted at the size asked for); null = no limit. A request that would exceed it is out of memory.',
  },
];
