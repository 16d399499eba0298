/**
 * How much of a heap is drawn, by the size of a pool's cell in device pixels. A level is left 15 % later than it is entered, so that
 * a picture on the edge does not flicker between two.
 */
export const LEVELS = ['arenas', 'steps', 'pools', 'blocks', 'numbers'] as const;
export type Level = (typeof LEVELS)[number];

/** From so many pixels on. */
const FROM: readonly number[] = [0, 2, 5, 24, 120];
const HYSTERESIS = 0.15;

export function levelOf(cell: number, before: Level | null): Level {
  const at = FROM.findLastIndex((least) => cell >= least);
  const was = before === null ? at : LEVELS.indexOf(before);
  if (at > was && cell < (FROM[was + 1] ?? 0) * (1 + HYSTERESIS)) return LEVELS[was] ?? 'arenas';
  if (at < was && cell >= (FROM[was] ?? 0) * (1 - HYSTERESIS)) return LEVELS[was] ?? 'arenas';
  return LEVELS[at] ?? 'arenas';
}
