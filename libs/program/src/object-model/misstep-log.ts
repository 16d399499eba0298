/** What the program did wrong so far: the same outcome at the same place once, with a count. */
import type { ProgramOutcome } from '@heapcast/contracts';
import { MAX_ERRORS } from './limits.js';

export interface LoggedMisstep {
  readonly outcome: ProgramOutcome;
  /** The first command that did it. */
  readonly at: number;
  readonly function: string;
  readonly line: number;
  readonly site: number;
  count: number;
  /** Of the first time. */
  readonly text: string;
}

export class MisstepLog {
  private readonly known = new Map<string, LoggedMisstep>();

  add(misstep: Omit<LoggedMisstep, 'count'>): void {
    const key = `${misstep.outcome} ${misstep.line} ${misstep.function}`;
    const known = this.known.get(key);
    if (known !== undefined) known.count++;
    else if (this.known.size < MAX_ERRORS) this.known.set(key, { ...misstep, count: 1 });
  }

  /** In order of first occurrence. */
  all(): LoggedMisstep[] {
    return [...this.known.values()];
  }

  get count(): number {
    return this.known.size;
  }

  save(): LoggedMisstep[] {
    return this.all().map((misstep) => ({ ...misstep }));
  }

  restore(saved: readonly LoggedMisstep[]): void {
    this.known.clear();
    for (const misstep of saved) {
      this.known.set(`${misstep.outcome} ${misstep.line} ${misstep.function}`, { ...misstep });
    }
  }
}
