/** The figures of the party, drawn here: toys of four kinds, children, the vendor. All of them are decoration: words say the same. */
import type { Kind } from './toys.js';

/** Each within 24 by 24. */
const SHAPES: Readonly<Record<Kind, string>> = {
  ball: 'M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18z',
  car: 'M2.500 17v-4.200l3-1.600L8.400 7h6.800l3.300 4.200 3 .9V17z',
  bear: 'M12 5.200a8 8 0 0 1 2.300.4 3 3 0 1 1 4.200 3.600A8 8 0 1 1 5.500 9.200a3 3 0 1 1 4.200-3.600A8 8 0 0 1 12 5.200z',
  train: 'M3 17V6h8v4h4V6h3v4h2q1.500 0 1.500 1.500V17z',
};

const DETAILS: Readonly<Record<Kind, string>> = {
  ball: 'M5 7.500q7 4 14 0M5 16.500q7-4 14 0',
  car: 'M8.500 11l1.300-2.200h4.600l1.600 2.200z',
  bear: 'M9 12h.1M15 12h.1M10.500 15.500q1.500 1.500 3 0',
  train: 'M5.500 8.500h3v3h-3z',
};

const WHEELS: ReadonlySet<Kind> = new Set(['car', 'train']);

interface ToyProps {
  readonly kind: Kind;
  /** Centre. */
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

export function ToyFigure({ kind, x, y, size }: ToyProps) {
  const scale = size / 24;
  return (
    <g class={`toy ${kind}`} transform={`translate(${x - size / 2} ${y - size / 2}) scale(${scale})`}>
      <path class="body" d={SHAPES[kind]} />
      <path class="detail" d={DETAILS[kind]} />
      {WHEELS.has(kind) && (
        <path class="wheels" d="M7 15.500a2.400 2.400 0 1 0 .1 0zM17 15.500a2.400 2.400 0 1 0 .1 0z" />
      )}
    </g>
  );
}

/** The place of a toy that is out. */
export function EmptySlot({ kind, x, y, size, isStuck }: ToyProps & { readonly isStuck: boolean }) {
  const scale = size / 24;
  return (
    <path
      class={isStuck ? 'slot stuck' : 'slot'}
      transform={`translate(${x - size / 2} ${y - size / 2}) scale(${scale})`}
      d={SHAPES[kind]}
    />
  );
}

const LOOKS = 3;

/** Somebody of a group; who it is follows from the place, so that everybody sees the same children. */
export function Child({
  x,
  y,
  group,
  nth,
}: {
  readonly x: number;
  readonly y: number;
  readonly group: number;
  readonly nth: number;
}) {
  const skin = ((nth * 2 + group) % LOOKS) + 1;
  const hair = ((nth + group) % LOOKS) + 1;
  return (
    <g transform={`translate(${x} ${y})`}>
      <path class={`shirt${group + 1}`} d="M-20 64v-6q0-22 20-22t20 22v6q0 5-6 5h-28q-6 0-6-5z" />
      {nth % 2 === 0 && <path class={`hair${hair}`} d="M-20 16q-2 22 4 26 6-2 5-14h22q-1 12 5 14 6-4 4-26z" />}
      <circle class={`skin${skin}`} cx="0" cy="18" r="17" />
      <path class={`hair${hair}`} d="M-18 17q-1-20 18-20t18 20q-5-9-12-10-10 6-24 10z" />
      <path class="face" d="M-6 20v.1M6 20v.1M-4.500 26q4.500 4 9 0" />
    </g>
  );
}

export function Truck({ x, y, width }: { readonly x: number; readonly y: number; readonly width: number }) {
  const scale = Math.min(1, width / 290);
  return (
    <g class="truck" transform={`translate(${x} ${y}) scale(${scale})`}>
      <rect class="load" x="0" y="0" width="180" height="104" rx="10" />
      <path class="cab" d="M190 32h38q8 0 12 7l20 30q3 5 3 11v24h-73z" />
      <path class="window" d="M202 44h22q4 0 6 4l13 20h-41z" />
      <rect class="chassis" x="-6" y="102" width="274" height="8" rx="4" />
      <circle class="wheel" cx="44" cy="114" r="18" />
      <circle class="hub" cx="44" cy="114" r="7" />
      <circle class="wheel" cx="216" cy="114" r="18" />
      <circle class="hub" cx="216" cy="114" r="7" />
    </g>
  );
}
