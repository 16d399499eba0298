/** Line icons, 16 by 16, drawn here. Decoration: the control that holds one has a name of its own. */
const PATHS = {
  play: 'M5 3.5v9l7.5-4.5z',
  pause: 'M4.5 3.5h2.5v9H4.5zM9 3.5h2.5v9H9z',
  next: 'M6 3.5 10.5 8 6 12.5',
  back: 'M10 3.5 5.5 8l4.5 4.5',
  last: 'M3.5 3.5 8 8l-4.5 4.5M8.5 3.5 13 8l-4.5 4.5',
  first: 'M12.5 3.5 8 8l4.5 4.5M7.5 3.5 3 8l4.5 4.5',
  upload: 'M8 10.5v-8M4.8 5.5 8 2.3l3.2 3.2M2.5 10.5v3h11v-3',
  share: 'M8 9.5v-7M5 5l3-3 3 3M3 8v5.5h10V8',
  theme: 'M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12',
  check: 'm3.5 8.5 3 3 6-7',
  eye: 'M1.8 8S4 3.8 8 3.8 14.2 8 14.2 8 12 12.2 8 12.2 1.8 8 1.8 8zM8 6.6a1.4 1.4 0 1 0 0 2.8 1.4 1.4 0 1 0 0-2.8z',
  arrow: 'M3.5 8h9M9 4.5 12.5 8 9 11.5',
} as const;

const FILLED: ReadonlySet<string> = new Set(['play', 'pause']);

export function Icon({ name }: { readonly name: keyof typeof PATHS }) {
  const filled = FILLED.has(name);
  return (
    <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
      <path
        d={PATHS[name]}
        fill={filled ? 'currentColor' : 'none'}
        stroke={filled ? 'none' : 'currentColor'}
        stroke-width="1.5"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
      {name === 'theme' && <path d="M8 2a6 6 0 1 0 0 12z" fill="currentColor" />}
    </svg>
  );
}
