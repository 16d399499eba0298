/** What a collector does not manage: a socket that nobody closes. */
import { integerOf } from '../parameters.js';
import type { Parameters, ProgramSide, ProgramStep, Scenario } from '../scenario.js';
import { assign, BYTES, call, fresh, PYTHON, ref, repeat, RETURN, step } from './commands.js';

const UNCLOSED = `def ask(hub):
    sock = connect(hub)
    reader = Reader(sock)
    sock.reader = reader
    return reader.line()

for i in range(requests):
    ask('hub.local')
`;
const CLOSED = `def ask(hub):
    sock = connect(hub)
    reader = Reader(sock)
    sock.reader = reader
    try: return reader.line()
    finally: sock.close()
for i in range(requests):
    ask('hub.local')
`;

function steps(parameters: Parameters, closes: boolean): ProgramStep[] {
  const requests = integerOf(parameters, 'requests');
  const line = 8;
  const one = () => [
    { ...call('ask'), line },
    { op: 'open', to: 'sock', kind: 'socket', name: 'hub.local:80', line: 2 } as const,
    { ...fresh('Reader', BYTES.instance, 'reader'), line: 3 },
    { ...assign('reader.sock', ref('sock')), line: 3 },
    { ...assign('sock.reader', ref('reader')), line: 4 },
    ...(closes ? [{ op: 'close', place: 'sock', line: 6 } as const] : []),
    { ...RETURN, line: closes ? 6 : 5 },
  ];
  const first = closes
    ? 'One request. The socket is closed by hand, whatever happens; its descriptor is free again.'
    : 'One request. ask returns, nobody can reach socket and reader any more; they refer to each other, so they stay.';
  return [
    step(first, line, ...one()),
    ...(requests > 1 ? [step('The other requests.', line, ...repeat(1, requests, one))] : []),
    step('gc.collect() frees the memory of socket and reader.', line, { op: 'collect' }),
    step(
      closes
        ? 'No descriptor is open.'
        : 'The memory is back, the descriptors are not: the system still holds every connection.',
      line,
      { op: 'check' },
    ),
  ];
}

const unclosed: ProgramSide = {
  kind: 'program',
  name: 'unclosed',
  title: 'Nobody closes the socket',
  source: { language: 'python', file: 'ask.py', text: UNCLOSED },
  choice: () => PYTHON,
  steps: (parameters) => steps(parameters, false),
};

const closed: ProgramSide = {
  ...unclosed,
  name: 'closed',
  title: 'Closed by hand, in finally',
  source: { language: 'python', file: 'ask_closed.py', text: CLOSED },
  steps: (parameters) => steps(parameters, true),
};

export const unclosedSocket: Scenario = {
  name: 'unclosed-socket',
  title: 'A socket that nobody closes',
  about:
    'Collectors manage memory. Sockets, files, database handles and windows are resources of the system: whoever opens ' +
    'one must close it. A collector may free the object and leave the connection open, and it comes when it likes, ' +
    'because it counts bytes and objects, not descriptors. This socket has no finalizer that would close it.',
  lookFor: [
    'After the collection the heap is as small as before, and the open resources are not fewer.',
    'The leak report lists resources beside memory.',
  ],
  parameters: [
    {
      name: 'requests',
      title: 'Requests',
      type: 'integer',
      default: 500,
      minimum: 1,
      maximum: 2000,
      sessionDefault: 3,
    },
  ],
  sides: [unclosed, closed],
  claims: [{ measure: 'openResources', change: 'less', sentence: 'Closed by hand, nothing stays open.' }],
};
