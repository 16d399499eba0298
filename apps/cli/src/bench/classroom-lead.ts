/**
 * From the teacher's step, and from a teacher's request, to the students' events: 200 students in one classroom, and 50 classrooms
 * of 30. The students live in two processes of their own, all of it on one machine, and every step is stored before it is told.
 */
import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  type Admission,
  CLASSROOM_NAMESPACE,
  type ClassroomClientEvents,
  type ClassroomServerEvents,
} from '@heapcast/contracts';
import { io, type Socket } from 'socket.io-client';
import { BuiltService } from './built-service.js';
import type { CrowdNews, CrowdOrder } from './classroom-crowd.js';
import { atMost, type Benchmark, type Figure } from './figure.js';
import { percentile } from './statistics.js';

const CROWD = fileURLToPath(new URL('./classroom-crowd.js', import.meta.url));
const PROCESSES = 2;
const TARGET_MILLISECONDS = 150;
const PATIENCE = 120_000;
/** Most milliseconds until everybody must have heard the last step. */
const ARRIVING = 10_000;

type Teacher = Socket<ClassroomServerEvents, ClassroomClientEvents>;

interface Lesson {
  readonly code: string;
  readonly teacher: Teacher;
  /** When the lead of each revision was asked for. */
  readonly asked: Map<number, number>;
}

export const classroomLead: Benchmark = {
  name: 'classroom',
  title: 'a teacher’s step to the students: 200 in one classroom, 50 classrooms of 30',
  async run({ quick, scratch, tell }) {
    const service = await BuiltService.start(path.join(scratch, 'classroom'), { JOINS_LIMIT: '1000000' });
    try {
      const figures: Figure[] = [];
      const sizes = quick
        ? [
            [1, 40],
            [10, 6],
          ]
        : [
            [1, 200],
            [50, 30],
          ];
      for (const [classrooms = 1, students = 1] of sizes) {
        tell(`classroom: ${classrooms} of ${students}`);
        figures.push(...(await teach(service, classrooms, students, quick ? 5 : 20)));
      }
      return figures;
    } finally {
      await service.stop();
    }
  },
};

async function teach(service: BuiltService, count: number, students: number, steps: number): Promise<Figure[]> {
  const lessons = await Promise.all(Array.from({ length: count }, () => open(service)));
  const crowds: Crowd[] = [];
  try {
    for (let i = 0; i < PROCESSES; i++) {
      const share = Math.floor(((i + 1) * students) / PROCESSES) - Math.floor((i * students) / PROCESSES);
      const classrooms = lessons.map(({ code }) => ({ code, students: share }));
      crowds.push(await Crowd.gather({ url: service.url, classrooms }));
    }
    const what = count === 1 ? `${students} students` : `${count} classrooms of ${students}`;
    const stepped = await measure(lessons, crowds, students, steps, step);
    const requested = await measure(lessons, crowds, students, steps, request);
    return [figure(`step to students, ${what}`, stepped), figure(`request to students, ${what}`, requested)];
  } finally {
    for (const crowd of crowds) crowd.end();
    for (const { teacher } of lessons) teacher.disconnect();
  }
}

function figure(name: string, times: readonly number[]): Figure {
  return {
    name: `p95, ${name}`,
    value: percentile(times, 0.95),
    unit: 'ms',
    target: atMost(TARGET_MILLISECONDS),
    note: `${times.length} arrivals, none missing; median ${percentile(times, 0.5).toFixed(1)} ms, p99 ${percentile(times, 0.99).toFixed(1)} ms`,
  };
}

/** Every teacher does the same about twice a second, not all in the same moment. */
async function measure(
  lessons: readonly Lesson[],
  crowds: readonly Crowd[],
  students: number,
  steps: number,
  act: (lesson: Lesson, number: number) => Promise<void>,
): Promise<number[]> {
  for (const { asked } of lessons) asked.clear();
  await Promise.all(
    lessons.map(async (lesson, index) => {
      await delay((500 * index) / lessons.length);
      for (let i = 0; i < steps; i++) {
        await act(lesson, i);
        await delay(lessons.length === 1 ? 50 : 500);
      }
    }),
  );
  const expected = lessons.length * students * steps;
  const deadline = performance.now() + ARRIVING;
  for (;;) {
    const times: number[] = [];
    for (const crowd of crowds) {
      for (const [index, arrivals] of (await crowd.report()).entries()) {
        for (const [revision, at] of arrivals) {
          const from = lessons[index]?.asked.get(revision);
          if (from !== undefined) times.push(at - from);
        }
      }
    }
    if (times.length >= expected) return times;
    if (performance.now() > deadline)
      throw new Error(`${expected - times.length} of ${expected} events did not arrive`);
    await delay(100);
  }
}

async function step({ teacher, asked }: Lesson, number: number): Promise<void> {
  const from = now();
  const answer = await teacher.timeout(PATIENCE).emitWithAck('classroom:lead', { event: number % 2 });
  if (!answer.ok) throw new Error(JSON.stringify(answer.problem));
  asked.set(answer.lead.revision, from);
}

async function request({ teacher, asked }: Lesson, number: number): Promise<void> {
  const requests = [{ op: 'malloc' as const, size: 1 + (number % 500) }];
  const from = now();
  const answer = await teacher.timeout(PATIENCE).emitWithAck('classroom:request', { requests });
  if (!answer.ok) throw new Error(JSON.stringify(answer.problem));
  asked.set(answer.lead.revision, from);
}

async function open(service: BuiltService): Promise<Lesson> {
  const session = await service.call<{ id: string; ownerToken: string }>('POST', '/v1/sessions', {});
  const response = await fetch(`${service.url}/v1/classrooms`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${session.ownerToken}` },
    body: JSON.stringify({ name: 'Teacher', subject: { kind: 'session', id: session.id } }),
  });
  if (!response.ok) throw new Error(`open: ${response.status} ${await response.text()}`);
  const { token, join }: Admission = JSON.parse(await response.text());
  const teacher: Teacher = io(`${service.url}${CLASSROOM_NAMESPACE}`, {
    transports: ['websocket'],
    forceNew: true,
    auth: { token },
  });
  await new Promise<void>((resolve, reject) => {
    teacher.once('classroom:state', () => resolve());
    teacher.once('connect_error', reject);
  });
  const lesson: Lesson = { code: join?.code ?? '', teacher, asked: new Map() };
  // There must be an event to step to.
  await request(lesson, 0);
  return lesson;
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

class Crowd {
  private constructor(private readonly child: ChildProcess) {}

  /** Resolves when everybody is in. */
  static async gather(order: CrowdOrder): Promise<Crowd> {
    const crowd = new Crowd(fork(CROWD, [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }));
    crowd.child.send(order);
    await crowd.#news('ready');
    return crowd;
  }

  async report(): Promise<readonly (readonly (readonly [number, number])[])[]> {
    this.child.send('report');
    const news = await this.#news('arrived');
    return news.kind === 'arrived' ? news.arrivals : [];
  }

  end(): void {
    this.child.kill('SIGTERM');
  }

  #news(kind: CrowdNews['kind']): Promise<CrowdNews> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`the students were not ${kind} in time`)), PATIENCE);
      this.child.once('message', (news: CrowdNews) => {
        clearTimeout(timer);
        if (news.kind === kind) resolve(news);
        else reject(new Error(news.kind === 'failed' ? news.message : news.kind));
      });
    });
  }
}
