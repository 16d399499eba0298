/** What changed between two events: who holds more, who less, which arenas got pinned. */
import { bytes, count, counted } from '../../words/amounts.js';
import type { HeapView } from './heap-view.js';

const MOST = 6;

export function RangeDifference({ view }: { readonly view: HeapView }) {
  const range = view.span.range.value;
  if (!range) return null;
  const found = view.compared.value;
  const rows = found?.rows.filter((row) => row.bytes !== 0).slice(0, MOST) ?? [];
  return (
    <section class="difference">
      <h2>
        {count(range.from)} to {count(range.to)}
        <button class="button" type="button" onClick={() => view.compare(null)}>
          Close
        </button>
      </h2>
      {!found ? (
        <p class="dim">Finding out …</p>
      ) : (
        <>
          <p>
            {counted(Math.abs(found.total.blocks), 'block')} {found.total.blocks < 0 ? 'fewer' : 'more'} live,{' '}
            {bytes(Math.abs(found.total.bytes))} {found.total.bytes < 0 ? 'less' : 'more'}. Pinned arenas:{' '}
            {found.pinned[0]} before, {found.pinned[1]} after.
          </p>
          {rows.length === 0 && <p class="dim">{found.note ?? 'No line holds more or less than before.'}</p>}
          <ul class="changes num">
            {rows.map((row) => (
              <li key={`${row.file}:${row.line}`}>
                <span class="mono">{row.file === null ? 'site not recorded' : `${row.file}:${row.line}`}</span>
                <b class={row.bytes > 0 ? 'worse' : 'better'}>
                  {row.bytes > 0 ? '+' : '−'}
                  {bytes(Math.abs(row.bytes))}
                </b>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
