/** The variables of a program whose memory is managed: globals, and the locals of every frame. */
import type { Scalar } from '@heapcast/contracts';
import { NO_OBJECT } from '../cpython-collector/object-table.js';
import { MAX_GLOBALS, MAX_LOCALS, MAX_LOCALS_IN_ALL } from './limits.js';
import { Misstep } from './misstep.js';

/** What a variable holds: an object, or else a value. */
export interface Cell {
  /** Handle in the heap; 0 = no object. */
  object: number;
  value: Scalar;
}

export type Scope = Map<string, Cell>;

export interface SavedScopes {
  readonly globals: ReadonlyMap<string, Cell>;
  readonly frames: readonly ReadonlyMap<string, Cell>[];
}

export class Scopes {
  readonly globals: Scope = new Map();
  private readonly frames: Scope[] = [new Map()];
  private locals = 0;

  /** Locals of the innermost frame. */
  get innermost(): Scope {
    return this.frames[this.frames.length - 1];
  }

  /** 0 = the frame in which the program started. */
  at(depth: number): Scope {
    return this.frames[depth];
  }

  /** A local of the innermost frame, else a global. */
  find(name: string): Cell | undefined {
    return this.innermost.get(name) ?? this.globals.get(name);
  }

  /** Throws a `Misstep` if there is no room for so many new variables. */
  requireRoom(scope: 'local' | 'global', variables = 1): void {
    if (scope === 'global') {
      if (this.globals.size + variables > MAX_GLOBALS) {
        throw new Misstep('limitReached', `a program here has at most ${MAX_GLOBALS} globals`);
      }
    } else if (this.innermost.size + variables > MAX_LOCALS || this.locals + variables > MAX_LOCALS_IN_ALL) {
      throw new Misstep(
        'limitReached',
        `a frame here has at most ${MAX_LOCALS} locals, all frames ${MAX_LOCALS_IN_ALL}`,
      );
    }
  }

  requireRoomInNewFrame(variables: number): void {
    if (this.locals + variables > MAX_LOCALS_IN_ALL) {
      throw new Misstep('limitReached', `all frames here have at most ${MAX_LOCALS_IN_ALL} locals`);
    }
  }

  /** Does something with the caller's eyes. */
  asCaller(action: () => void): void {
    const frame = this.frames.pop();
    try {
      action();
    } finally {
      if (frame !== undefined) this.frames.push(frame);
    }
  }

  /** A new variable, or the one of that name in this very scope. Ask `requireRoom` first. */
  declare(name: string, scope: 'local' | 'global'): Cell {
    const variables = scope === 'local' ? this.innermost : this.globals;
    const known = variables.get(name);
    if (known !== undefined) return known;
    const cell: Cell = { object: NO_OBJECT, value: null };
    variables.set(name, cell);
    if (scope === 'local') this.locals++;
    return cell;
  }

  has(name: string, scope: 'local' | 'global'): boolean {
    return (scope === 'local' ? this.innermost : this.globals).has(name);
  }

  /** Forgets a variable; undefined if there is none. */
  forget(name: string): Cell | undefined {
    const local = this.innermost.get(name);
    if (local !== undefined) {
      this.innermost.delete(name);
      this.locals--;
      return local;
    }
    const global = this.globals.get(name);
    this.globals.delete(name);
    return global;
  }

  enter(): void {
    this.frames.push(new Map());
  }

  /** What the frame's variables held, in the order of declaration. */
  leave(): IterableIterator<Cell> {
    const scope: Scope = this.frames.pop() ?? new Map<string, Cell>();
    this.locals -= scope.size;
    return scope.values();
  }

  /** Every variable that exists. */
  *all(): IterableIterator<Cell> {
    yield* this.globals.values();
    for (const frame of this.frames) yield* frame.values();
  }

  save(): SavedScopes {
    return { globals: copyOf(this.globals), frames: this.frames.map(copyOf) };
  }

  restore(saved: SavedScopes): void {
    this.globals.clear();
    for (const [name, cell] of saved.globals) this.globals.set(name, { ...cell });
    this.frames.length = 0;
    for (const frame of saved.frames) this.frames.push(copyOf(frame));
    this.locals = this.frames.reduce((sum, frame) => sum + frame.size, 0);
  }
}

function copyOf(scope: ReadonlyMap<string, Cell>): Scope {
  return new Map(Array.from(scope, ([name, cell]) => [name, { ...cell }]));
}
