/**
 * The engine: a program in memory that does one command after the other, tells what came of each, and says what its
 * allocator must be asked. It never learns where the blocks lie.
 *
 * Everything follows from the choice and the commands, so doing the commands again gives the same events, requests and
 * state. What a program does wrong is an outcome; only what is no command at all is an error (`ProgramCommandError`).
 */
import type {
  LeakQuery,
  LeakReport,
  OpenCommand,
  ProgramChoice,
  ProgramCommand,
  ProgramEvent,
  ProgramObject,
  ProgramOutcome,
  ProgramState,
  ProgramStateQuery,
  ResolvedProgramChoice,
} from '@heapcast/contracts';
import type { ClientRequest, Site } from '@heapcast/trace';
import { boundedPaths, CallStack } from './call-stack.js';
import { resolveProgramChoice } from './choice.js';
import { parseProgramCommand } from './command-parser.js';
import { fitting } from './error-text.js';
import { Happenings } from './happenings.js';
import { reportLeaks, summaryOf } from './leak-report.js';
import { leakedResources } from './leaked-resources.js';
import { ManagedMemory } from './managed-memory.js';
import { ManualMemory } from './manual-memory.js';
import { Misstep } from './misstep.js';
import { MisstepLog } from './misstep-log.js';
import { type Moment, ObjectRegister } from './object-register.js';
import { OwnedResources } from './owned-resources.js';
import { describeObject, describeState } from './program-views.js';
import { PROGRAM_ENGINE_VERSION, type SavedProgram } from './saved-program.js';
import { completeNew, completeOwner } from './new-object.js';
import type { Wardens } from './wardens.js';

const MANUAL_FRAME_BYTES = 64;
const MANAGED_FRAME_BYTES = 512;

export interface AppliedCommand {
  readonly event: ProgramEvent;
  /** What the allocator is asked, in order, after the mark that holds the event. */
  readonly requests: readonly ClientRequest[];
}

export class Program {
  readonly choice: ResolvedProgramChoice;
  private readonly now: Moment = { command: 0, seq: 0 };
  private readonly happenings = new Happenings();
  private readonly paths = boundedPaths();
  private readonly stack: CallStack;
  private readonly register: ObjectRegister;
  private readonly resources: OwnedResources;
  private readonly errors = new MisstepLog();
  private readonly memory: ManualMemory | ManagedMemory;
  private seqOfNext = 1;
  private hasEnded = false;
  /** The first thing that went wrong in the command at work. */
  private wrong: Misstep | null = null;

  /** Throws a `ProgramCommandError` for a choice that is none. */
  constructor(choice: ProgramChoice) {
    this.choice = resolveProgramChoice(choice);
    const { ownership, stackLimit, entry } = this.choice;
    this.stack = new CallStack(stackLimit, this.paths, entry, this.frameBytes);
    this.register = new ObjectRegister(this.stack, this.happenings, this.now);
    this.resources = new OwnedResources(this.stack, this.happenings, this.now);
    const wardens: Wardens = {
      choice: this.choice,
      stack: this.stack,
      register: this.register,
      happenings: this.happenings,
      owners: this.resources,
      now: this.now,
      erred: (outcome, text) => (this.wrong ??= new Misstep(outcome, text)),
    };
    this.memory = ownership === 'manual' ? new ManualMemory(wardens) : new ManagedMemory(wardens);
  }

  /** A program as `save` kept it. Throws a `RangeError` if another version of the engine did. */
  static restore(saved: SavedProgram): Program {
    const program = new Program(saved.choice);
    program.restore(saved);
    return program;
  }

  /** Commands done so far. */
  get commands(): number {
    return this.now.command;
  }

  /** The number that the mark of the next command will have, if nothing else is put between. */
  get nextSeq(): number {
    return this.seqOfNext;
  }

  get ended(): boolean {
    return this.hasEnded;
  }

  /**
   * Does one command. `seq`: the number of its mark in the session. Throws a `ProgramCommandError` for what is no command;
   * nothing has changed then.
   */
  apply(command: ProgramCommand, seq = this.seqOfNext): AppliedCommand {
    const checked = parseProgramCommand(command);
    this.now.command++;
    this.now.seq = seq;
    this.wrong = null;
    const frame = this.stack.innermost;
    if (frame !== undefined && !this.hasEnded && checked.line !== undefined) frame.line = checked.line;
    const { function: name, line } = frame ?? { function: '', line: 0 };
    const hadEnded = this.hasEnded;
    try {
      if (hadEnded) throw new Misstep('ended', 'the program has ended; nothing happens in it any more');
      if (this.memory instanceof ManualMemory) this.memory.step(this.now.command, line);
      this.do(checked);
    } catch (error) {
      if (!(error instanceof Misstep)) throw error;
      this.wrong ??= error;
    }
    if (!hadEnded) this.memory.settle();
    const { wrong } = this;
    if (wrong !== null) this.log(wrong, name, line);
    const { requests, effects } = this.happenings.take();
    this.seqOfNext = seq + 1 + requests.length;
    const event: ProgramEvent = {
      number: this.now.command,
      command: checked,
      outcome: wrong?.outcome ?? 'ok',
      function: name,
      line,
      depth: this.stack.depth,
      ...(effects === undefined ? {} : { effects }),
      ...(this.hasEnded && !hadEnded ? { ended: true } : {}),
    };
    return { event: wrong === null ? event : { ...event, error: fitting(wrong.message, event) }, requests };
  }

