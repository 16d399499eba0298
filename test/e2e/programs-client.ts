/** A client of program sessions for the stories in this folder. */
import { expect } from '@jest/globals';
import type {
  CommandAnswer,
  CommandResult,
  LeakView,
  PlacedObject,
  ProgramChoice,
  ProgramCommand,
  ProgramEvent,
  ProgramObject,
  ProgramView,
  SessionEvent,
} from '@heapcast/contracts';
import { type Body, dice, SessionClient, type Sent } from './sessions-client.js';

export const CPYTHON: ProgramChoice = { ownership: 'cpython', version: '3.11' };
export const MANUAL: ProgramChoice = { ownership: 'manual' };

export class ProgramClient {
  private constructor(readonly session: SessionClient) {}

  static async open(url: string, program: ProgramChoice = CPYTHON, more: object = {}): Promise<ProgramClient> {
    return new ProgramClient(await SessionClient.open(url, { program, ...more }));
  }

  static of(session: SessionClient): ProgramClient {
    return new ProgramClient(session);
  }

  /** The raw answer to a batch. */
  async send(body: unknown, { key, token = this.session.token }: Sent = {}): Promise<{ status: number; body: Body }> {
    const response = await fetch(`${this.session.path}/commands`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
  }

  /** What the commands became. */
  async run(...commands: ProgramCommand[]): Promise<readonly CommandResult[]> {
    const { status, body } = await this.send({ commands });
    expect([status, body.detail]).toEqual([200, undefined]);
    return (body as CommandAnswer).results;
  }

  state(at?: number, more = ''): Promise<ProgramView> {
    return this.session.get(`/program?${at === undefined ? '' : `at=${at}`}${more}`) as Promise<ProgramView>;
  }

  leaks(at?: number): Promise<LeakView> {
    return this.session.get(`/leaks${at === undefined ? '' : `?at=${at}`}`) as Promise<LeakView>;
  }
}

/** The program's events in a session's stream. */
export function eventsOf(history: readonly SessionEvent[]): ProgramEvent[] {
  return history.filter(({ op }) => op === 'mark').map(({ label = '' }) => JSON.parse(label) as ProgramEvent);
}

/** Somebody's Python: objects, references, cycles, functions, collections, and mistakes. */
export function pythonProgram(seed: number, length: number): ProgramCommand[] {
  const roll = dice(seed);
  const name = (): string => `v${roll(12)}`;
  return Array.from({ length }, (_, i): ProgramCommand => {
    const line = (i % 40) + 1;
    switch (roll(12)) {
      case 0:
        return { op: 'call', function: `f${roll(4)}`, args: { a: roll(9) }, line };
      case 1:
        return { op: 'return', line };
      case 2:
        return { op: 'unset', place: name(), line };
      case 3:
      case 4:
        return { op: 'assign', to: `${name()}.next`, value: { ref: name() }, line };
      case 5:
        return { op: 'let', name: name(), value: roll(2) === 0 ? null : { ref: name() }, scope: 'global', line };
      case 6:
        return roll(5) === 0 ? { op: 'collect', line } : { op: 'line', line };
      default:
        return { op: 'new', to: name(), type: ['dict', 'list', 'object'][roll(3)], size: 40 + roll(600), line };
    }
  });
}

/** An object as the engine alone tells it: it does not know where blocks lie. */
export function withoutPlace(object: PlacedObject): ProgramObject {
  const copy: ProgramObject & { place?: unknown } = { ...object };
  delete copy.place;
  return copy;
}
