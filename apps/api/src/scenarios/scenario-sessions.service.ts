/** Sessions that play a scenario: opened, told how far they are, played on step by step. */
import { type CreatedSession, MAX_COMMANDS, type ProgramSettings } from '@heapcast/contracts';
import { PROGRAM_ENGINE_VERSION } from '@heapcast/program';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { AccessService } from '../access/index.js';
import { checkProgram } from '../programs/program-check.js';
import { ProgramDesk } from '../programs/program-desk.js';
import { invalid, ProblemException } from '../problems/index.js';
import { ReferenceService } from '../reference/reference.service.js';
import type { LiveSession } from '../sessions/live-session.js';
import { RequestDesk } from '../sessions/request-desk.js';
import { SessionHost } from '../sessions/session-host.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { requireParameters, requireScenario, requireSide } from './chosen-scenario.js';
import { readAsset } from './scenario-assets.js';
import { allocatorOf, type StepView } from './scenario-answers.js';
import type { CreateScenarioSessionDto, PlayStepsDto } from './scenario.dto.js';
import { scenarioOf, type ScenarioSettings, type Script, scriptOf } from './scenario-script.js';

/** Requests that are sent at once. */
const BATCH = 1000;
/** Events that are read at once to find out how far a session is. */
const PAGE = 4096;
const KNOWN_SESSIONS = 500;

/** How far a session is, after event `seq`. */
interface Position {
  readonly seq: number;
  /** Steps that are done wholly, and items of the next one that are. */
  readonly step: number;
  readonly item: number;
}

export interface StepsView {
  readonly sessionId: string;
  readonly scenario: ScenarioSettings;
  /** The last event that was looked at. */
  readonly seq: number;
  /** Steps that are done. */
  readonly done: number;
  readonly of: number;
  readonly next: StepView | null;
  /** `from` and `to`: the first and the last event of what was played of it; `null` = nothing yet. */
  readonly steps: readonly (StepView & {
    readonly isDone: boolean;
    readonly from: number | null;
    readonly to: number | null;
  })[];
}

/** Who plays on: the holder of a token, or somebody who was allowed to elsewhere, as a classroom allows its driver. */
export interface StepPlayer {
  readonly token: string | undefined;
  readonly isAllowed?: boolean;
}

export interface PlayedView extends Omit<StepsView, 'steps'> {
  /** What was played now: from which event to which. */
  readonly played: readonly (StepView & { readonly from: number; readonly to: number })[];
}

interface Known {
  readonly script: Script;
  position: Position;
  /** The first event of each step that is begun, and the last one so far. */
  readonly starts: Map<number, number>;
  readonly ends: Map<number, number>;
  /** The step whose command made the last events; `null` = none did. A program's requests follow the mark of their command. */
  running: number | null;
  /** The last call: one after the other. */
  last: Promise<unknown>;
}

@Injectable()
export class ScenarioSessions {
  readonly #known = new LRUCache<string, Known>({ max: KNOWN_SESSIONS });

  constructor(
    private readonly sessions: SessionsService,
    private readonly host: SessionHost,
    private readonly access: AccessService,
    private readonly reference: ReferenceService,
    private readonly requests: RequestDesk,
    private readonly commands: ProgramDesk,
  ) {}

  /** @throws ProblemException `not-found`, `invalid-request`, `invalid-configuration`, `limit-reached` */
  async open(scenarioName: string, body: CreateScenarioSessionDto): Promise<CreatedSession> {
    const scenario = requireScenario(scenarioName);
    const side = body.side === undefined ? scenario.sides[0] : requireSide(scenario, body.side, 'side');
    const parameters = requireParameters(scenario, body.parameters, 'session');
    const { allocator = allocatorOf(side, parameters), name, visibility, owner } = body;
    const config = this.reference.resolve(allocator, 'allocator');
    const chosen: ScenarioSettings = { name: scenario.name, side: side.name, parameters };
    const common = { name: name ?? `${scenario.title}: ${side.title}`.slice(0, 200), visibility, owner, config };
    if (side.kind === 'trace') return this.sessions.open({ ...common, settings: { scenario: chosen } });
    const { file, text } = side.source;
    const program: ProgramSettings = {
      program: checkProgram({ ...side.choice(parameters), source: { file, text } }),
      engineVersion: PROGRAM_ENGINE_VERSION,
    };
    return this.sessions.open({ ...common, kind: 'program', settings: { ...program, scenario: chosen } });
  }

