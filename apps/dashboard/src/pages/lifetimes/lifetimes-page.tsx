/** When blocks were asked for, against how long they lived: temporaries below, what stays on top. */
import { signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { Canvas, type Surface } from '../../drawing/canvas.js';
import { type About, type LifeMap, Subject } from '../../service/subject.js';
import { TopBar } from '../../shell/top-bar.js';
import { count, counted } from '../../words/amounts.js';
import './lifetimes-page.css';

interface LifetimesPageProps {
  readonly kind: 'run' | 'session';
  readonly id: string;
}

const LEFT = 84;
const BOTTOM = 26;
/** Survivors are a rug on top. */
const RUG = 34;

export function LifetimesPage({ kind, id }: LifetimesPageProps) {
  const about = useMemo(() => signal<About | null>(null), [id]);
  const map = useMemo(() => signal<LifeMap | null>(null), [id]);
  const trouble = useMemo(() => signal<string | null>(null), [id]);
  useEffect(() => {
    const subject = new Subject(kind, id);
    const e = new URLSearchParams(location.search).get('e');
    void (async () => {
      try {
        about.value = await subject.about();
        const at = e !== null && /^\d{1,15}$/.test(e) ? Math.min(Number(e), about.value.events) : about.value.events;
        map.value = await subject.lifeMap(at);
      } catch (error) {
        trouble.value = error instanceof Error ? error.message : String(error);
      }
    })();
  }, [kind, id]);
  const found = map.value;
  const alive = found?.columns.reduce((sum, column) => sum + column.alive, 0) ?? 0;
  const short = found ? livesUpTo(found, 50) : 0;
  const ended = found ? livesUpTo(found, Infinity) : 0;
  return (
    <>
      <TopBar
        title={about.value?.name ?? ''}
        about="lifetimes"
        views={{ kind, id, current: 'heap', runs: about.value?.runs }}
      />
      {trouble.value !== null && (
        <p class="notice" role="alert">
          {trouble.value}
        </p>
      )}
      <main class="lifetimes" data-ready={found ? '' : undefined}>
        {found && (
          <>
            <h1>
              {counted(alive, 'block')} live on; of {count(ended)} that died,{' '}
              {ended === 0 ? 'none' : `${Math.round((100 * short) / ended)}%`} lived less than 64 events
            </h1>
            <p class="quiet">
              Each cell counts blocks: across, the event that asked for them; up, how long they lived.
            </p>
            <Canvas
              class="life-map"
              role="img"
              aria-label="Blocks by the event that asked for them and by how long they lived; the table says the same."
              draw={(surface) => drawLifeMap(surface, found)}
            />
            <Table map={found} />
          </>
        )}
      </main>
    </>
  );
}

/** Lives that ended within about so many events: whole buckets. */
function livesUpTo({ columns }: LifeMap, events: number): number {
  let sum = 0;
  for (const { ended } of columns) {
    for (const [bucket, lives] of ended.entries()) if (bucket === 0 || 2 ** (bucket - 1) <= events) sum += lives;
  }
  return sum;
}

function drawLifeMap({ context, width, height, colours }: Surface, { columns, at }: LifeMap): void {
  const rows = Math.max(2, ...columns.map(({ ended }) => ended.length));
  const most = Math.max(1, ...columns.flatMap(({ ended }) => ended));
  const mostAlive = Math.max(1, ...columns.map(({ alive }) => alive));
  const across = (width - LEFT) / columns.length;
  const up = (height - BOTTOM - RUG - 10) / rows;
  const bottom = height - BOTTOM;
  for (const [k, { ended, alive }] of columns.entries()) {
    const x = LEFT + k * across;
    context.fillStyle = colours.use;
    for (const [bucket, lives] of ended.entries()) {
      if (lives === 0) continue;
      // Density by its logarithm: one block is still seen beside a hundred thousand.
      context.globalAlpha = 0.12 + (0.88 * Math.log2(lives + 1)) / Math.log2(most + 1);
      context.fillRect(x, bottom - (bucket + 1) * up, Math.max(1, across - 0.5), Math.max(1, up - 0.5));
    }
    context.globalAlpha = 1;
    if (alive === 0) continue;
    context.fillStyle = colours.hold;
    const rug = Math.max(2, (RUG * Math.log2(alive + 1)) / Math.log2(mostAlive + 1));
    context.fillRect(x, RUG - rug, Math.max(1, across - 0.5), rug);
  }
  context.fillStyle = colours.ink3;
  context.font = '11px "Inter Variable", system-ui, sans-serif';
  context.textAlign = 'right';
  context.fillText('alive', LEFT - 10, RUG - 6);
  for (let bucket = 1; bucket < rows; bucket += Math.max(1, Math.ceil(rows / 9))) {
    context.fillText(count(2 ** (bucket - 1)), LEFT - 10, bottom - bucket * up);
  }
  context.textAlign = 'left';
  context.fillText('event 0', LEFT, height - 8);
  context.textAlign = 'right';
  context.fillText(count(at), width - 2, height - 8);
}

function Table({ map }: { readonly map: LifeMap }) {
  const rows = Math.max(1, ...map.columns.map(({ ended }) => ended.length));
  const sums = Array.from({ length: rows }, (_, bucket) =>
    map.columns.reduce((sum, { ended }) => sum + (ended[bucket] ?? 0), 0),
  );
  return (
    <table class="num">
      <caption class="unseen">Blocks by how long they lived</caption>
      <thead>
        <tr>
          <th>Lived</th>
          <th class="right">Blocks</th>
        </tr>
      </thead>
      <tbody>
        {sums.map((lives, bucket) =>
          lives === 0 ? null : (
            <tr key={bucket}>
              <td>
                {bucket <= 1
                  ? counted(bucket, 'event')
                  : `${count(2 ** (bucket - 1))} to ${count(2 ** bucket - 1)} events`}
              </td>
              <td class="right">{count(lives)}</td>
            </tr>
          ),
        )}
      </tbody>
    </table>
  );
}
