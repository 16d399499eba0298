/**
 * A model and its owners at one position of an event source. Moves forward by applying requests; goes back only by
 * taking over a checkpoint.
 */
import type { AllocatorModel, MappingEvent, ModelState, PlacementColumns } from '@heapcast/allocators';
import { NO_REGION } from '@heapcast/allocators';
import type { TraceChunk } from '@heapcast/trace';
import { Owners, type OwnersState } from './owners.js';
import type { Moment } from './run-summary.js';

/** A chunk in columns, and the index of its first request. */
export interface OpenChunk {
  readonly first: number;
  readonly chunk: TraceChunk;
}

/** Everything a playhead needs to stand at `position` again. */
export interface Checkpoint {
  readonly position: number;
  readonly model: ModelState;
  readonly owners: OwnersState;
  readonly byteLength: number;
}

/** Columns that `step` fills beside the placements, position by position of the chunk. */
export interface PlaceColumns extends PlacementColumns {
  readonly numbers: Float64Array;
  readonly addresses: Float64Array;
  readonly pools: Int32Array;
  readonly indexes: Int32Array;
  readonly blockBytes: Uint32Array;
}

export class Playhead {
  /** Requests applied: the state is the one after the first `position` requests. */
  position = 0;
  readonly owners = new Owners();
  /** The chunk that was applied last: going on from here needs no reading. */
  open: OpenChunk | null = null;
  #weight = 0;
  #weighedAt = -1;

  constructor(readonly model: AllocatorModel) {}

  /** Applies requests [from, to) of `chunk`; the first of them has index `position`. */
  advance(chunk: TraceChunk, from: number, to: number, out: PlacementColumns): void {
    this.model.apply(chunk, from, to, out);
    this.owners.follow(chunk, this.position - from, from, to, out);
    this.position += to - from;
  }

  /** The same one request at a time, telling all that can be told of each: live sessions and listings. */
  step(chunk: TraceChunk, from: number, to: number, out: PlaceColumns, labels: Map<number, string> | null): void {
    const { model } = this;
    const { region, offset } = out;
    for (let i = from; i < to; i++) {
      model.apply(chunk, i, i + 1, out);
      const at = region[i];
      if (at === NO_REGION) {
        out.pools[i] = -1;
        out.indexes[i] = -1;
        continue;
      }
      out.addresses[i] = model.address(at, offset[i]);
      const place = model.locate(at, offset[i]);
      out.pools[i] = place.pool;
      out.indexes[i] = place.index;
      out.blockBytes[i] = place.bytes;
    }
    this.owners.tell(chunk, this.position - from, from, to, out, { numbers: out.numbers, labels });
    this.position += to - from;
  }

  /** Mappings since the last call. Whoever moves a playhead takes them, or they pile up. */
  takeMappings(): MappingEvent[] {
    return this.model.takeMappings();
  }

  /** Estimated bytes. Asking costs a copy of the model's state, again when the position has doubled or halved. */
  get byteLength(): number {
    if (this.#weighedAt < this.position / 2 || this.#weighedAt > this.position * 2) {
      this.#weight = this.model.save().byteLength;
      this.#weighedAt = this.position;
    }
    const { op, site, time } = this.open?.chunk ?? {};
    const columns = (op?.byteLength ?? 0) * 9 + (site?.byteLength ?? 0) + (time?.byteLength ?? 0);
    return this.#weight + this.owners.byteLength + columns;
  }

  save(): Checkpoint {
    const model = this.model.save();
    const owners = this.owners.save();
    return { position: this.position, model, owners, byteLength: model.byteLength + owners.byteLength };
  }

  restore(checkpoint: Checkpoint): void {
    this.model.restore(checkpoint.model);
    this.model.takeMappings();
    this.owners.restore(checkpoint.owners);
    this.position = checkpoint.position;
  }
}

/** What a playhead's position looks like, in numbers. */
export function momentOf({ position, model }: Playhead): Moment {
  return { at: position, totals: model.totals(), ledger: model.ledger(), statistics: model.statistics() };
}
