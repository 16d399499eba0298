/** What the pictures show: a service that never shrinks on several allocators, a leak step by step, a snippet, and a class that was asked something. */
import { type Admission, CLASSROOM_NAMESPACE, type ClassroomQuestion } from '@heapcast/contracts';
import { io } from 'socket.io-client';
import type { BuiltService } from '../bench/built-service.js';

/** After the one that the scenario is of. */
const OTHER_PROFILES = ['cpython-3.9', 'cpython-2.3'];
/** Eleven toys are handed out, three come back, and one more is asked for: which block will it be? */
const LESSON = [
  ...Array.from({ length: 11 }, (_, index) => ({ op: 'malloc', size: 250, id: `t${index}` })),
  ...[3, 8, 5].map((index) => ({ op: 'free', id: `t${index}` })),
  { op: 'malloc', size: 250, id: 't11' },
];
export const ASKED_AT = LESSON.length - 1;
const CLASS = ['Maya', 'Noor', 'Jonas', 'Ines', 'Tomás', 'Wei', 'Amara', 'Lena'];
const SNIPPET = `def fill(n):
    rows = []
    for i in range(n):
        rows.append({"id": i, "name": "row %d" % i})
    return rows

rows = fill(400)
print(len(rows))
`;

export interface Stage {
  /** The scenario on several allocators; the first is its own. */
  readonly runs: readonly string[];
  /** The talk's leak, played to its end. */
  readonly leak: string;
  /** `null`: this host runs no snippets. */
  readonly snippet: string | null;
  readonly teacher: Admission;
  readonly student: Admission;
  reveal(): Promise<void>;
  /** The class goes home. */
  leave(): void;
}

export async function setStage(service: BuiltService): Promise<Stage> {
  const post = <T>(route: string, body: object, token?: string): Promise<T> =>
    send<T>(service, 'POST', route, body, token);
  const runs = await replay(service);
  const leak = await post<{ id: string; ownerToken: string }>('/v1/scenarios/cpp-leak/sessions', { side: 'leak' });
  await post(`/v1/sessions/${leak.id}/steps`, { all: true }, leak.ownerToken);
  const snippet = await post<{ id: string }>('/v1/snippets?wait=60', { language: 'python', source: SNIPPET }).catch(
    () => null,
  );

  const led = await post<{ id: string; ownerToken: string }>('/v1/sessions', {
    name: 'Where do toys go?',
    allocator: { model: 'pymalloc', profile: 'cpython-3.9' },
  });
  await post(`/v1/sessions/${led.id}/requests`, LESSON, led.ownerToken);
  const subject = { kind: 'session', id: led.id };
  const teacher = await post<Admission>(
    '/v1/classrooms',
    { name: 'Dr. Stone', title: 'Systems 101', subject },
    led.ownerToken,
  );
  const room = `/v1/classrooms/${teacher.classroom.id}`;
  await send(
    service,
    'PUT',
    `${room}/lead`,
    { event: ASKED_AT, selection: { arena: 0, pool: 0, block: null } },
    teacher.token,
  );
  const students: Admission[] = [];
  for (const name of CLASS) {
    students.push(await post<Admission>('/v1/classrooms/join', { code: teacher.join?.code ?? '', name }));
  }
  const [student] = students;
  if (!student) throw new Error('the class is empty');
  const phones = students.map(({ token }) =>
    io(service.url + CLASSROOM_NAMESPACE, { auth: { token }, transports: ['websocket'] }),
  );
  await Promise.all(phones.map((phone) => new Promise<void>((resolve) => phone.once('connect', resolve))));
  const made = await post<ClassroomQuestion>(
    `${room}/questions`,
    { kind: 'next-block', event: ASKED_AT },
    teacher.token,
  );
  const question = `${room}/questions/${made.id}`;
  await send(service, 'PATCH', question, { status: 'asked', points: 2 }, teacher.token);
  for (const [index, { token }] of students.slice(0, -1).entries()) {
    const choice = made.choices[index % 3 === 0 ? 0 : index % made.choices.length];
    await post(`${question}/answers`, { answer: choice?.id ?? '' }, token);
  }
  return {
    runs,
    leak: leak.id,
    snippet: snippet?.id ?? null,
    teacher,
    student,
    leave: () => phones.forEach((phone) => phone.disconnect()),
    reveal: () => send(service, 'PATCH', question, { status: 'revealed' }, teacher.token),
  };
}

async function replay(service: BuiltService): Promise<readonly string[]> {
  const measured = await service.call<{ sides: { runId: string; traceId: string }[] }>(
    'POST',
    '/v1/scenarios/pinned-arenas/runs',
    { sides: ['at-once'], wait: 60 },
  );
  const [side] = measured.sides;
  if (!side) throw new Error('the scenario was not measured within a minute');
  const runs = [side.runId];
  for (const profile of OTHER_PROFILES) {
    const body = {
      trace: side.traceId,
      allocator: { model: 'pymalloc', profile },
      name: 'The service that never shrinks',
    };
    const { id } = await service.call<{ id: string }>('POST', '/v1/runs', body);
    // The stream ends when the run does.
    await (await fetch(`${service.url}/v1/runs/${id}/progress`)).text();
    runs.push(id);
  }
  return runs;
}

async function send<T>(service: BuiltService, method: string, route: string, body: object, token?: string): Promise<T> {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
  const response = await fetch(service.url + route, {
    method,
    headers,
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${text.slice(0, 500)}`);
  // The service's contract; the callers name the part that they read.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return JSON.parse(text) as T;
}
