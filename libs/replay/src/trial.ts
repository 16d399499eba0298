/**
 * What would become of requests that nobody has made: they are served on a copy of the model's state, so that the answer
 * is the model's own and the replay stands where it stood.
 */
import { NO_SLOT, Op, type TraceChunk } from '@heapcast/trace';
import { MOST_TRIED, type TrialQuery, type TrialReply, type TrialRequest } from './inspection.js';
import { makePlaceColumns } from './placements.js';
import type { Playhead } from './playhead.js';
import { ReplayError } from './replay-error.js';
import type { Timeline } from './timeline.js';

/** @throws ReplayError `out-of-range` for too many requests */
export function tryRequests(timeline: Timeline, playhead: Playhead, { requests }: TrialQuery): TrialReply {
  if (requests.length > MOST_TRIED) {
    throw new ReplayError('out-of-range', `${requests.length} requests are more than the ${MOST_TRIED} that are tried`);
  }
  const copy = timeline.makePlayhead();
  copy.restore(playhead.save());
  const { model, position: at } = copy;
  const mappedBefore = model.totals().mappedBytes;
  const out = makePlaceColumns(requests.length);
  const names = new Map<number, string>();
  copy.step(chunkOf(requests, copy), 0, requests.length, out, names);
  const { outcome, region, offset, numbers, addresses, pools, indexes, blockBytes } = out;
  return {
    at,
    first: at,
    placements: { outcome, region, offset },
    numbers,
    addresses,
    pools,
    indexes,
    blockBytes,
    names,
    mappings: copy.takeMappings(),
    mappedBefore,
    mappedAfter: model.totals().mappedBytes,
  };
}

/** The requests in columns; new blocks take slots that nobody ever had. */
function chunkOf(requests: readonly TrialRequest[], { model, owners }: Playhead): TraceChunk {
  const length = requests.length;
  const op = new Uint8Array(length);
  const size = new Uint32Array(length);
  const slot = new Int32Array(length).fill(NO_SLOT);
  const freed = new Set(requests.flatMap((request) => (request.op === 'free' ? [request.block] : [])));
  const slotOf = new Map<number, number>();
  if (freed.size > 0) {
    model.visitBlocks((each) => {
      const number = owners.number(each);
      if (freed.has(number)) slotOf.set(number, each);
    });
  }
  let fresh = owners.slots;
  for (const [i, request] of requests.entries()) {
    if (request.op === 'malloc') {
      op[i] = Op.malloc;
      size[i] = request.size;
      slot[i] = fresh++;
    } else {
      op[i] = Op.free;
      slot[i] = slotOf.get(request.block) ?? NO_SLOT;
      slotOf.delete(request.block);
    }
  }
  return { length, op, size, slot, site: null, time: null, names: null };
}