  /** Places in the code and the calls that led there, in the order of first use; `from`: without the first so many. */
  sites(from = 0): Site[] {
    return this.paths.sites(this.choice.source?.file ?? '', from);
  }

  get siteCount(): number {
    return this.paths.count;
  }

  state(query: ProgramStateQuery = {}): ProgramState {
    const { choice, memory, stack, register, resources, errors, paths, hasEnded: ended } = this;
    return describeState(
      { commands: this.commands, choice, ended, memory, stack, register, resources, errors, paths },
      query,
    );
  }

  /** A live object by its number, or null. */
  object(id: number, fields?: ProgramStateQuery['objects']): ProgramObject | null {
    const record = this.register.find(id);
    return record === undefined ? null : describeObject(record, this.memory.inspect(), this.paths, fields);
  }

  leaks(query: LeakQuery = {}): LeakReport {
    const { commands: command, hasEnded: ended } = this;
    const { memory, paths, resources, register, choice } = this;
    const report = reportLeaks(memory.leaks(), paths, query);
    const open = leakedResources({ memory, paths, resources, register, ownership: choice.ownership }, query.resources);
    return { at: { command, seq: this.now.seq }, ended, ...report, resources: open };
  }

  save(): SavedProgram {
    const { memory } = this;
    return {
      version: PROGRAM_ENGINE_VERSION,
      choice: this.choice,
      commands: this.now.command,
      nextSeq: this.seqOfNext,
      ended: this.hasEnded,
      sites: this.paths.sites(),
      stack: this.stack.save(),
      register: this.register.save(),
      resources: this.resources.table.save(),
      errors: this.errors.save(),
      memory: memory instanceof ManualMemory ? { manual: memory.save() } : { managed: memory.save() },
    };
  }

  /** Becomes what was saved. Throws a `RangeError` if that was another kind of program or another engine. */
  restore(saved: SavedProgram): void {
    const { memory } = this;
    if (saved.version !== PROGRAM_ENGINE_VERSION) {
      throw new RangeError(`A state of engine ${saved.version} cannot go on in engine ${PROGRAM_ENGINE_VERSION}.`);
    }
    this.paths.restore(saved.sites);
    this.stack.restore(saved.stack);
    this.register.restore(saved.register);
    if (memory instanceof ManualMemory && 'manual' in saved.memory) memory.restore(saved.memory.manual);
    else if (memory instanceof ManagedMemory && 'managed' in saved.memory) memory.restore(saved.memory.managed);
    else throw new RangeError('The state is of a program with another ownership.');
    this.resources.table.restore(saved.resources);
    this.errors.restore(saved.errors);
    this.now.command = saved.commands;
    this.seqOfNext = saved.nextSeq;
    this.hasEnded = saved.ended;
  }

  private do(command: ProgramCommand): void {
    const { memory, happenings } = this;
    switch (command.op) {
      case 'call': {
        const size = command.frameSize ?? this.frameBytes;
        this.stack.requireRoomFor(size);
        memory.call(command.args ?? {}, () => this.stack.enter(command.function, size));
        return;
      }
      case 'return':
        memory.return(command.value, command.to, () => this.stack.leave());
        if (this.stack.depth === 0) this.end();
        return;
      case 'let':
        memory.let(command.name, command.value ?? null, command.scope ?? 'local');
        return;
      case 'assign':
        memory.assign(command.to, command.value);
        return;
      case 'new':
        memory.create(completeNew(command, this.choice));
        return;
      case 'resize':
        memory.resize(command);
        return;
      case 'delete':
        memory.delete(command);
        return;
      case 'unset':
        memory.unset(command.place);
        return;
      case 'open':
        this.open(command);
        return;
      case 'close':
        this.resources.close(memory.objectAt(command.place));
        return;
      case 'weakref':
        memory.weakReference(command.to, command.of);
        return;
      case 'collect':
        happenings.returned(memory.collect(command.generation ?? 2));
        return;
      case 'gc':
        memory.gc(command);
        return;
      case 'read':
      case 'write':
        memory.access(command);
        return;
      case 'check':
        happenings.leaks(summaryOf(memory.leaks()));
        return;
      case 'exit':
        this.end();
        return;
      case 'line':
        return;
    }
  }

  private open(command: OpenCommand): void {
    const { closedBy = 'nothing', owner, to } = command;
    const { ownership } = this.choice;
    this.resources.requireRoom();
    if (closedBy === 'destructor' && ownership === 'mark-sweep') {
      throw new Misstep('notAllowed', 'a tracing collector calls no destructors; a finalizer closes, or nobody');
    }
    if (owner !== undefined) {
      const record = this.memory.objectAt(owner);
      if (closedBy === 'finalizer') this.memory.requireFinalizer(record);
      this.resources.open(command, record);
    } else if (to !== undefined) {
      const record = this.memory.newOwner(completeOwner(command, this.choice), closedBy === 'finalizer');
      this.resources.open(command, record);
    }
  }

  private end(): void {
    this.hasEnded = true;
    this.happenings.leaks(summaryOf(this.memory.leaks()));
  }

  private log(
    { outcome, message: text }: { outcome: ProgramOutcome; message: string },
    name: string,
    line: number,
  ): void {
    this.errors.add({ outcome, at: this.now.command, function: name, line, site: this.stack.here(), text });
  }

  private get frameBytes(): number {
    return this.choice.ownership === 'manual' ? MANUAL_FRAME_BYTES : MANAGED_FRAME_BYTES;
  }
}
