/** A colour per size class: one ramp from dark violet to light sand whose lightness rises at every step (OKLCH). */
import type { Theme } from '../shell/theme.js';

const CLASSES = 32;

/** @param blockBytes bytes per block, 16 … 512; larger ones get the last colour */
export function classColour(blockBytes: number, theme: Theme): string {
  const index = Math.min(CLASSES - 1, Math.max(0, Math.ceil(blockBytes / 16) - 1));
  const t = index / (CLASSES - 1);
  const hue = 285 - 195 * t ** 0.92;
  const chroma = 0.13 * (1 - 0.25 * Math.abs(t - 0.5));
  const lightness = theme === 'light' ? 0.4 + 0.38 * t : 0.5 + 0.36 * t;
  return `oklch(${lightness.toFixed(3)} ${chroma.toFixed(3)} ${hue.toFixed(1)})`;
}