  /** Whoever may read the session may know. @throws ProblemException `wrong-session-kind` */
  look(id: string, token: string | undefined): Promise<StepsView> {
    return this.host.use(id, async (session) => {
      await this.access.requireRead(session.record, token);
      return this.#inTurn(session, async (known) => {
        await this.#follow(session, known);
        const { script, position, starts, ends } = known;
        const steps = script.steps.map((step, at) => ({
          ...step,
          isDone: step.step <= position.step,
          from: starts.get(at) ?? null,
          to: ends.get(at) ?? null,
        }));
        return { ...this.#view(session, known), steps };
      });
    });
  }

  /** Plays on. @throws ProblemException `forbidden`, `session-finished`, `wrong-session-kind` */
  play(id: string, terms: PlayStepsDto, by: StepPlayer): Promise<PlayedView> {
    return this.host.use(id, async (session) => {
      if (!by.isAllowed) await this.access.require(id, 'editor', by.token);
      return this.#inTurn(session, async (known) => {
        await this.#follow(session, known);
        const until = lastStep(terms, known.position.step, known.script.steps.length);
        const played: PlayedView['played'][number][] = [];
        while (known.position.step < until) {
          const at = known.position.step;
          const from = session.seq + 1;
          await this.#playStep(session, known, by);
          played.push({ ...known.script.steps[at], from, to: session.seq });
        }
        return { ...this.#view(session, known), played };
      });
    });
  }

  async #playStep(session: LiveSession, known: Known, by: StepPlayer): Promise<void> {
    const { script } = known;
    const { step } = known.position;
    while (known.position.step === step) {
      const items = script.items[step];
      const { item } = known.position;
      const batch = items.slice(item, item + (script.kind === 'program' ? MAX_COMMANDS : BATCH));
      if (batch.length > 0) {
        const terms = { ...by, key: undefined, keyPath: '' };
        if (script.kind === 'program') await this.commands.take(session.id, { commands: batch }, terms);
        else await this.requests.take(session.id, { requests: batch }, terms);
      }
      const before = known.position;
      await this.#follow(session, known);
      const { position } = known;
      if (position.step === step && position.item === before.item) {
        throw new ProblemException('conflict', `Step ${step + 1} could not be played: the session took another way.`);
      }
    }
  }

  /** Reads what happened since the last look. */
  async #follow(session: LiveSession, known: Known): Promise<void> {
    const { script, starts, ends } = known;
    let { seq, step, item } = known.position;
    const settle = (): void => {
      while (step < script.items.length && item >= script.items[step].length) [step, item] = [step + 1, 0];
    };
    settle();
    while (seq < session.seq) {
      const events = await session.read(seq + 1, Math.min(PAGE, session.seq - seq));
      if (events.length === 0) break;
      for (const event of events) {
        seq = event.seq;
        if (step >= script.items.length || !script.matches(script.items[step][item], event)) {
          if (event.op === 'mark') known.running = null;
          else if (script.kind === 'program' && known.running !== null) ends.set(known.running, seq);
          continue;
        }
        known.running = step;
        if (!starts.has(step)) starts.set(step, seq);
        ends.set(step, seq);
        item++;
        settle();
      }
    }
    known.position = { seq, step, item };
  }

  #view(session: LiveSession, { script, position }: Known): Omit<StepsView, 'steps'> {
    const { settings } = session.record;
    const scenario = scenarioOf(settings);
    if (!scenario) throw notPlaying();
    return {
      sessionId: session.id,
      scenario,
      seq: position.seq,
      done: position.step,
      of: script.steps.length,
      next: script.steps[position.step] ?? null,
    };
  }

  async #inTurn<T>(session: LiveSession, work: (known: Known) => Promise<T>): Promise<T> {
    let known = this.#known.get(session.id);
    if (!known) {
      const script = scriptOf(session.record.settings, readAsset);
      if (!script) throw notPlaying();
      known = {
        script,
        position: { seq: 0, step: 0, item: 0 },
        starts: new Map(),
        ends: new Map(),
        running: null,
        last: Promise.resolve(),
      };
      this.#known.set(session.id, known);
    }
    const mine = known;
    const turn = mine.last.then(async () => work(mine));
    mine.last = turn.catch(() => undefined);
    return turn;
  }
}

function lastStep({ count, until, all }: PlayStepsDto, done: number, steps: number): number {
  const given = [count, until, all].filter((each) => each !== undefined).length;
  if (given > 1) throw invalid('until', 'cannot be combined: give one of count, until and all');
  if (until !== undefined && until > steps) throw invalid('until', `must be at most ${steps}: there are no more steps`);
  if (all === true) return steps;
  return Math.min(steps, until ?? done + (count ?? 1));
}

function notPlaying(): ProblemException {
  return new ProblemException(
    'wrong-session-kind',
    'This session plays no scenario: open one at POST /v1/scenarios/:name/sessions.',
  );
}
