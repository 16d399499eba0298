/** Scenarios: played step by step in a session, or measured as runs side by side. */
import type { CreatedSession } from '@heapcast/contracts';
import { json } from './rest.js';
import { keepToken, tokenOf } from './tokens.js';

export interface ScenarioParameter {
  readonly name: string;
  readonly title: string;
  readonly type: 'integer' | 'choice';
  readonly default: number | string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly sessionMaximum?: number;
  readonly sessionDefault?: number | string;
  readonly choices?: readonly string[];
  readonly sessionChoices?: readonly string[];
}

interface ScenarioText {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  /** The best practice of the talk that it measures. */
  readonly practice: string | null;
  readonly kind: 'program' | 'trace';
  readonly parameters: readonly ScenarioParameter[];
}

export interface ScenarioBrief extends ScenarioText {
  readonly sides: readonly string[];
}

export interface ScenarioSide {
  readonly name: string;
  readonly title: string;
  readonly source: { readonly language: string; readonly file: string; readonly text: string };
  readonly steps: readonly { readonly step: number; readonly sentence: string; readonly line: number }[];
}

export interface ScenarioDetail extends ScenarioText {
  readonly lookFor: readonly string[];
  readonly sides: readonly ScenarioSide[];
}

export type ChosenParameters = Readonly<Record<string, number | string>>;

export interface MeasuredSide {
  readonly side: string;
  readonly title: string;
  readonly runId: string;
  readonly traceId: string;
  readonly status: string;
  readonly events: number;
  readonly progress: number;
  readonly measured: Readonly<Record<string, number | null>> | null;
}

export interface Measurement {
  readonly parameters: ChosenParameters;
  readonly isDone: boolean;
  /** Traces that are generated still; there are no `sides` yet then. Ask again at `self`. */
  readonly making: { readonly sides: readonly { readonly side: string; readonly events: number }[] } | null;
  /** Path of the same as it will be. */
  readonly self: string;
  readonly sides: readonly MeasuredSide[];
  readonly differences:
    | readonly {
        readonly measure: string;
        readonly first: number;
        readonly last: number;
        readonly percent: number | null;
      }[]
    | null;
  readonly claims: readonly { readonly sentence: string; readonly measure: string; readonly holds: boolean }[] | null;
}

export interface StepsState {
  /** Steps that are done, of so many. */
  readonly done: number;
  readonly of: number;
  readonly next: { readonly step: number; readonly sentence: string } | null;
  readonly steps: readonly { readonly step: number; readonly sentence: string; readonly isDone: boolean }[];
}

const pathOf = (name: string): string => `/v1/scenarios/${encodeURIComponent(name)}`;

export async function listScenarios(): Promise<readonly ScenarioBrief[]> {
  return (await json<{ readonly items: readonly ScenarioBrief[] }>('/v1/scenarios')).items;
}

export function readScenario(name: string): Promise<ScenarioDetail> {
  return json(pathOf(name));
}

/** Opens a session that plays a side; its token stays in this browser. Answers with the address of its page. */
export async function playScenario(
  { name, kind }: Pick<ScenarioText, 'name' | 'kind'>,
  wish: { readonly side?: string; readonly parameters?: ChosenParameters } = {},
): Promise<string> {
  const session = await json<CreatedSession>(`${pathOf(name)}/sessions`, { method: 'POST', body: wish });
  keepToken(session.id, session.ownerToken);
  return `/s/${session.id}${kind === 'program' ? '/program' : ''}`;
}

/** Starts the runs of all sides; they may be on their way when this answers. */
export function measureScenario(name: string, parameters: ChosenParameters): Promise<Measurement> {
  return json(`${pathOf(name)}/runs`, { method: 'POST', body: { parameters, wait: 1 } });
}

/** The measurement that another one says to be. */
export function readAgain({ self }: Measurement): Promise<Measurement> {
  return json(self);
}

/** A measurement as it is now. */
export function readMeasurement(name: string, runs: readonly string[]): Promise<Measurement> {
  return json(`${pathOf(name)}/runs?runs=${runs.map(encodeURIComponent).join(',')}`);
}

export function readSteps(session: string): Promise<StepsState> {
  return json(`/v1/sessions/${encodeURIComponent(session)}/steps`, authorised(session));
}

/** Until step so many is done: a retry plays nothing twice. */
export function playUntil(session: string, step: number): Promise<StepsState> {
  const body = { until: step };
  return json(`/v1/sessions/${encodeURIComponent(session)}/steps`, { method: 'POST', body, ...authorised(session) });
}

function authorised(session: string): { readonly token?: string } {
  const token = tokenOf(session);
  return token === undefined ? {} : { token };
}
