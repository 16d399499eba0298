/**
 * A program at one moment of its session. It moves forward by commands: each becomes one mark and the requests that the
 * command made. It goes back only by taking over a checkpoint.
 */
import { deserialize, serialize } from 'node:v8';
import type { ResolvedProgramChoice, ProgramCommand, ProgramEvent } from '@heapcast/contracts';
import { Program, type SavedProgram } from '@heapcast/program';
import type { ClientRequest } from '@heapcast/trace';
import type { Checkpoint } from './checkpoints.js';

/** A command that was carried out. */
export interface Step {
  readonly event: ProgramEvent;
  /** Its mark, then what it asked of the allocator. */
  readonly requests: readonly ClientRequest[];
}

export class Playhead {
  program: Program;
  /** Number of the last command's mark, and of the last request that it made; 0 = none yet. */
  mark = 0;
  seq = 0;
  commands = 0;

  constructor(private readonly choice: ResolvedProgramChoice) {
    this.program = begin(choice);
  }

  /** Carries out a command. */
  step(command: ProgramCommand): Step {
    const { event, requests } = this.program.apply(command);
    this.mark = this.seq + 1;
    this.seq = this.mark + requests.length;
    this.commands += 1;
    return { event, requests: [{ op: 'mark', size: event.number, label: JSON.stringify(event) }, ...requests] };
  }

  /** Is this the program as it was after event `at` of the session? */
  isAt(at: number): boolean {
    return this.mark <= at && at <= this.seq;
  }

  save(): Checkpoint {
    const { mark, seq, commands } = this;
    return { mark, seq, commands, saved: serialize(this.program.save()) };
  }

  /** Takes over a checkpoint; `undefined`: begins anew. */
  restore(checkpoint: Checkpoint | undefined): void {
    this.program = checkpoint ? Program.restore(stateOf(checkpoint)) : begin(this.choice);
    this.mark = checkpoint?.mark ?? 0;
    this.seq = checkpoint?.seq ?? 0;
    this.commands = checkpoint?.commands ?? 0;
  }
}

function begin({ source, ...choice }: ResolvedProgramChoice): Program {
  return new Program({ ...choice, ...(source === null ? {} : { source }) });
}

function stateOf({ saved }: Checkpoint): SavedProgram {
  return deserialize(saved);
}

/** The command that a mark tells of. @throws SyntaxError, TypeError when it tells of none */
export function commandOf(label: string | undefined): ProgramCommand {
  const event: unknown = JSON.parse(label ?? '');
  if (typeof event !== 'object' || event === null || !('command' in event)) {
    throw new TypeError('the mark has no command');
  }
  // What it is, was checked before it was journalled.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return event.command as ProgramCommand;
}
