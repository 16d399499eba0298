/** The colours of the theme as pixels: found once per theme, not per frame. */
import { computed } from '@preact/signals';
import { palette, type Palette } from '../shell/theme.js';
import { classColour } from './class-colours.js';
import { blend, type Ink } from './raster.js';

const NAMES = ['use', 'hold', 'hold2', 'hold3', 'over', 'over2', 'cell', 'cell2', 'map', 'bg', 'line2', 'ink'] as const;
const CLASSES = 32;
/** Okabe and Ito's: told apart by everybody. */
export const SITE_COLOURS = ['#e69f00', '#56b4e9', '#009e73', '#cc79a7', '#0072b2', '#d55e00'] as const;

export type Inks = Readonly<Record<(typeof NAMES)[number], Ink>> & {
  /** By size class, 0 = 16 bytes and less. */
  readonly classes: Uint32Array;
  /** 0 = not known, 1 … 6 the sites with most blocks, 7 = another. */
  readonly sites: Uint32Array;
};

/** What a browser makes of colours: all of them in one look, because to read a canvas takes its time. */
function inksFor(colours: readonly string[]): Uint32Array {
  const canvas = document.createElement('canvas');
  canvas.width = colours.length;
  canvas.height = 1;
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  if (!pen) return new Uint32Array(colours.length);
  for (const [x, colour] of colours.entries()) {
    pen.fillStyle = colour;
    pen.fillRect(x, 0, 1, 1);
  }
  return new Uint32Array(pen.getImageData(0, 0, colours.length, 1).data.slice().buffer);
}

function inksOf(colours: Palette): Inks {
  const byClass = Array.from({ length: CLASSES }, (_, i) => classColour(16 * (i + 1), colours.theme));
  const found = inksFor([...NAMES.map((name) => colours[name]), ...byClass, ...SITE_COLOURS]);
  const named = Object.fromEntries(NAMES.map((name, i) => [name, found[i] ?? 0]));
  const classes = found.slice(NAMES.length, NAMES.length + CLASSES);
  const { over: grey = 0, map = 0 } = named;
  const sites = Uint32Array.of(blend(grey, map, 0.6), ...found.slice(NAMES.length + CLASSES), grey);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every name is in NAMES
  return { ...(named as Record<(typeof NAMES)[number], Ink>), classes, sites };
}

export const inks = computed<Inks>(() => inksOf(palette.value));
