/** Light or dark: as the address says (`?theme=`), as was chosen here before, or as the system prefers. */
import { effect, signal } from '@preact/signals';

export type Theme = 'light' | 'dark';

const KEY = 'heapcast.theme';
const NAMES = [
  'bg',
  'surface',
  'line',
  'line2',
  'ink',
  'ink2',
  'ink3',
  'accent',
  'use',
  'round',
  'hold',
  'hold2',
  'hold3',
  'over',
  'over2',
  'alert',
  'cell',
  'cell2',
  'map',
] as const;
export type Palette = Readonly<Record<(typeof NAMES)[number], string>> & { readonly theme: Theme };

function first(): Theme {
  const wanted = new URLSearchParams(location.search).get('theme') ?? localStorage.getItem(KEY);
  if (wanted === 'light' || wanted === 'dark') return wanted;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

export const theme = signal<Theme>(first());
/** The colours of the theme, for canvases: read once per change, not per frame. */
export const palette = signal<Palette>(read());

effect(() => {
  document.documentElement.dataset['theme'] = theme.value;
  palette.value = read();
});

export function turnTheme(): void {
  theme.value = theme.value === 'light' ? 'dark' : 'light';
  localStorage.setItem(KEY, theme.value);
}

function read(): Palette {
  const style = getComputedStyle(document.documentElement);
  const colours = Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every name of a palette is in NAMES
  return { ...(colours as Record<(typeof NAMES)[number], string>), theme: theme.peek() };
}
