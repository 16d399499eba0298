/**
 * The programs that are in memory: loaded when somebody needs one, given up when nobody has for a while or when they are
 * too many or too large together, the one unused longest first. Everything is in the journal.
 */
import type { ResolvedProgramChoice } from '@heapcast/contracts';
import { SessionJournal } from '@heapcast/database';
import { EnginePool } from '@heapcast/engine';
import { type BeforeApplicationShutdown, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Configuration } from '../configuration/configuration.js';
import { Metrics } from '../operations/metrics.js';
import type { LiveSession } from '../sessions/live-session.js';
import { otherKind } from '../sessions/session-problems.js';
import { checkProgram } from './program-check.js';
import { LiveProgram } from './live-program.js';

const SWEEP_MILLISECONDS = 1000;

@Injectable()
export class ProgramHost implements OnModuleInit, BeforeApplicationShutdown {
  readonly #programs = new Map<string, LiveProgram>();
  readonly #log = new Logger(ProgramHost.name);
  #sweeper: NodeJS.Timeout | undefined;

  constructor(
    private readonly configuration: Configuration,
    private readonly pool: EnginePool,
    private readonly journal: SessionJournal,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    this.metrics.gauge('heapcast_programs_resident', 'Programs in memory.', () => this.resident);
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_MILLISECONDS);
    this.#sweeper.unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.#sweeper);
  }

  get resident(): number {
    return [...this.#programs.values()].filter(({ resident }) => resident).length;
  }

  /** @throws ProblemException `wrong-session-kind` */
  of(session: LiveSession): LiveProgram {
    const { kind, settings } = session.record;
    if (kind !== 'program') throw otherKind(kind, TAKES[kind]);
    const known = this.#programs.get(session.id);
    if (known) return known;
    const program = new LiveProgram(session.id, choiceOf(settings), this.pool, this.journal);
    this.#programs.set(session.id, program);
    return program;
  }

  /** Lets go of what was not used for long, and of more if there is too much. */
  #sweep(): void {
    const { sessionIdleSeconds, residentProgramsLimit, programBytes } = this.configuration;
    const tooOld = Date.now() - sessionIdleSeconds * 1000;
    const programs = [...this.#programs.values()].sort((a, b) => a.lastUsed - b.lastUsed);
    let surplus = this.resident - residentProgramsLimit;
    let bytes = programs.reduce((sum, { weight }) => sum + weight, 0);
    for (const program of programs) {
      if (program.lastUsed > tooOld && surplus <= 0 && bytes <= programBytes) break;
      if (!program.idle) continue;
      this.#programs.delete(program.id);
      if (!program.resident) continue;
      surplus--;
      bytes -= program.weight;
      program.unload().catch((error: unknown) => this.#log.warn(`program ${program.id}: ${String(error)}`));
    }
  }
}

const TAKES = {
  allocator: 'requests at POST /v1/sessions/:id/requests, and has no program',
  snippet: 'no commands: its code runs in the sandbox',
} as const;

function choiceOf(settings: Readonly<Record<string, unknown>> | null): ResolvedProgramChoice {
  return checkProgram(settings?.program);
}
