/** The party as a picture: orders with their boxes, the children on their rugs, the vendor, and what keeps an order here. */
import type { Rent } from './rent.js';
import { Child, EmptySlot, ToyFigure, Truck } from './drawings.js';
import type { Box } from './box-layout.js';
import { CHILDREN_STEPS, type Crate, type Line, type Rug, type Scene } from './scene-layout.js';
import type { Order } from './orders.js';
import type { Words } from './words.js';

interface PartySceneProps {
  readonly scene: Scene;
  readonly words: Words;
  readonly stuck: Order | null;
  readonly shown: Order | null;
  readonly rent: Rent;
  readonly summary: string;
  readonly onChoose: (region: number) => void;
}

const CHILDREN = 4;
const CORNER = 12;

export function PartyScene({ scene, words, stuck, shown, rent, summary, onChoose }: PartySceneProps) {
  const { width, height, floor, crates, rugs, vendor, lines } = scene;
  const isParty = words.vocabulary === 'party';
  return (
    <svg
      class="party-scene"
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
      aria-label={summary}
    >
      <rect class="floor" x="0" y={floor} width={width} height={height - floor} />
      {crates.map((crate) => (
        <CrateFigure
          key={crate.order.region}
          crate={crate}
          words={words}
          isStuck={crate.order === stuck}
          isShown={crate.order === shown}
          onChoose={() => onChoose(crate.order.region)}
        />
      ))}
      {rugs.map((rug, nth) => (
        <RugFigure key={rug.group.name} rug={rug} nth={nth} words={words} />
      ))}
      <Truck x={vendor.x + 16} y={vendor.y + 40} width={vendor.width - 24} />
      <text class="coins" x={vendor.x + 16 + 90 * scaleOf(vendor.width)} y={vendor.y + 40 + 52 * scaleOf(vendor.width)}>
        {rent.paid} {isParty ? 'coins' : 'units'}
      </text>
      <text
        class="coins-about"
        x={vendor.x + 16 + 90 * scaleOf(vendor.width)}
        y={vendor.y + 40 + 74 * scaleOf(vendor.width)}
      >
        {isParty ? 'rent paid so far' : 'mapped so far'}
      </text>
      <text class="name" x={vendor.x + vendor.width / 2} y={vendor.y + 202}>
        {isParty ? `The ${words.of('system')}` : words.title('system')}
      </text>
      <text class="holds" x={vendor.x + vendor.width / 2} y={vendor.y + 221}>
        {rent.perHour} {isParty ? `${rent.perHour === 1 ? 'coin' : 'coins'} an hour for` : 'mapped,'} {rent.orders}{' '}
        {words.of('region', rent.orders)}
      </text>
      {lines.map((line, nth) => (
        <LineFigure key={nth} line={line} />
      ))}
    </svg>
  );
}

function scaleOf(width: number): number {
  return Math.min(1, (width - 24) / 290);
}

interface CrateFigureProps {
  readonly crate: Crate;
  readonly words: Words;
  readonly isStuck: boolean;
  readonly isShown: boolean;
  readonly onChoose: () => void;
}

function CrateFigure({ crate, words, isStuck, isShown, onChoose }: CrateFigureProps) {
  const { order, x, y, width, height, boxes } = crate;
  const tag = `${order.toysOut} ${words.of('block', order.toysOut)} ${words.out}`;
  const tagWidth = 22 + 7.2 * tag.length;
  return (
    <g class="crate" onClick={onChoose}>
      <text class="order-name" x={x + 2} y={y - 16}>
        {words.title('region')} {order.region}
      </text>
      <rect
        class={isStuck ? 'tag stuck' : 'tag'}
        x={x + width - tagWidth}
        y={y - 34}
        width={tagWidth}
        height="26"
        rx="13"
      />
      <text class={isStuck ? 'tag-text stuck' : 'tag-text'} x={x + width - tagWidth / 2} y={y - 16.5}>
        {tag}
      </text>
      <rect class={isShown ? 'wood shown' : 'wood'} x={x} y={y} width={width} height={height} rx="12" />
      {boxes.map((box) => (
        <BoxFigure key={box.pool} box={box} isStuck={isStuck} />
      ))}
    </g>
  );
}

