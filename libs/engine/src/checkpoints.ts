/**
 * States of programs to go back to. A thread keeps as many as its budget allows; when they are too many, the program
 * that has the most gives up every other one, so that what is left still covers its whole past.
 */

/** A program as it was after a command; `saved` is serialised, so that it costs its bytes and nothing to the collector. */
export interface Checkpoint {
  /** Number of the command's mark, and of the last request that the command made. */
  readonly mark: number;
  readonly seq: number;
  readonly commands: number;
  readonly saved: Uint8Array;
}

export class CheckpointShelf {
  readonly #tracks = new Set<CheckpointTrack>();

  constructor(private readonly budget: number) {}

  track(): CheckpointTrack {
    const track = new CheckpointTrack(() => this.#fit());
    this.#tracks.add(track);
    return track;
  }

  give(track: CheckpointTrack): void {
    this.#tracks.delete(track);
  }

  get byteLength(): number {
    let sum = 0;
    for (const { byteLength } of this.#tracks) sum += byteLength;
    return sum;
  }

  #fit(): void {
    while (this.byteLength > this.budget) {
      let heaviest: CheckpointTrack | undefined;
      for (const track of this.#tracks) {
        if (track.byteLength > (heaviest?.byteLength ?? 0)) heaviest = track;
      }
      if (!heaviest) return;
      heaviest.thin();
    }
  }
}

/** Commands between two checkpoints of a small program; a large one is saved less often, in proportion to its bytes. */
const INTERVAL = 256;
const BYTES_PER_COMMAND = 256;
const MOST_CHECKPOINTS = 256;

export class CheckpointTrack {
  #checkpoints: Checkpoint[] = [];
  #bytes = 0;
  /** Commands until the next one. */
  #interval = INTERVAL;

  constructor(private readonly fit: () => void) {}

  get byteLength(): number {
    return this.#bytes;
  }

  /** Bytes of a state, as far as is known. */
  get weight(): number {
    return this.#checkpoints.at(-1)?.saved.byteLength ?? 0;
  }

  /** Is it time to save the state after so many commands? */
  due(commands: number): boolean {
    return commands - (this.#checkpoints.findLast((one) => one.commands <= commands)?.commands ?? 0) >= this.#interval;
  }

  add(checkpoint: Checkpoint): void {
    const at = this.#checkpoints.findLastIndex(({ mark }) => mark < checkpoint.mark) + 1;
    this.#checkpoints.splice(at, 0, checkpoint);
    this.#bytes += checkpoint.saved.byteLength;
    this.#interval = Math.max(INTERVAL, Math.ceil(checkpoint.saved.byteLength / BYTES_PER_COMMAND), this.#interval);
    if (this.#checkpoints.length > MOST_CHECKPOINTS) this.thin();
    this.fit();
  }

  /** The last one whose mark is at most `at`. */
  before(at: number): Checkpoint | undefined {
    return this.#checkpoints.findLast(({ mark }) => mark <= at);
  }

  /** Gives up every other one, and from now on keeps half as many. */
  thin(): void {
    this.#checkpoints = this.#checkpoints.filter((_, index) => index % 2 === 1);
    this.#bytes = this.#checkpoints.reduce((sum, { saved }) => sum + saved.byteLength, 0);
    this.#interval *= 2;
  }
}
