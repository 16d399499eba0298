/** Leads a class without being connected to it: its first moment, before its page is there. */
import type { LeadChange } from '@heapcast/contracts';
import { membershipOf } from '../../service/memberships.js';
import { json } from '../../service/rest.js';

export async function leadAtOnce(classroomId: string, change: LeadChange): Promise<void> {
  const who = membershipOf(classroomId);
  if (!who) return;
  await json(`/v1/classrooms/${encodeURIComponent(classroomId)}/lead`, {
    method: 'PUT',
    body: change,
    token: who.token,
  });
}
