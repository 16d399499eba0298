/** The next or the previous event of a place in the heap. */
import type { Subject } from '../../service/subject.js';

/** An arena, or a block of it. */
export interface EventPlace {
  readonly arena: number;
  readonly pool: number | null;
  readonly block: number | null;
}

/** Its number; `null` = there is none. @param goOn may the search go on? */
export async function eventBeside(
  subject: Subject,
  { arena, pool, block }: EventPlace,
  at: number,
  direction: 1 | -1,
  goOn: () => boolean,
): Promise<number | null> {
  const place = pool === null || block === null ? '' : `&pool=${pool}&index=${block}`;
  const [name, from] = direction > 0 ? ['from', at] : ['before', Math.max(0, at - 1)];
  let start: number | null = from;
  while (start !== null && goOn()) {
    const found = await subject.search(`arena=${arena}${place}&limit=1&${name}=${start}`);
    const [event] = found.events;
    if (event) return event.seq;
    start = found.next;
  }
  return null;
}
