/** A row per size class: blocks, how full its pools are. A class that is chosen stays in the map while the others fade. */
import type { HeapMap } from '@heapcast/contracts';
import { classColour } from '../../drawing/class-colours.js';
import { theme } from '../../shell/theme.js';
import { count, share } from '../../words/amounts.js';
import type { HeapView } from './heap-view.js';

interface ClassRow {
  readonly size: number;
  pools: number;
  used: number;
  capacity: number;
}

function rowsOf(map: HeapMap): readonly ClassRow[] {
  const rows = new Map<number, ClassRow>();
  for (let cell = 0; cell < map.used.length; cell++) {
    const size = map.blockBytes[cell] ?? 0;
    const used = map.used[cell] ?? 0;
    if (size === 0 || used === 0) continue;
    const row = rows.get(size) ?? { size, pools: 0, used: 0, capacity: 0 };
    rows.set(size, row);
    row.pools++;
    row.used += used;
    row.capacity += map.capacity[cell] ?? 0;
  }
  return [...rows.values()].sort((a, b) => a.size - b.size);
}

export function SizeClasses({ view }: { readonly view: HeapView }) {
  const map = view.told.value;
  // While time runs the map is what is looked at; the table comes when it rests.
  if (!map || view.playing.value) return null;
  const rows = rowsOf(map);
  if (rows.length === 0) return null;
  return (
    <section>
      <h2>Size classes</h2>
      <table class="classes num">
        <thead>
          <tr>
            <th>Class</th>
            <th class="right">Pools</th>
            <th class="right">Live</th>
            <th class="right">Free</th>
            <th class="right">Used</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ size, pools, used, capacity }) => (
            <tr key={size} class={view.sizeClass.value === size ? 'chosen' : ''}>
              <td>
                <button type="button" aria-pressed={view.sizeClass.value === size} onClick={() => view.brush(size)}>
                  <i class="square" style={{ background: classColour(size, theme.value) }} />
                  {size} B
                </button>
              </td>
              <td class="right dim">{count(pools)}</td>
              <td class="right">{count(used)}</td>
              <td class="right dim">{count(capacity - used)}</td>
              <td class="right">{share(used, capacity)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
