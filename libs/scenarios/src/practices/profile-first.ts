import { integerOf } from '../parameters.js';
import { assign, BYTES, call, fresh, ref, repeat, RETURN, step, str } from '../programs/commands.js';
import type { Parameters, ProgramStep } from '../scenario.js';
import { howMany, practicePair } from './pair.js';

/** Entries that the cache keeps once it was profiled. */
const KEPT = 16;
const BODY_CHARACTERS = 180;

const BEFORE = `cache = {}

def handle(request):
    answer = render(request)
    cache[request.id] = answer
    return answer

for request in requests:
    handle(request)
`;
const AFTER = `cache = {}

def handle(request):
    answer = render(request)
    cache[request.id % ${KEPT}] = answer
    return answer

for request in requests:
    handle(request)
`;

function steps(parameters: Parameters, kept: number): ProgramStep[] {
  const requests = integerOf(parameters, 'requests');
  const bounded = kept < Number.MAX_SAFE_INTEGER;
  const one = (i: number) => [
    { ...call('handle'), line: 9 },
    { ...str(BODY_CHARACTERS, 'answer'), line: 4 },
    { ...assign(`cache.r${i % kept}`, ref('answer')), line: 5 },
    { ...RETURN, line: 6 },
  ];
  return [
    step('The service starts; its cache is empty.', 1, fresh('dict', BYTES.dict, 'cache')),
    step('One request: the answer goes into the cache.', 9, ...one(0)),
    step(
      bounded
        ? `The other requests: each new answer takes the place of an old one, ${KEPT} are kept.`
        : 'The other requests: every answer is kept. Nothing fails, and it never stops growing.',
      9,
      ...repeat(1, requests, one),
    ),
  ];
}

export const profileFirst = practicePair({
  name: 'profile-first',
  title: 'Profile before you make it a service',
  practice: 'Run profiling tools over your script before creating service',
  about:
    'A script ends before its mistakes matter; a service does not end. The profile of a short run shows the line whose ' +
    'bytes only grow, long before a machine runs out of memory.',
  lookFor: [
    'The curve of the first run only rises; the profile by line says where.',
    'With a bound on the cache it is flat.',
  ],
  parameters: [{ ...howMany('requests', 'Requests', 1000), sessionDefault: 40 }],
  before: {
    title: 'A cache that nobody profiled',
    file: 'service.py',
    text: BEFORE,
    steps: (parameters) => steps(parameters, Number.MAX_SAFE_INTEGER),
  },
  after: {
    title: 'A cache with a bound, after a look at the profile',
    file: 'service_bounded.py',
    text: AFTER,
    steps: (parameters) => steps(parameters, KEPT),
  },
  claims: [
    { measure: 'bytesAtEnd', change: 'less', sentence: 'What stays does not depend on the requests.' },
    { measure: 'peakBytes', change: 'less', sentence: 'Nor does the peak.' },
  ],
});
