/** Why memory stays mapped: pinned arenas, what pins the chosen one, and what happened around this event. */
import type { PinnedRegion, PinningBlock } from '../../service/subject.js';
import { bytes, count, counted } from '../../words/amounts.js';
import type { HeapView } from './heap-view.js';
import { EventLog } from './event-log.js';
import { PoolBlocks } from './pool-blocks.js';
import { RangeDifference } from './range-difference.js';
import { SizeClasses } from './size-classes.js';

const MOST_ROWS = 7;
const MOST_SITES = 5;

export function Rail({ view }: { readonly view: HeapView }) {
  return (
    <aside class="rail" aria-label="Why memory stays mapped">
      {view.span.range.value ? <RangeDifference view={view} /> : <PinnedArenas view={view} />}
      {view.pool.value === null ? <WhatPins view={view} /> : <PoolBlocks view={view} />}
      <EventLog view={view} />
      <SizeClasses view={view} />
      <nav class="more-views" aria-label="More about this recording">
        <a href={`${view.address}/lifetimes`}>Lifetimes</a>
        <a href={`${view.address}/leaks`}>Leaks</a>
      </nav>
    </aside>
  );
}

function PinnedArenas({ view }: { readonly view: HeapView }) {
  const pins = view.pins.value?.at === view.told.value?.at ? view.pins.value : null;
  const mapped = view.told.value?.region.length ?? 0;
  const rows = [...(pins?.regions ?? [])].sort((a, b) => a.liveBlocks - b.liveBlocks);
  return (
    <section>
      <h2>
        Pinned arenas <span class="num">{pins ? `${pins.pinned} of ${mapped}` : ''}</span>
      </h2>
      {rows.length === 0 ? (
        <p class="dim">{pins ? 'None: no arena that was more than half full is nearly empty now.' : 'Finding out …'}</p>
      ) : (
        <table class="pins num">
          <thead>
            <tr>
              <th>Arena</th>
              <th class="right">Live blocks</th>
              <th class="right">Live</th>
              <th class="right">Unused</th>
            </tr>
          </thead>
          <tbody>
            {shownRows(rows, view.arena.value).map((row) => (
              <PinRow key={row.region} row={row} view={view} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** The first ones, and the chosen one always. */
function shownRows(rows: readonly PinnedRegion[], chosen: number | null): readonly PinnedRegion[] {
  const place = rows.findIndex(({ region }) => region === chosen);
  const own = rows[place];
  return own && place >= MOST_ROWS ? [...rows.slice(0, MOST_ROWS - 1), own] : rows.slice(0, MOST_ROWS);
}

function PinRow({ row, view }: { readonly row: PinnedRegion; readonly view: HeapView }) {
  const { region, liveBlocks, occupiedBytes, size } = row;
  return (
    <tr
      class={view.arena.value === region ? 'chosen' : ''}
      onClick={() => view.choose(region)}
      onPointerEnter={() => (view.hovered.value = region)}
      onPointerLeave={() => (view.hovered.value = null)}
    >
      <td>
        <button type="button" aria-pressed={view.arena.value === region} onClick={() => view.choose(region)}>
          A{region}
        </button>
      </td>
      <td class="right">{count(liveBlocks)}</td>
      <td class="right dim">{bytes(occupiedBytes)}</td>
      <td class="right">{bytes(size - occupiedBytes)}</td>
    </tr>
  );
}

/** Live blocks by the line that asked for them. */
function bySite(blocks: readonly PinningBlock[]): readonly (readonly [string, number])[] {
  const sites = new Map<string, number>();
  for (const { site } of blocks) {
    const name = site ? `${site.file}:${site.line}` : 'site not recorded';
    sites.set(name, (sites.get(name) ?? 0) + 1);
  }
  return [...sites].sort(([, a], [, b]) => b - a).slice(0, MOST_SITES);
}

function WhatPins({ view }: { readonly view: HeapView }) {
  const arena = view.arena.value;
  const pinned = view.pins.value?.regions.find(({ region }) => region === arena);
  if (arena === null) return null;
  if (!pinned) {
    return (
      <section>
        <h2>What fills A{arena}</h2>
        <p class="dim">It is not pinned. Click a pool to see its blocks.</p>
      </section>
    );
  }
  const sites = bySite(pinned.blocks);
  const most = Math.max(1, ...sites.map(([, blocks]) => blocks));
  return (
    <section>
      <h2>
        What pins A{arena} <span class="num">{counted(pinned.liveBlocks, 'block')}</span>
      </h2>
      {sites.map(([name, blocks]) => (
        <button
          key={name}
          type="button"
          class="site num"
          title="Its events"
          onClick={() => view.search.type(`arena:${arena} site:${name}`)}
        >
          <span class="mono">{name}</span>
          <b>{count(blocks)}</b>
          <i class="measure">
            <i style={{ width: `${Math.max(2, (100 * blocks) / most)}%` }} />
          </i>
        </button>
      ))}
    </section>
  );
}
