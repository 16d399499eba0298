/**
 * Where the objects lie: the arena with its pools, and below it the blocks of the pools (or, of a model without pools, the stretches
 * of memory) that hold them. Hovering a block lights its object, and the other way round.
 */
import { Canvas } from '../../drawing/canvas.js';
import { drawLens } from '../../drawing/lens.js';
import type { Chunk } from '../../service/program.js';
import { bytes, counted } from '../../words/amounts.js';
import { heapAddress } from './address.js';
import type { Moment } from './moment.js';
import type { Pictured } from './pictured.js';
import type { Scene, SceneObject } from './scene.js';

/** Pools that are shown, and blocks of each. */
const MOST_POOLS = 12;
const MOST_CELLS = 36;
const MOST_CHUNKS = 60;

const STATES = ['untouched', 'freed', 'live'] as const;
type BlockState = (typeof STATES)[number];

export function Places({ view, scene }: { readonly view: Pictured; readonly scene: Scene | null }) {
  const now = view.moment.value;
  if (!now?.map) return null;
  const { map, arena, chunks } = now;
  const objects = scene?.objects ?? [];
  return (
    <section class="places" aria-labelledby="places-title">
      <h2 id="places-title">
        Where they lie
        <a href={heapAddress(view, null)}>Heap</a>
      </h2>
      {map.region.length === 0 ? (
        <p class="dim">Nothing is mapped at this event.</p>
      ) : (
        <p class="dim num">
          {counted(map.region.length, 'arena')}, {bytes(map.totals.mappedBytes)} mapped,{' '}
          {counted(map.totals.liveBlocks, 'live block')}
        </p>
      )}
      {arena !== null && chunks.length === 0 && <ArenaPicture view={view} now={now} arena={arena} objects={objects} />}
      {arena !== null && chunks.length === 0 && <PoolRows view={view} now={now} arena={arena} objects={objects} />}
      {chunks.length > 0 && <ChunkRow view={view} chunks={chunks} objects={objects} />}
    </section>
  );
}

interface PartProps {
  readonly view: Pictured;
  readonly now: Moment;
  readonly arena: number;
  readonly objects: readonly SceneObject[];
}

function ArenaPicture({ view, arena, objects }: PartProps) {
  return (
    <a
      class="arena-picture"
      href={heapAddress(view, objects.find(({ place }) => place?.arena === arena)?.place ?? null)}
      title="To the heap at this moment"
    >
      <Canvas
        role="img"
        aria-label={`Arena ${arena}: its pools and how full they are`}
        draw={(surface) => {
          const { value } = view.moment;
          const place = objects.find(({ id }) => id === view.hovered.value)?.place;
          if (value?.map) {
            drawLens(surface, {
              map: value.map,
              arena,
              pool: place?.arena === arena ? place.pool : null,
              colouring: 'use',
            });
          }
        }}
      />
    </a>
  );
}

/** Pools that are or were in use, each with its first blocks at their true state. */
function PoolRows({ view, now, arena, objects }: PartProps) {
  const { map } = now;
  const region = map?.region.indexOf(arena) ?? -1;
  if (!map || region < 0 || map.statesOf !== arena) return null;
  const at = new Map(
    objects.flatMap((object) =>
      object.place?.arena === arena ? [[`${object.place.pool} ${object.place.index}`, object]] : [],
    ),
  );
  const rows: { pool: number; size: number; used: number; capacity: number; states: readonly BlockState[] }[] = [];
  let from = 0;
  for (let cell = map.firstCell[region] ?? 0; cell < (map.firstCell[region + 1] ?? 0); cell++) {
    const size = map.blockBytes[cell] ?? 0;
    if (size === 0) continue;
    const capacity = map.capacity[cell] ?? 0;
    const pool = cell - (map.firstCell[region] ?? 0);
    const used = map.used[cell] ?? 0;
    if (used > 0) {
      const states = Array.from(map.states.subarray(from, from + capacity), (state) => STATES[state] ?? 'untouched');
      rows.push({ pool, size, used, capacity, states });
    }
    from += capacity;
  }
  const holding = rows.filter(({ pool }) => objects.some(({ place }) => place?.arena === arena && place.pool === pool));
  const shown = (holding.length > 0 ? holding : rows).slice(0, MOST_POOLS);
  return (
    <ul class="pool-rows">
      {shown.map(({ pool, size, used, capacity, states }) => {
        const last = states.findLastIndex((state) => state !== 'untouched');
        const cells = states.slice(0, Math.min(MOST_CELLS, Math.max(last + 2, 11)));
        return (
          <li key={pool}>
            <span class="num">
              pool {pool} · {size} B · {used} of {capacity}
            </span>
            <span class="block-cells">
              {cells.map((state, index) => (
                <BlockCell
                  key={index}
                  view={view}
                  state={state}
                  object={at.get(`${pool} ${index}`)}
                  about={`pool ${pool}, block ${index}`}
                />
              ))}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

interface BlockCellProps {
  readonly view: Pictured;
  readonly state: BlockState;
  readonly object: SceneObject | undefined;
  readonly about: string;
}

function BlockCell({ view, state, object, about }: BlockCellProps) {
  if (!object) return <i class={`cell-block ${state}`} title={`${about}: ${state}`} />;
  const isLit = view.hovered.value === object.id;
  return (
    <a
      class={`cell-block ${state}${object.lost ? ' lost' : ''}${isLit ? ' lit' : ''}`}
      href={heapAddress(view, object.place)}
      aria-label={`${object.title}, ${about}`}
      title={`${object.title}, ${about}`}
      {...lightsUp(view, object.id)}
    />
  );
}

function lightsUp(view: Pictured, id: number) {
  const on = (): void => void (view.hovered.value = id);
  const off = (): void => void (view.hovered.value = null);
  return { onPointerEnter: on, onPointerLeave: off, onFocus: on, onBlur: off };
}

/** Memory in the order of addresses: what is used, what is free, as wide as the root of its bytes. */
function ChunkRow({
  view,
  chunks,
  objects,
}: {
  readonly view: Pictured;
  readonly chunks: readonly Chunk[];
  readonly objects: readonly SceneObject[];
}) {
  const at = new Map(objects.flatMap((object) => (object.place?.address ? [[object.place.address, object]] : [])));
  return (
    <ol class="chunks">
      {chunks.slice(0, MOST_CHUNKS).map((chunk) => {
        const { address, size, state } = chunk;
        const object = at.get(Number(address));
        const width = { width: `${Math.min(100, 8 + Math.sqrt(size) / 2)}%` };
        const about = `${address}, ${counted(size, 'byte')}`;
        return (
          <li key={`${chunk.region} ${address}`} style={width}>
            {object ? (
              <a
                class={`chunk live${object.lost ? ' lost' : ''}${view.hovered.value === object.id ? ' lit' : ''}`}
                href={heapAddress(view, object.place)}
                aria-label={`${object.title}, ${about}`}
                title={`${object.title}, ${about}`}
                {...lightsUp(view, object.id)}
              />
            ) : (
              <i class={`chunk ${state}`} title={`${state}, ${about}`} />
            )}
          </li>
        );
      })}
    </ol>
  );
}
