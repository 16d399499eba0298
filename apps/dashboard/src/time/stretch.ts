/** A part of a recording that is looked at: nearer, farther, to one side. `null` = the whole of it. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Events of the narrowest one. */
const LEAST = 20;

/** Around an event, which stays where it is on the screen; a factor below 1 is nearer. */
export function zoomed(seen: Stretch, factor: number, around: number, end: number): Stretch | null {
  const before = seen.to - seen.from;
  const width = Math.min(end, Math.max(LEAST, before * factor));
  if (width >= end) return null;
  const start = Math.max(0, Math.min(end - width, around - ((around - seen.from) * width) / Math.max(1, before)));
  return { from: Math.round(start), to: Math.round(start + width) };
}

/** So many events on, or back; as wide as before. */
export function slid({ from, to }: Stretch, events: number, end: number): Stretch {
  const start = Math.max(0, Math.min(end - (to - from), from + Math.round(events)));
  return { from: start, to: start + to - from };
}
