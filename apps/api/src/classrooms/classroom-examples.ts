/** What the answers of classrooms look like: for the OpenAPI document. */
import type { ClassroomState, Person } from '@heapcast/contracts';

const ID = '3b1f7c2e-5d60-4b8a-9c1d-2e4f6a8b0c1d';
export const ADA = '0f6a1b2c-3d4e-4f50-8a6b-7c8d9e0f1a2b';
export const GRACE = '1a7b2c3d-4e5f-4061-9b7c-8d9e0f1a2b3c';
const SESSION = '7d0f2a4e-1b3c-4d5e-8f60-9a1b2c3d4e5f';
export const COPY = '5c2d8e9f-6a7b-4c8d-9e0f-1a2b3c4d5e6f';

export const LEAD = {
  event: 893,
  speed: 0,
  since: 1_795_383_000_000,
  view: 'heap',
  zoom: 1,
  selection: { arena: 20, pool: null, block: null },
  revision: 17,
} as const;

export const PERSON: Person = {
  id: GRACE,
  name: 'Grace',
  role: 'student',
  online: true,
  following: true,
  muted: false,
  score: 3,
};

export const COPY_EXAMPLE = {
  id: COPY,
  personId: GRACE,
  sessionId: '8e1f3b5d-2c4d-4e6f-9071-ab2c3d4e5f60',
  event: 893,
  shown: true,
  note: 'One free more, and the arena goes back',
} as const;

export const STATE: ClassroomState = {
  id: ID,
  title: 'Why memory does not come back',
  status: 'open',
  createdAt: '2026-11-22T08:00:00.000Z',
  closedAt: null,
  locked: false,
  code: 'KMP 427',
  subject: { kind: 'session', id: SESSION, mayWrite: true },
  lead: LEAD,
  driverId: ADA,
  mayExplore: true,
  projection: { kind: 'lesson' },
  people: [{ id: ADA, name: 'Ada', role: 'owner', online: true, following: true, muted: false, score: 0 }, PERSON],
  copies: [COPY_EXAMPLE],
  question: null,
  now: 1_795_383_004_000,
};

export const JOIN_CODE = {
  code: 'KMP 427',
  expiresAt: '2026-11-22T20:00:00.000Z',
  url: 'http://localhost:3000/j/KMP427',
} as const;

export const ADMISSION = {
  classroom: STATE,
  personId: ADA,
  token: 'hc_0f6a1b2c3d4e4f508a6b7c8d9e0f1a2b_2nYq0sWc8u5bX1dK7vTz4mPj9LrE3hGfA6iOoNtQyUc',
  join: JOIN_CODE,
} as const;

/** An object whose fields the example shows and `libs/contracts/src/classroom.ts` names. */
export const REPLY = { type: 'object', additionalProperties: true } as const;
export const CLASSROOM_ID = ID;
export const SUBJECT_ID = SESSION;
