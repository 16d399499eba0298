/**
 * When was an object last in reach? Asking after every command would cost a walk over the heap each; this costs one stamp
 * for each reference that goes, and one walk over what is lost when somebody wants to know.
 *
 * When a reference is overwritten, forgotten or leaves with its frame, the object it led to is stamped with the command.
 * An object that is out of reach was last in reach when the last reference into the lost structure that leads to it went:
 * the largest stamp among itself and all that lead to it. So stamps are handed on, the latest first, and each object
 * takes the first that comes. This is Merlin (Hertz, Blackburn, Moss, McKinley, Stefanović: "Error-free garbage
 * collection traces", SIGMETRICS 2002).
 */

/** Something with a stamp. */
export interface Stamped {
  lastCommand: number;
  lastSeq: number;
}

/**
 * Hands the stamps of `lost` on. `lost` holds, with each object, all that lead to it; `visitReferents` calls back with the
 * objects that one refers to, of which those that are not in `lost` are passed over.
 */
export function handOnStamps<Item extends Stamped>(
  lost: readonly Item[],
  visitReferents: (of: Item, visit: (referent: Item) => void) => void,
): void {
  const waiting = new Set(lost);
  const latestFirst = [...lost].sort((a, b) => b.lastCommand - a.lastCommand);
  const stack: Item[] = [];
  for (const source of latestFirst) {
    if (!waiting.delete(source)) continue;
    stack.push(source);
    for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
      visitReferents(item, (referent) => {
        if (!waiting.delete(referent)) return;
        referent.lastCommand = source.lastCommand;
        referent.lastSeq = source.lastSeq;
        stack.push(referent);
      });
    }
  }
}
