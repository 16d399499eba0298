/** What every memory works with: shared by one program, made once. */
import type { ProgramOutcome, ResolvedProgramChoice } from '@heapcast/contracts';
import type { CallStack } from './call-stack.js';
import type { Happenings } from './happenings.js';
import type { Moment, ObjectRegister } from './object-register.js';
import type { ObjectRecord } from './object-record.js';

/** What happens to an object that others must hear of. */
export interface OwnerListener {
  /** Its finalizer runs. */
  finalized(record: ObjectRecord): void;
  /** It dies. `destroyed`: its destructor runs. */
  died(record: ObjectRecord, destroyed: boolean): void;
}

export interface Wardens {
  readonly choice: ResolvedProgramChoice;
  readonly stack: CallStack;
  readonly register: ObjectRegister;
  readonly happenings: Happenings;
  readonly owners: OwnerListener;
  readonly now: Readonly<Moment>;
  /** The program did something wrong and goes on: the first of a command is its outcome. */
  erred(outcome: Exclude<ProgramOutcome, 'ok'>, text: string): void;
}
