/** Tokens of the sessions that were opened in this browser: with one, requests may be sent from here again. */
const key = (session: string): string => `heapcast.token.${session}`;

export function keepToken(session: string, token: string): void {
  localStorage.setItem(key(session), token);
}

export function tokenOf(session: string): string | undefined {
  return localStorage.getItem(key(session)) ?? undefined;
}
