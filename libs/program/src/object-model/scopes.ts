/**
 * The variables of a program whose memory is managed: globals, and the locals of every function that is running. As in
 * Python, what the outermost frame (`<module>`) declares is global: it has no locals of its own.
 */
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

const NO_LOCALS: Scope = new Map();

export type Scope = Map<string, Cell>;

export interface SavedScopes {
  readonly globals: ReadonlyMap<string, Cell>;
  readonly frames: readonly ReadonlyMap<string, Cell>[];
}

export class Scopes {
  readonly globals: Scope = new Map();
  /** Of functions that were called. */
  private readonly frames: Scope[] = [];
  private locals = 0;

  /** 0 = the frame in which the program started. */
  at(depth: number): Scope {
    return depth === 0 ? NO_LOCALS : this.frames[depth - 1];
  }

  /** A local of the innermost frame, else a global. */
  find(name: string): Cell | undefined {
    return this.frames.at(-1)?.get(name) ?? this.globals.get(name);
  }

  /** Throws a `Misstep` if there is no room for so many new variables. */
  requireRoom(scope: 'local' | 'global', variables = 1): void {
    const frame = this.frames.at(-1);
    if (scope === 'global' || frame === undefined) {
      if (this.globals.size + variables > MAX_GLOBALS) {
        throw new Misstep('limitReached', `a program here has at most ${MAX_GLOBALS} globals`);
      }
    } else if (frame.size + variables > MAX_LOCALS || this.locals + variables > MAX_LOCALS_IN_ALL) {
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
    const variables = this.scope(scope);
    const known = variables.get(name);
    if (known !== undefined) return known;
    const cell: Cell = { object: NO_OBJECT, value: null };
    variables.set(name, cell);
    if (variables !== this.globals) this.locals++;
    return cell;
  }

  has(name: string, scope: 'local' | 'global'): boolean {
    return this.scope(scope).has(name);
  }

  /** Forgets a variable; undefined if there is none. */
  forget(name: string): Cell | undefined {
    const frame = this.frames.at(-1);
    const local = frame?.get(name);
    if (local !== undefined) {
      frame?.delete(name);
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

  private scope(scope: 'local' | 'global'): Scope {
    return (scope === 'local' ? this.frames.at(-1) : undefined) ?? this.globals;
  }
}

function copyOf(scope: ReadonlyMap<string, Cell>): Scope {
  return new Map(Array.from(scope, ([name, cell]) => [name, { ...cell }]));
}
