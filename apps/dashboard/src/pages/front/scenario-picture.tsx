/** A small picture of a scenario: what each side asks for over its events, on one scale, as its runs were measured. */
import { pictures } from './scenario-pictures.json';

interface DrawnSide {
  readonly side: string;
  /** All in percent of the picture. */
  readonly x: readonly number[];
  readonly asked: readonly number[];
  readonly mapped: readonly number[];
  readonly leaks: boolean;
}

const PICTURES: Readonly<Record<string, readonly DrawnSide[]>> = pictures;

const WIDTH = 116;
const HEIGHT = 104;
const GAP = 8;

function across(percent: number): string {
  return ((WIDTH * percent) / 100).toFixed(1);
}

/** A filled curve: each height holds from the x before to its own. */
function area(x: readonly number[], heights: readonly number[], top: number, height: number): string {
  const up = (percent: number): string => (top + height * (1 - percent / 100)).toFixed(1);
  const line = heights.map((value, nth) => `L${across(x[nth] ?? 0)} ${up(value)}`).join('');
  return `M0 ${top + height}${line}L${across(x.at(-1) ?? 0)} ${top + height}Z`;
}

export function ScenarioPicture({ name }: { readonly name: string }) {
  const sides = PICTURES[name] ?? [];
  const height = (HEIGHT - GAP * (sides.length - 1)) / Math.max(1, sides.length);
  return (
    <svg class="scenario-picture" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      {sides.map(({ side, x, asked, mapped, leaks }, nth) => {
        const top = nth * (height + GAP);
        const end = top + height * (1 - (asked.at(-1) ?? 0) / 100);
        return (
          <g key={side}>
            {mapped.length > 0 && <path class="mapped" d={area(x, mapped, top, height)} />}
            <path class="asked" d={area(x, asked, top, height)} />
            <path class="ground" d={`M0 ${top + height}H${WIDTH}`} />
            {leaks && <circle class="leaks" cx={WIDTH - 5} cy={Math.max(5, end)} r="4" />}
          </g>
        );
      })}
    </svg>
  );
}