function BoxFigure({ box, isStuck }: { readonly box: Box; readonly isStuck: boolean }) {
  const { x, y, width, height, kind, capacity, used, slots, asToys } = box;
  const corner = Math.min(6, width / 6);
  if (kind === null) return <rect class="closed" x={x} y={y} width={width} height={height} rx={corner} />;
  if (slots.length === 0) {
    // A bar: as high as toys lie in the box.
    const lies = (height * (capacity - used)) / Math.max(1, capacity);
    return (
      <g class={kind}>
        <rect class="box" x={x} y={y} width={width} height={height} rx={corner} />
        <rect class="lies" x={x} y={y + height - lies} width={width} height={lies} rx={Math.min(corner, lies / 2)} />
      </g>
    );
  }
  return (
    <g class={kind}>
      <rect class="box" x={x} y={y} width={width} height={height} rx={corner} />
      <rect class="edge" x={x} y={y} width={width > 60 ? 5 : 3} height={height} rx="1.500" />
      {asToys
        ? slots.map((slot, index) =>
            slot.state === 2 ? (
              <EmptySlot key={index} kind={kind} x={slot.x} y={slot.y} size={slot.size} isStuck={isStuck} />
            ) : (
              <ToyFigure key={index} kind={kind} x={slot.x} y={slot.y} size={slot.size} />
            ),
          )
        : [1, 2].map((state) => <path key={state} class={dotClass(state, isStuck)} d={dots(box, state)} />)}
    </g>
  );
}

function dotClass(state: number, isStuck: boolean): string {
  if (state === 1) return 'lies';
  return isStuck ? 'away stuck' : 'away';
}

/** All small squares of one state in one path: a box may have a thousand toys. */
function dots({ slots }: Box, state: number): string {
  return slots
    .filter((slot) => (state === 2) === (slot.state === 2))
    .map(({ x, y, size }) => {
      const side = size.toFixed(2);
      return `M${(x - size / 2).toFixed(1)} ${(y - size / 2).toFixed(1)}h${side}v${side}h-${side}z`;
    })
    .join('');
}

function RugFigure({ rug, nth, words }: { readonly rug: Rug; readonly nth: number; readonly words: Words }) {
  const { group, x, y, width, places, more } = rug;
  const centre = x + width / 2;
  const isParty = words.vocabulary === 'party';
  const held = group.toys.length;
  return (
    <g>
      <ellipse class={`rug shirt${nth + 1}`} cx={centre} cy={y + 138} rx={width / 2} ry="98" />
      {isParty &&
        Array.from({ length: CHILDREN }, (_, child) => (
          <Child
            key={child}
            x={centre + (child - (CHILDREN - 1) / 2) * (width / CHILDREN_STEPS)}
            y={y + (child % 2) * 6}
            group={nth}
            nth={child}
          />
        ))}
      {places.map(({ toy, x: left, y: top, size }) => (
        <ToyFigure key={`${toy.region} ${toy.pool} ${toy.index}`} kind={toy.kind} x={left} y={top} size={size} />
      ))}
      {more > 0 && (
        <text class="holds" x={centre} y={y + 180}>
          +{more}
        </text>
      )}
      <text class="name" x={centre} y={y + 202}>
        {group.name}
      </text>
      <text class="holds" x={centre} y={y + 221}>
        {isParty ? `holding ${held} ${words.of('block', held)}` : `${held} ${words.out} ${words.of('block', held)}`}
      </text>
    </g>
  );
}

function LineFigure({ line }: { readonly line: Line }) {
  const { from, to, across, gap, below, ring } = line;
  const [x, y] = from;
  const [endX, endY] = to;
  const turn = Math.sign(gap - x);
  const corner = Math.min(CORNER, Math.abs(gap - x) / 2);
  const top = endY - ring;
  const path = [
    `M${x} ${y}V${across - corner}Q${x} ${across} ${x + turn * corner} ${across}`,
    `H${gap - turn * corner}Q${gap} ${across} ${gap} ${across + corner}V${below}`,
    `C${gap} ${(below + top) / 2} ${endX} ${(below + top) / 2} ${endX} ${top}`,
  ].join('');
  return (
    <g class="line">
      <path d={path} />
      <circle class="start" cx={x} cy={y} r="4" />
      <circle cx={endX} cy={endY} r={ring} />
    </g>
  );
}
