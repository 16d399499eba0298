/** Examples of answers, for the documentation. */
import { SESSION_ID } from '../sessions/session.dto.js';
import { briefScenarios, viewScenario } from './scenario-answers.js';
import { requireScenario } from './chosen-scenario.js';

const LEAK = viewScenario(requireScenario('cpp-leak'));
const [SIDE] = LEAK.sides;
const RUN = '0b9a4c1e-5d2f-4c6b-8a7e-3f1d2c4b5a69';
const OTHER = '1c9a4c1e-5d2f-4c6b-8a7e-3f1d2c4b5a70';
const TRACE = 'c6f1f3a0b5d94a0f5f0e2a8a3f2f1f55c7d0a2ddfcd07a1c3b4f5a6978812345';

export const LIST_EXAMPLE = {
  items: briefScenarios().slice(0, 1),
  lens: { party: '?lens=party', words: '/v1/party/words', model: '/v1/party' },
};

export const SCENARIO_EXAMPLE = { ...LEAK, sides: [{ ...SIDE, steps: SIDE.steps.slice(0, 2) }] };

const PLAYING = { name: 'cpp-leak', side: 'leak', parameters: {} };

export const STEPS_EXAMPLE = {
  sessionId: SESSION_ID,
  scenario: PLAYING,
  seq: 1,
  done: 1,
  of: SIDE.steps.length,
  next: SIDE.steps[1],
  steps: SIDE.steps.slice(0, 2).map((step) => {
    const event = step.step === 1 ? 1 : null;
    return { ...step, isDone: event !== null, from: event, to: event };
  }),
};

export const PLAYED_EXAMPLE = {
  sessionId: SESSION_ID,
  scenario: PLAYING,
  seq: 1,
  done: 1,
  of: SIDE.steps.length,
  next: SIDE.steps[1],
  played: [{ ...SIDE.steps[0], from: 1, to: 1 }],
};

const side = (name: string, runId: string, lostBytes: number) => ({
  side: name,
  title: name,
  runId,
  traceId: TRACE,
  status: 'done',
  progress: 10,
  events: 10,
  allocator: { model: 'freelist', profile: 'give-back', options: {}, modelVersion: 1 },
  measured: { requests: 1, blocksAskedFor: 1, peakBytes: 40, lostBytes },
  phases: null,
});

export const COMPARISON_EXAMPLE = {
  scenario: 'cpp-leak',
  parameters: {},
  isDone: true,
  making: null,
  sides: [side('leak', RUN, 40), side('fixed', OTHER, 0)],
  differences: [{ measure: 'lostBytes', first: 40, last: 0, change: -40, percent: -100 }],
  claims: [
    { measure: 'lostBytes', change: 'less', sentence: 'Nothing is lost once the array is deleted.', holds: true },
  ],
  self: `/v1/scenarios/cpp-leak/runs?runs=${RUN},${OTHER}`,
};
