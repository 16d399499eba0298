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

/** What a browser makes of a colour. */
function inkOf(pen: CanvasRenderingContext2D, colour: string): Ink {
  pen.fillStyle = colour;
  pen.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = pen.getImageData(0, 0, 1, 1).data;
  return (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0;
}

function inksOf(colours: Palette): Inks {
  const canvas = document.createElement('canvas');
  canvas.width = 1;
  canvas.height = 1;
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  const find = (colour: string): Ink => (pen ? inkOf(pen, colour) : 0);
  const named = Object.fromEntries(NAMES.map((name) => [name, find(colours[name])]));
  const classes = Uint32Array.from({ length: CLASSES }, (_, i) => find(classColour(16 * (i + 1), colours.theme)));
  const grey = find(colours.over);
  const sites = Uint32Array.of(blend(grey, find(colours.map), 0.6), ...SITE_COLOURS.map(find), grey);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every name is in NAMES
  return { ...(named as Record<(typeof NAMES)[number], Ink>), classes, sites };
}

export const inks = computed<Inks>(() => inksOf(palette.value));
