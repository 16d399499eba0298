/**
 * The students of some classrooms, in a process of their own so that they do not slow the service or the teachers: joins them by
 * code, and notes when each was told of each lead. Spoken to by `classroom-lead.ts` over the channel of a forked process.
 */
import {
  type Admission,
  CLASSROOM_NAMESPACE,
  type ClassroomClientEvents,
  type ClassroomServerEvents,
} from '@heapcast/contracts';
import { io, type Socket } from 'socket.io-client';

/** What the parent asks first. */
export interface CrowdOrder {
  readonly url: string;
  readonly classrooms: readonly { readonly code: string; readonly students: number }[];
}

/** `ready` once, then `arrived` whenever the parent asks `report`. */
export type CrowdNews =
  | { readonly kind: 'ready' }
  /** Per classroom: [revision, milliseconds since 1970] of every lead that a student heard. */
  | { readonly kind: 'arrived'; readonly arrivals: readonly (readonly (readonly [number, number])[])[] }
  | { readonly kind: 'failed'; readonly message: string };

const JOINING_AT_ONCE = 20;

function now(): number {
  return performance.timeOrigin + performance.now();
}

async function join(url: string, code: string, name: string): Promise<Admission> {
  const response = await fetch(`${url}/v1/classrooms/join`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code, name }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`join: ${response.status} ${text.slice(0, 300)}`);
  const admission: Admission = JSON.parse(text);
  return admission;
}

async function seat(url: string, code: string, name: string, arrivals: [number, number][]): Promise<void> {
  const { token } = await join(url, code, name);
  const socket: Socket<ClassroomServerEvents, ClassroomClientEvents> = io(`${url}${CLASSROOM_NAMESPACE}`, {
    transports: ['websocket'],
    forceNew: true,
    auth: { token },
  });
  socket.on('classroom:led', ({ lead }) => arrivals.push([lead.revision, now()]));
  await new Promise<void>((resolve, reject) => {
    socket.once('classroom:state', () => resolve());
    socket.once('connect_error', reject);
  });
}

function tell(news: CrowdNews): void {
  process.send?.(news);
}

async function gather({ url, classrooms }: CrowdOrder): Promise<void> {
  const arrivals = classrooms.map((): [number, number][] => []);
  const seats = classrooms.flatMap(({ code, students }, index) =>
    Array.from({ length: students }, (_, i) => () => seat(url, code, `Student ${i}`, arrivals[index] ?? [])),
  );
  for (let at = 0; at < seats.length; at += JOINING_AT_ONCE) {
    await Promise.all(seats.slice(at, at + JOINING_AT_ONCE).map((take) => take()));
  }
  process.on('message', () => tell({ kind: 'arrived', arrivals }));
  tell({ kind: 'ready' });
}

process.once('disconnect', () => process.exit());
process.once('message', (order: CrowdOrder) => {
  gather(order).catch((error: unknown) => tell({ kind: 'failed', message: String(error) }));
});
