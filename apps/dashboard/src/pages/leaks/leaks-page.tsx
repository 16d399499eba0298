/** Which lines hold more and more: live bytes, growth, and how it went. A row shows what of that line is never freed. */
import { signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { Canvas, type Surface } from '../../drawing/canvas.js';
import { type About, type FoundEvent, type Growth, type GrowthRow, Subject } from '../../service/subject.js';
import { TopBar } from '../../shell/top-bar.js';
import { bytes, count } from '../../words/amounts.js';
import './leaks-page.css';

interface LeaksPageProps {
  readonly kind: 'run' | 'session';
  readonly id: string;
}

export function LeaksPage({ kind, id }: LeaksPageProps) {
  const subject = useMemo(() => new Subject(kind, id), [kind, id]);
  const about = useMemo(() => signal<About | null>(null), [id]);
  const growth = useMemo(() => signal<Growth | null>(null), [id]);
  const chosen = useMemo(() => signal<GrowthRow | null>(null), [id]);
  const leaked = useMemo(() => signal<readonly FoundEvent[]>([]), [id]);
  const trouble = useMemo(() => signal<string | null>(null), [id]);
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      trouble.value = error instanceof Error ? error.message : String(error);
    }
  };
  useEffect(() => {
    void attempt(async () => {
      about.value = await subject.about();
      growth.value = await subject.growth(about.value.events);
    });
  }, [subject]);
  const choose = (row: GrowthRow): void => {
    chosen.value = row;
    leaked.value = [];
    void attempt(async () => {
      const site = row.file === null ? '' : `&site=${encodeURIComponent(`${row.file}:${row.line} `)}`;
      let from: number | null = 0;
      while (from !== null && leaked.value.length < 100 && chosen.value === row) {
        const page = await subject.search(`leaked=true${site}&limit=100&from=${from}`);
        if (chosen.value !== row) return;
        leaked.value = [...leaked.value, ...page.events];
        from = page.next;
      }
    });
  };
  const found = growth.value;
  const [worst] = found?.rows ?? [];
  const base = `/${kind === 'run' ? 'r' : 's'}/${encodeURIComponent(id)}`;
  return (
    <>
      <TopBar
        title={about.value?.name ?? ''}
        about="leaks"
        views={{ kind, id, current: 'heap', runs: about.value?.runs }}
      />
      {trouble.value !== null && (
        <p class="notice" role="alert">
          {trouble.value}
        </p>
      )}
      <main class="leaks" data-ready={found ? '' : undefined}>
        {found && (
          <h1>
            {worst && worst.growth > 0
              ? `${nameOf(worst)} grows by ${bytes(worst.growth)} per 100k events`
              : 'No line holds more and more'}
          </h1>
        )}
        {found && found.rows.length === 0 && <p class="dim">Every block was freed.</p>}
        <div class="leaks-columns" hidden={!found || found.rows.length === 0}>
          <table class="num">
            <thead>
              <tr>
                <th>Line</th>
                <th class="right">Live</th>
                <th class="right">Per 100k events</th>
                <th>Over time</th>
              </tr>
            </thead>
            <tbody>
              {found?.rows.map((row) => (
                <tr key={nameOf(row)} class={chosen.value === row ? 'chosen' : ''} onClick={() => choose(row)}>
                  <td>
                    <button type="button" class="mono" aria-pressed={chosen.value === row} onClick={() => choose(row)}>
                      {nameOf(row)}
                    </button>
                  </td>
                  <td class="right">{bytes(row.bytes)}</td>
                  <td class={`right ${row.growth > 0 ? 'worse' : 'dim'}`}>
                    {row.growth < 0 ? '−' : '+'}
                    {bytes(Math.abs(row.growth))}
                  </td>
                  <td>
                    <Canvas
                      class="sparkline"
                      aria-hidden="true"
                      draw={(surface) => drawSparkline(surface, row.samples)}
                    />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {chosen.value && (
            <section aria-label="Blocks that are never freed">
              <h2>Never freed: {nameOf(chosen.value)}</h2>
              <ol class="leaked mono">
                {leaked.value.map(({ seq, size, name, arena, pool, index }) => (
                  <li key={seq}>
                    <a href={`${base}?e=${seq}${arena === null ? '' : `&a=${arena}&p=${pool ?? ''}&b=${index ?? ''}`}`}>
                      {count(seq)} · {name ?? 'block'} · {count(size)} B
                    </a>
                  </li>
                ))}
              </ol>
            </section>
          )}
        </div>
      </main>
    </>
  );
}

function nameOf({ file, line }: GrowthRow): string {
  return file === null ? 'site not recorded' : `${file}:${line}`;
}

function drawSparkline({ context, width, height, colours }: Surface, samples: readonly number[]): void {
  const most = Math.max(1, ...samples);
  const step = width / Math.max(1, samples.length - 1);
  context.beginPath();
  for (const [k, value] of samples.entries()) context.lineTo(k * step, height - 1 - ((height - 3) * value) / most);
  context.strokeStyle = colours.use;
  context.lineWidth = 1.5;
  context.stroke();
}
