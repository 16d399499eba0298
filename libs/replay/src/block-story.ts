/** Everything that happened to one block: a replay of the whole trace that looks closely only where the block is named. */
import { NO_REGION } from '@heapcast/allocators';
import { Op, OP_MASK, type TraceChunk } from '@heapcast/trace';
import { makePlaceColumns } from './placements.js';
import type { BlockStep, StoryReply } from './measures.js';
import type { Playhead } from './playhead.js';
import type { Timeline } from './timeline.js';

/** Steps that are told; of the others only their number. */
const MOST_STEPS = 1000;

export async function tellStory(
  timeline: Timeline,
  playhead: Playhead,
  number: number,
  goOn: () => void,
): Promise<StoryReply> {
  const story = new Story(number);
  await timeline.walk(playhead, timeline.events, ({ first, chunk }, from, to) => {
    goOn();
    story.follow(playhead, chunk, first, from, to, timeline.scratch.columns(chunk.length));
  });
  return { number, numbers: playhead.owners.blocks, name: story.name, steps: story.steps, total: story.total };
}

class Story {
  name: string | null = null;
  readonly steps: BlockStep[] = [];
  total = 0;
  /** The block's slot while it lives; -1 before and after. */
  #slot = -1;

  constructor(private readonly number: number) {}

  follow(
    playhead: Playhead,
    chunk: TraceChunk,
    first: number,
    from: number,
    to: number,
    out: Parameters<Playhead['advance']>[3],
  ): void {
    let done = from;
    let blocks = playhead.owners.blocks;
    for (let i = from; i < to; i++) {
      const code = chunk.op[i] & OP_MASK;
      if (takesSlot(code) && ++blocks === this.number) {
        this.#slot = chunk.slot[i];
        this.name = chunk.names?.get(i) ?? null;
      } else if (!this.#concerns(code, chunk.slot[i])) continue;
      playhead.advance(chunk, done, i, out);
      playhead.takeMappings();
      this.#tell(playhead, chunk, first, i);
      done = i + 1;
      if (code === Op.free) this.#slot = -1;
    }
    playhead.advance(chunk, done, to, out);
    playhead.takeMappings();
  }

  #concerns(code: number, slot: number): boolean {
    if (code === Op.free || code === Op.realloc) return slot >= 0 && slot === this.#slot;
    return (code === Op.staleFree || code === Op.staleRealloc) && slot === this.number;
  }

  /** Applies request `i` by itself and keeps what became of it. */
  #tell(playhead: Playhead, chunk: TraceChunk, first: number, i: number): void {
    const out = makePlaceColumns(1);
    playhead.step(alone(chunk, i), 0, 1, out, null);
    const mappings = playhead.takeMappings();
    if (++this.total > MOST_STEPS) return;
    const isPlaced = out.region[0] !== NO_REGION;
    this.steps.push({
      event: first + i,
      op: chunk.op[i] & OP_MASK,
      outcome: out.outcome[0],
      requested: chunk.size[i],
      site: chunk.site?.[i] ?? 0,
      time: chunk.time?.[i] ?? null,
      region: out.region[0],
      pool: out.pools[0],
      index: out.indexes[0],
      offset: out.offset[0],
      address: isPlaced ? out.addresses[0] : 0,
      occupied: out.blockBytes[0],
      mappings,
    });
  }
}

/** Request `i` as a chunk of its own. */
function alone({ op, size, slot, site, time, names }: TraceChunk, i: number): TraceChunk {
  const name = names?.get(i);
  return {
    length: 1,
    op: op.subarray(i, i + 1),
    size: size.subarray(i, i + 1),
    slot: slot.subarray(i, i + 1),
    site: site?.subarray(i, i + 1) ?? null,
    time: time?.subarray(i, i + 1) ?? null,
    names: name === undefined ? null : new Map([[0, name]]),
  };
}

function takesSlot(code: number): boolean {
  return code === Op.malloc || code === Op.calloc || code === Op.reallocNull || code === Op.foreign;
}
