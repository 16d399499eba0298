/**
 * Who this browser is in which classroom. The secret is told once, when somebody opens or joins; with it the same person comes
 * back, from any tab, after any restart.
 */
export interface Membership {
  readonly classroomId: string;
  readonly personId: string;
  readonly token: string;
  readonly name: string;
}

const NAME = 'heapcast.class.name';
const roomKey = (id: string): string => `heapcast.class.${id}`;
const codeKey = (code: string): string => `heapcast.class.code.${bareCode(code)}`;

/** As it is compared: `abc 234` and `ABC-234` are one code. */
export function bareCode(typed: string): string {
  return typed.toUpperCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/** `code`: the one it was joined with, so that the phone's address leads back to it. */
export function keepMembership(membership: Membership, code?: string): void {
  localStorage.setItem(roomKey(membership.classroomId), JSON.stringify(membership));
  localStorage.setItem(NAME, membership.name);
  if (code !== undefined) localStorage.setItem(codeKey(code), membership.classroomId);
}

export function membershipOf(classroomId: string): Membership | null {
  try {
    const kept: Partial<Membership> | null = JSON.parse(localStorage.getItem(roomKey(classroomId)) ?? 'null');
    if (!kept?.classroomId || !kept.personId || !kept.token) return null;
    return { name: '', ...kept, classroomId: kept.classroomId, personId: kept.personId, token: kept.token };
  } catch {
    return null;
  }
}

export function membershipByCode(code: string): Membership | null {
  const id = localStorage.getItem(codeKey(code));
  return id === null ? null : membershipOf(id);
}

export function forgetMembership(classroomId: string): void {
  localStorage.removeItem(roomKey(classroomId));
}

/** The name that was used last: nobody types it twice. */
export function lastName(): string {
  return localStorage.getItem(NAME) ?? '';
}
