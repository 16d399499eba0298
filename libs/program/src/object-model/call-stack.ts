/**
 * The call stack: which functions are running, where each is, and how many bytes they take. What their variables hold is
 * the memory's.
 */
import { CallPaths, NO_PATH } from '../memcheck/call-paths.js';
import { MAX_FRAMES, MAX_PATHS } from './limits.js';
import { Misstep } from './misstep.js';

export interface StackFrame {
  readonly function: string;
  /** 0 = not known. */
  line: number;
  readonly callLine: number;
  /** Bytes. */
  readonly size: number;
  /** Path of the call that led here. */
  readonly caller: number;
}

export interface SavedCallStack {
  readonly frames: readonly StackFrame[];
  readonly peak: number;
}

export class CallStack {
  private readonly frames: StackFrame[] = [];
  private bytes = 0;
  private peakBytes = 0;

  constructor(
    private readonly limit: number,
    readonly paths: CallPaths,
    entry: string,
    entrySize: number,
  ) {
    this.push({ function: entry, line: 0, callLine: 0, size: Math.min(entrySize, limit), caller: NO_PATH });
  }

  get depth(): number {
    return this.frames.length;
  }

  /** Undefined once the first function has returned. */
  get innermost(): StackFrame | undefined {
    return this.frames.at(-1);
  }

  /** 0 = the function in which the program started. */
  at(depth: number): StackFrame {
    return this.frames[depth];
  }

  get used(): number {
    return this.bytes;
  }

  get peak(): number {
    return this.peakBytes;
  }

  /** Throws a `Misstep` if the frame does not fit. */
  requireRoomFor(size: number): void {
    if (this.bytes + size > this.limit) {
      throw new Misstep(
        'stackOverflow',
        `the frame takes ${size} bytes, and ${this.limit - this.bytes} of ${this.limit} are left. A real program would ` +
          'be killed here (SIGSEGV) or be told of it (RecursionError); this one stays as it is',
      );
    }
    if (this.frames.length >= MAX_FRAMES) {
      throw new Misstep('limitReached', `a program here has at most ${MAX_FRAMES} frames`);
    }
  }

  enter(functionName: string, size: number): void {
    const { innermost } = this;
    this.push({ function: functionName, line: 0, callLine: innermost?.line ?? 0, size, caller: this.here() });
  }

  leave(): void {
    const frame = this.frames.pop();
    if (frame !== undefined) this.bytes -= frame.size;
  }

  /** The path to where the program is; 0 if it is not known. */
  here(): number {
    const frame = this.frames.at(-1);
    return frame === undefined ? NO_PATH : this.paths.path(frame.function, frame.line, frame.caller);
  }

  save(): SavedCallStack {
    return { frames: this.frames.map((frame) => ({ ...frame })), peak: this.peakBytes };
  }

  restore(saved: SavedCallStack): void {
    this.frames.length = 0;
    this.bytes = 0;
    for (const frame of saved.frames) this.push({ ...frame });
    this.peakBytes = saved.peak;
  }

  private push(frame: StackFrame): void {
    this.frames.push(frame);
    this.bytes += frame.size;
    this.peakBytes = Math.max(this.peakBytes, this.bytes);
  }
}

/** A table of call paths that is bounded. */
export function boundedPaths(): CallPaths {
  return new CallPaths(MAX_PATHS);
}
