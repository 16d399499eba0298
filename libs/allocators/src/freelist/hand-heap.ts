/**
 * A heap to talk to in specs: sizes and answers in bytes from the heap's start, free blocks in list order. Test support,
 * used by specs only.
 */
import { Op } from '@heapcast/trace';
import { Outcome } from '../contract.js';
import { program, type Row } from '../model-properties-programs.js';
import { placements } from '../model-properties-witness.js';
import { FreelistModel } from './freelist-model.js';
import type { BlockView } from './heap-report.js';
import { mergeOptions } from './options.js';
import { presets } from './profiles.js';

/** Block numbers are slots + 1. */
const OWNERS = { number: (slot: number) => slot + 1, placedAt: () => 0, site: () => 0, name: () => undefined };
const NAMES = Object.fromEntries(Object.entries(Outcome).map(([name, code]) => [code, name]));

export class HandHeap {
  readonly model: FreelistModel;

  /** @throws Error if the configuration is refused */
  constructor(profile: string, options: Record<string, unknown> = {}) {
    const preset = presets.find(({ name }) => name === profile);
    if (!preset) throw new Error(`no profile ${profile}`);
    const merged = mergeOptions(preset.options, options);
    if ('problems' in merged) throw new Error(JSON.stringify(merged.problems));
    this.model = new FreelistModel(merged.options);
  }

  private serve(row: Row): number | string {
    const out = placements(1);
    this.model.apply(program([row]), 0, 1, out);
    const served = out.outcome[0] === Outcome.placed || out.outcome[0] === Outcome.freed;
    const at = out.offset[0] * this.model.unit;
    return served && out.region[0] === 0 ? at : `${NAMES[out.outcome[0]]} ${at}`;
  }

  malloc(slot: number, size: number): number | string {
    return this.serve([Op.malloc, size, slot]);
  }

  realloc(slot: number, size: number): number | string {
    return this.serve([Op.realloc, size, slot]);
  }

  free(slot: number): number | string {
    return this.serve([Op.free, 0, slot]);
  }

  get blocks(): BlockView[] {
    const { items } = this.model.heap({ detail: 'blocks', limit: 1000, offset: 0 }, OWNERS);
    return items.filter((item) => 'state' in item);
  }

  /** [offset of the payload, bytes of the block], in list order. */
  get freeList(): [at: number, size: number][] {
    return this.blocks
      .filter(({ state }) => state === 'free')
      .sort((a, b) => (a.position ?? 0) - (b.position ?? 0))
      .map(({ offset, size }) => [offset * this.model.unit, size]);
  }

  get mapped(): number {
    return this.model.totals().mappedBytes;
  }

  statistics(): Record<string, unknown> {
    return this.model.statistics();
  }

  mappings(): [kind: string, bytes: number][] {
    return this.model.takeMappings().map(({ kind, bytes }) => [kind, bytes]);
  }
}
